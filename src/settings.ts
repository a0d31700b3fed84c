/**
 * Flags > environment > configuration file > defaults → one frozen Settings.
 * @module
 */
import { join, resolve } from 'node:path'
import { isLoopback, type ListenAddress } from './core/listen-address.ts'
import { describeProblem, type Problem } from './core/problem.ts'
import { allSettingKeys, type SettingKey, settingKeys } from './core/setting-keys.ts'
import {
  bootstrapNowhere,
  dataRootMissing,
  doorProblems,
  notBuilt,
  pathTaken,
} from './core/setting-problems.ts'
import { readValue } from './core/setting-value.ts'
import { gatherStated } from './core/stated-settings.ts'
import { unknownInEnvironment, unknownInFile } from './core/unknown-settings.ts'
import { readConfFile } from './settings/conf-file.ts'
import { type ProgramName, programDefaults } from './settings/program-defaults.ts'

export { isLoopback, type ProgramName }

export interface Settings {
  /** The configuration file that was read, absolute; undefined where there was none. */
  readonly confFile: string | undefined
  /** `[server] interface` and `port`: the switch side. */
  readonly listen: ListenAddress
  /** `[default] server_url`; of `ztpush` without a slash at its end, of `ztps` as it is written. */
  readonly serverUrl: string | undefined
  /** ZTPServer's folder, absolute; undefined where its routes are off. It need not be there. */
  readonly dataRoot: string | undefined
  /** What names a node. */
  readonly identifier: 'serialnumber' | 'systemmac'
  /** A node is checked against its own pattern before it gets its definition. */
  readonly validateTopology: boolean
  /** One segment, below `bootstrap/` of the data root. */
  readonly bootstrapFilename: string
  /** Relative to the data root, without `..`. */
  readonly neighbordbFilename: string
  /** A file or a folder, absolute; undefined where no inventory is configured: `/dynconfig` is not served then. */
  readonly inventory: string | undefined
  /** A folder, absolute. */
  readonly templates: string
  readonly template: string
  /** The path of the bootfile URL. */
  readonly path: string
  readonly maxInventoryBytes: number
  readonly trimBlocks: boolean
  readonly lstripBlocks: boolean
  /** What a switch gets that the inventory does not know; `bootstrap` only together with a data root. */
  readonly unknownSwitch: '404' | 'bootstrap'
  /** A folder, absolute: what the server writes for itself. It need not be there. */
  readonly stateDir: string
  /** A switch that has something left to do and is silent for this long is stuck; 0: none ever is. */
  readonly stuckAfterMs: number
  /** The operator side; undefined where it is off. */
  readonly operator: (ListenAddress & { readonly token: string | undefined }) | undefined
  /** Undefined: pretty on a terminal, else JSON. */
  readonly logFormat: 'pretty' | 'json' | undefined
  /** `[default] logging`: false where nothing is to be logged at all. */
  readonly logging: boolean
  /** `[default] console_logging`: false where nothing is to be logged on the console. */
  readonly consoleLogging: boolean
  /** The format of a log line as Python's `logging` has it. */
  readonly consoleLoggingFormat: string
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
  /** Whose defaults hold. */
  readonly program: ProgramName
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

/** Whether somebody has said where inventory or templates are. */
export function statesSources({ stated }: Settings): boolean {
  return stated.has(settingKeys.inventory.name) || stated.has(settingKeys.templates.name)
}

/** ZTPServer's own. */
const pythonFormat = '%(asctime)s:%(levelname)s:[%(module)s:%(lineno)d] %(message)s'

/**
 * The settings in force, all paths absolute.
 * @throws {SettingsRefused}
 */
export function readSettings(sources: SettingsSources): ReadSettings {
  const { flags, env, cwd, folderExists } = sources
  const defaults = programDefaults[sources.program]
  const conf = readConfFile({ ...sources, flag: flags.conf }, defaults.conf)
  const stated = gatherStated(flags, env, conf.ini, conf.file ?? '')
  const problems = [...conf.problems]
  const warnings = [
    ...conf.warnings,
    ...unknownInFile(conf.ini, conf.file ?? ''),
    ...unknownInEnvironment(env),
  ]
  const read = <T>(key: SettingKey<T>): T | undefined => {
    const found = stated.get(key.name)
    if (found === undefined) return undefined
    const value = readValue(key, found)
    if (value.ok) return value.value
    problems.push(value.problem)
    return undefined
  }
  for (const key of allSettingKeys) {
    const found = stated.get(key.name)
    if (found !== undefined && key.state === 'not-built') problems.push(notBuilt(found, key.part))
  }

  const statedRoot = stated.get(settingKeys.dataRoot.name)
  const ownRoot = resolve(cwd, defaults.dataRoot)
  const dataRoot =
    statedRoot === undefined && defaults.dataRootMustExist && !folderExists(ownRoot)
      ? undefined
      : resolve(cwd, read(settingKeys.dataRoot) ?? ownRoot)
  // no refusal: the folder may be made, or mounted, later
  if (dataRoot !== undefined && !folderExists(dataRoot)) {
    warnings.push(dataRootMissing(dataRoot, statedRoot))
  }
  const unknownSwitch = read(settingKeys.unknownSwitch) ?? '404'
  if (unknownSwitch === 'bootstrap' && dataRoot === undefined) {
    problems.push(bootstrapNowhere(stated.get(settingKeys.unknownSwitch.name)))
  }

  const refusedBefore = problems.length
  const listen = Object.freeze({
    host: read(settingKeys.interface) ?? '0.0.0.0',
    port: read(settingKeys.port) ?? 8080,
  })
  const operator = read(settingKeys.operatorListen) ?? defaults.operator
  const doorsAreRead = problems.length === refusedBefore
  const token = read(settingKeys.operatorToken)
  if (doorsAreRead && operator !== 'off') problems.push(...doorProblems(listen, operator, stated))
  const inventory = read(settingKeys.inventory) ?? defaults.inventory
  const path = read(settingKeys.path) ?? '/dynconfig'
  // at the old URL both ways meet: who is not in the inventory still gets the script
  const servesBoth = path === '/bootstrap' && unknownSwitch === 'bootstrap'
  if (dataRoot !== undefined && inventory !== undefined && !servesBoth) {
    const taken = pathTaken(path, stated.get(settingKeys.path.name))
    if (taken !== undefined) problems.push(taken)
  }
  const settings: Settings = {
    confFile: conf.file,
    listen,
    serverUrl:
      read({ ...settingKeys.serverUrl, type: defaults.serverUrlType }) ?? defaults.serverUrl,
    dataRoot,
    identifier: read(settingKeys.identifier) === 'systemmac' ? 'systemmac' : 'serialnumber',
    validateTopology: !(read(settingKeys.disableTopologyValidation) ?? false),
    bootstrapFilename: read(settingKeys.bootstrapFilename) ?? 'bootstrap',
    neighbordbFilename: read(settingKeys.neighbordbFilename) ?? 'neighbordb',
    inventory: inventory === undefined ? undefined : resolve(cwd, inventory),
    templates: resolve(cwd, read(settingKeys.templates) ?? 'templates'),
    template: read(settingKeys.template) ?? 'config.njk',
    path,
    maxInventoryBytes: (read(settingKeys.maxInventoryMb) ?? 64) * 1024 * 1024,
    trimBlocks: read(settingKeys.trimBlocks) ?? false,
    lstripBlocks: read(settingKeys.lstripBlocks) ?? false,
    unknownSwitch,
    stateDir: resolve(cwd, read(settingKeys.stateDir) ?? join(dataRoot ?? cwd, '.ztpush')),
    stuckAfterMs: (read(settingKeys.operatorStuckAfter) ?? 30) * 60_000,
    operator: operator === 'off' ? undefined : Object.freeze({ ...operator, token }),
    logFormat: read(settingKeys.logFormat),
    logging: read(settingKeys.logging) ?? true,
    consoleLogging: read(settingKeys.consoleLogging) ?? true,
    consoleLoggingFormat: read(settingKeys.consoleLoggingFormat) ?? pythonFormat,
    debug: flags.debug ?? false,
    stated: new Set(stated.keys()),
  }
  if (problems.length > 0) throw new SettingsRefused(problems, warnings)
  return Object.freeze({
    settings: Object.freeze(settings),
    warnings: Object.freeze(warnings),
  })
}
