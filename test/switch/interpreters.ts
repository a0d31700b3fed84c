/** The Pythons of this machine that an EOS could have shipped. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { z } from 'zod'

const wanted = ['2.7', '3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13']

const inspectionSchema = z.object({
  path: z.string(),
  version: z.tuple([z.number(), z.number(), z.number()]),
  folders: z.array(z.string()),
})

/** A Python that was started and said this of itself. */
export interface Interpreter {
  /** Absolute, and the program itself: no link, no shim of a version manager. */
  readonly path: string
  /** `3.9.18` */
  readonly version: string
  /** `3.9` */
  readonly minor: string
  readonly major: number
  /** Where it and its library lie. */
  readonly folders: readonly string[]
}

const inspection = `
import json, os, sys
where = [sys.prefix, sys.exec_prefix, getattr(sys, "base_prefix", sys.prefix)]
where.append(os.path.dirname(os.path.dirname(os.path.realpath(sys.executable))))
is_virtual = getattr(sys, "base_prefix", sys.prefix) != sys.prefix
path = sys.executable if is_virtual else os.path.realpath(sys.executable)
print(json.dumps({
  "path": path, "version": sys.version_info[:3], "folders": sorted(set(where))}))
`

const inspected = new Map<string, Interpreter | undefined>()

/** Starts a Python, by path or name, to learn what it is; nothing when there is none. Asks once. */
export function inspectInterpreter(program: string): Interpreter | undefined {
  if (!inspected.has(program)) inspected.set(program, inspect(program))
  return inspected.get(program)
}

function inspect(program: string): Interpreter | undefined {
  const { status, stdout } = spawnSync(program, ['-c', inspection], {
    encoding: 'utf8',
    // a version manager's shim gives no other than the one it is set to
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (status !== 0) return undefined
  const { path, version, folders } = inspectionSchema.parse(JSON.parse(stdout))
  const [major, minor] = version
  return { path, version: version.join('.'), major, minor: `${major}.${minor}`, folders }
}

/**
 * One for each of 2.7 and 3.6 to 3.13 that is on PATH or in pyenv's folder, oldest first; the plain
 * `python3` too when it is of none of these.
 * @throws when there is no `python3`
 */
export function findInterpreters(): readonly Interpreter[] {
  return minors().flatMap((minor) => ofMinor(minor) ?? [])
}

/** The oldest found; others are not started to learn that. */
export function oldestInterpreter(): Interpreter {
  return firstOf(minors())
}

/** The newest found; others are not started to learn that. */
export function newestInterpreter(): Interpreter {
  return firstOf(minors().reverse())
}

function firstOf(minors: readonly string[]): Interpreter {
  for (const minor of minors) {
    const one = ofMinor(minor)
    if (one !== undefined) return one
  }
  throw new Error('no Python was found')
}

function minors(): string[] {
  return [...new Set([...wanted, plain().minor])].sort((one, other) =>
    one.localeCompare(other, 'en', { numeric: true }),
  )
}

function plain(): Interpreter {
  const found = inspectInterpreter('python3')
  if (found === undefined) throw new Error('python3 is not on PATH')
  return found
}

function ofMinor(minor: string): Interpreter | undefined {
  if (plain().minor === minor) return plain()
  const pyenv = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions')
  const candidates = [
    ...foldersOnPath().map((folder) => join(folder, `python${minor}`)),
    ...subfolders(pyenv)
      // by name: the folder of another version need not be looked into
      .filter((name) => !/^\d+\.\d+\./.test(name) || name.startsWith(`${minor}.`))
      .map((name) => join(pyenv, name, 'bin/python')),
  ]
  for (const candidate of candidates) {
    const one = inspectInterpreter(candidate)
    if (one?.minor === minor) return one
  }
  return undefined
}

/** Without shims: they start the version that is set, whatever their name, or slowly none. */
function foldersOnPath(): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((path) => !path.endsWith('/shims'))
}

function subfolders(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
