/**
 * What flags, environment and file state, before anything is made of it.
 * @module
 */
import { findEntry, type IniText } from './ini.ts'
import { allSettingKeys, type FlagName, flagNames, type SettingKey } from './setting-keys.ts'
import type { StatedValue } from './setting-value.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The values that are in force, by `section.key`: a flag's, else the environment's, else the file's. */
export function gatherStated(
  flags: Readonly<Partial<Record<FlagName, string | undefined>>>,
  environment: Environment,
  ini: IniText,
  file: string,
): ReadonlyMap<string, StatedValue> {
  const stated = new Map<string, StatedValue>()
  for (const key of allSettingKeys) {
    const value =
      fromFlag(flags, key) ?? fromEnvironment(environment, key) ?? fromFile(ini, file, key)
    if (value !== undefined) stated.set(key.name, value)
  }
  return stated
}

function fromFlag(
  flags: Readonly<Partial<Record<FlagName, string | undefined>>>,
  { flag }: SettingKey<unknown>,
): StatedValue | undefined {
  const text = flag === undefined ? undefined : flags[flag]
  if (flag === undefined || text === undefined) return undefined
  return { text, from: 'flag', label: flagNames[flag], at: undefined }
}

function fromEnvironment(
  environment: Environment,
  key: SettingKey<unknown>,
): StatedValue | undefined {
  for (const label of key.environment) {
    const text = environmentValue(environment, label)
    if (text !== undefined) return { text, from: 'environment', label, at: undefined }
  }
  return undefined
}

/** An empty variable is as good as none: `-e NAME=` and `${NAME:-}` leave such ones. */
export function environmentValue(environment: Environment, name: string): string | undefined {
  const text = Object.hasOwn(environment, name) ? environment[name] : undefined
  return text === undefined || text.trim() === '' ? undefined : text
}

function fromFile(
  ini: IniText,
  file: string,
  { section, key }: SettingKey<unknown>,
): StatedValue | undefined {
  const entry = findEntry(ini, section, key)
  if (entry === undefined) return undefined
  const { line, value: text } = entry
  return { text, from: 'file', label: `[${entry.section}] ${key}`, at: { file, line } }
}
