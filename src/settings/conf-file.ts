/**
 * The one configuration file: which it is, and what stands in it.
 * @module
 */
import { resolve } from 'node:path'
import { type IniText, parseIni } from '../core/ini.ts'
import { Problem } from '../core/problem.ts'
import { type Environment, environmentValue } from '../core/stated-settings.ts'
import type { ConfPlaces } from './program-defaults.ts'

export interface ConfSources {
  /** `--conf` as it was typed. */
  readonly flag: string | undefined
  readonly env: Environment
  readonly cwd: string
  /** The text of a file; undefined where there is none. Throws where it cannot be read. */
  readonly readFile: (path: string) => string | undefined
}

export interface ConfFile {
  /** Absolute; undefined where no file was read. */
  readonly file: string | undefined
  readonly ini: IniText
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

const nothing: ConfFile = {
  file: undefined,
  ini: { sections: [], entries: [], problems: [] },
  problems: [],
  warnings: [],
}

/** Reads the file that the flag names, else the variable, else the first candidate that is there. */
export function readConfFile(sources: ConfSources, places: ConfPlaces): ConfFile {
  const { flag, env, cwd, readFile } = sources
  const fromEnvironment = environmentValue(env, places.variable)
  const named =
    flag !== undefined
      ? { path: flag, key: '--conf' }
      : fromEnvironment !== undefined
        ? { path: fromEnvironment, key: places.variable }
        : undefined
  const refused = (problem: Problem): ConfFile => ({ ...nothing, problems: [problem] })
  if (named?.path.trim() === '') {
    const fix = 'name one, or leave it out'
    return refused(new Problem('settings-unreadable', 'no file is named', { key: named.key, fix }))
  }
  for (const candidate of named === undefined ? places.candidates : [named.path]) {
    const file = resolve(cwd, candidate)
    let text: string | undefined
    try {
      text = readFile(file)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return refused(
        new Problem('settings-unreadable', `cannot be read (${reason})`, {
          at: { file },
          key: named?.key,
          fix: 'make it a file that this user may read',
          cause,
        }),
      )
    }
    if (text === undefined) continue
    const ini = parseIni(text, file)
    return { file, ini, problems: ini.problems, warnings: [] }
  }
  if (named === undefined) return nothing
  const details = {
    at: { file: resolve(cwd, named.path) },
    key: named.key,
    fix: named.path.startsWith('~')
      ? 'write the path in full: ~ is not expanded'
      : 'name a file that is there',
  }
  if (places.missing === 'refused') {
    return refused(new Problem('settings-unreadable', 'there is no such file', details))
  }
  const message = 'there is no such file; every setting has its default'
  return { ...nothing, warnings: [new Problem('settings-missing', message, details)] }
}
