/**
 * Flags > environment > configuration file > defaults → one frozen Settings.
 * @module
 */
import { resolve } from 'node:path'
import { type IniText, parseIni } from './core/ini.ts'
import { isLoopback, type ListenAddress } from './core/listen-address.ts'
import { describeProblem, Problem } from './core/problem.ts'
import { allSettingKeys, type SettingKey, settingKeys } from './core/setting-keys.ts'
import { dataRootIgnored, doorProblems, ignored, notBuilt } from './core/setting-problems.ts'
import { readValue } from './core/setting-value.ts'
import { environmentValue, gatherStated } from './core/stated-settings.ts'
import { confVariable, unknownInEnvironment, unknownInFile } from './core/unknown-settings.ts'

export { isLoopback }

export interface Settings {
  /** The configuration file that was read, absolute; undefined where there was none. */
  readonly confFile: string | undefined
  /** `[server] interface` and `port`: the switch side. */
  readonly listen: ListenAddress
  /** `[default] server_url` without a slash at its end. */
  readonly serverUrl: string | undefined
  /** A file or a folder, absolute. */
  readonly inventory: string
  /** A folder, absolute. */
  readonly templates: string
  readonly template: string
  /** The path of the bootfile URL. */
  readonly path: string
  readonly maxInventoryBytes: number
  readonly trimBlocks: boolean
  readonly lstripBlocks: boolean
  /** The operator side; undefined where it is off. */
  readonly operator: (ListenAddress & { readonly token: string | undefined }) | undefined
  /** Undefined: pretty on a terminal, else JSON. */
  readonly logFormat: 'pretty' | 'json' | undefined
  readonly debug: boolean
  /** `section.key` of everything that a flag, the environment or the file states. */
  readonly stated: ReadonlySet<string>
}

/** The options of the command line as they were typed. */
export interface Flags {
  readonly conf?: string | undefined
  readonly dataRoot?: string | undefined
  readonly inventory?: string | undefined
  readonly templates?: string | undefined
  readonly template?: string | undefined
  readonly interface?: string | undefined
  readonly port?: string | undefined
  readonly serverUrl?: string | undefined
  readonly operator?: string | undefined
  readonly debug?: boolean | undefined
}

export interface SettingsSources {
  readonly flags: Flags
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The text of a file; undefined where there is none. Throws where it cannot be read. */
  readonly readFile: (path: string) => string | undefined
  readonly folderExists: (path: string) => boolean
}

export interface ReadSettings {
  readonly settings: Settings
  readonly warnings: readonly Problem[]
}

/** Nothing starts with such settings. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused'
  /** Every refusal at once. */
  readonly problems: readonly Problem[]
  /** What would have been warned of beside. */
  readonly warnings: readonly Problem[]

  constructor(problems: readonly Problem[], warnings: readonly Problem[] = []) {
    super(problems.map(describeProblem).join('\n'))
    this.problems = Object.freeze([...problems])
    this.warnings = Object.freeze([...warnings])
  }
}

/**
 * The settings in force, all paths absolute.
 * @throws {SettingsRefused}
 */
export function readSettings(sources: SettingsSources): ReadSettings {
  const { flags, env, cwd } = sources
  const conf = readConfFile(sources)
  const stated = gatherStated(flags, env, conf.ini, conf.file ?? '')
  const problems = [...conf.problems]
  const read = <T>(key: SettingKey<T>): T | undefined => {
    const found = stated.get(key.name)
    if (found === undefined) return undefined
    const value = readValue(key, found)
    if (value.ok) return value.value
    problems.push(value.problem)
    return undefined
  }
  const warnings = [...unknownInFile(conf.ini, conf.file ?? ''), ...unknownInEnvironment(env)]
  const dataRoot = resolve(cwd, 'data_root')
  if (!stated.has(settingKeys.dataRoot.name) && sources.folderExists(dataRoot)) {
    warnings.push(dataRootIgnored(dataRoot))
  }
  for (const key of allSettingKeys) {
    const found = stated.get(key.name)
    if (found === undefined || key.state === 'used') continue
    if (key.state === 'not-built') problems.push(notBuilt(found, key.part))
    else if (read(key) !== undefined) warnings.push(ignored(found))
  }
  const unknownSwitch = stated.get(settingKeys.unknownSwitch.name)
  if (read(settingKeys.unknownSwitch) === 'bootstrap' && unknownSwitch !== undefined) {
    problems.push(notBuilt(unknownSwitch, settingKeys.unknownSwitch.part))
  }

  const refusedBefore = problems.length
  const listen = Object.freeze({
    host: read(settingKeys.interface) ?? '0.0.0.0',
    port: read(settingKeys.port) ?? 8080,
  })
  const operator = read(settingKeys.operatorListen) ?? { host: '127.0.0.1', port: 8081 }
  const doorsAreRead = problems.length === refusedBefore
  const token = read(settingKeys.operatorToken)
  if (doorsAreRead && operator !== 'off') problems.push(...doorProblems(listen, operator, stated))
  const settings: Settings = {
    confFile: conf.file,
    listen,
    serverUrl: read(settingKeys.serverUrl),
    inventory: resolve(cwd, read(settingKeys.inventory) ?? 'swinfo.json'),
    templates: resolve(cwd, read(settingKeys.templates) ?? 'templates'),
    template: read(settingKeys.template) ?? 'config.njk',
    path: read(settingKeys.path) ?? '/dynconfig',
    maxInventoryBytes: (read(settingKeys.maxInventoryMb) ?? 64) * 1024 * 1024,
    trimBlocks: read(settingKeys.trimBlocks) ?? false,
    lstripBlocks: read(settingKeys.lstripBlocks) ?? false,
    operator: operator === 'off' ? undefined : Object.freeze({ ...operator, token }),
    logFormat: read(settingKeys.logFormat),
    debug: flags.debug ?? false,
    stated: new Set(stated.keys()),
  }
  if (problems.length > 0) throw new SettingsRefused(problems, warnings)
  return Object.freeze({
    settings: Object.freeze(settings),
    warnings: Object.freeze(warnings),
  })
}

interface ConfFile {
  readonly file: string | undefined
  readonly ini: IniText
  readonly problems: readonly Problem[]
}

const emptyIni: IniText = { sections: [], entries: [], problems: [] }

function readConfFile({ flags, env, cwd, readFile }: SettingsSources): ConfFile {
  const fromEnvironment = environmentValue(env, confVariable)
  const named =
    flags.conf !== undefined
      ? { path: flags.conf, key: '--conf' }
      : fromEnvironment !== undefined
        ? { path: fromEnvironment, key: confVariable }
        : undefined
  const candidates = named === undefined ? ['ztpush.conf', '/etc/ztpush/ztpush.conf'] : [named.path]
  for (const candidate of candidates) {
    const file = resolve(cwd, candidate)
    const refused = (message: string, fix: string, cause?: unknown): ConfFile => {
      const at = candidate.trim() === '' ? undefined : { file }
      const details = { at, key: named?.key, fix, cause }
      const problem = new Problem('settings-unreadable', message, details)
      return { file: undefined, ini: emptyIni, problems: [problem] }
    }
    if (candidate.trim() === '') return refused('no file is named', 'name one, or leave it out')
    let text: string | undefined
    try {
      text = readFile(file)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return refused(`cannot be read (${reason})`, 'make it a file that this user may read', cause)
    }
    if (text !== undefined) {
      const ini = parseIni(text, file)
      return { file, ini, problems: ini.problems }
    }
    if (named !== undefined) {
      const home = candidate.startsWith('~')
        ? 'write the path in full: ~ is not expanded'
        : undefined
      return refused('there is no such file', home ?? 'name a file that is there')
    }
  }
  return { file: undefined, ini: emptyIni, problems: [] }
}
