/**
 * Every setting there is, by section and key: ours and ZTPServer's.
 * @module
 */
import {
  booleanType,
  choiceType,
  fileBelowType,
  fileNameType,
  hostType,
  megabytesType,
  minutesType,
  operatorListenType,
  pathType,
  portType,
  routeType,
  type SettingType,
  serverUrlType,
  templateType,
  textType,
  tokenType,
} from './setting-types.ts'

/** What stating a key does. */
export type SettingState =
  | 'used'
  /** Its part is not built: stating it stops the start. */
  | 'not-built'

/** The options of the command line that set a key, by their names in `Flags`. */
export const flagNames = {
  dataRoot: '--data-root',
  inventory: '--inventory',
  templates: '--templates',
  template: '--template',
  interface: '--interface',
  port: '--port',
  serverUrl: '--server-url',
  operator: '--operator',
} as const

export type FlagName = keyof typeof flagNames

export interface SettingKey<T> {
  /** `section.key` */
  readonly name: string
  readonly section: string
  readonly key: string
  /** The environment variables that set it, the first one set wins. */
  readonly environment: readonly string[]
  readonly flag: FlagName | undefined
  readonly type: SettingType<T>
  readonly state: SettingState
  /** What it is of, where that is not built. */
  readonly part: string
  /** Its value never appears in a message. */
  readonly secret: boolean
}

interface Extras {
  /** The name that ZTPServer has for it in the environment. */
  readonly ztps?: string
  readonly flag?: FlagName
  readonly state?: SettingState
  readonly part?: string
  readonly secret?: boolean
}

export const settingKeys = {
  dataRoot: setting('default.data_root', pathType, {
    ztps: 'ZTPS_DEFAULT_DATAROOT',
    flag: 'dataRoot',
  }),
  identifier: setting('default.identifier', choiceType('serialnumber', 'serialnum', 'systemmac')),
  serverUrl: setting('default.server_url', serverUrlType, {
    ztps: 'ZTPS_DEFAULT_SERVER',
    flag: 'serverUrl',
  }),
  logging: setting('default.logging', booleanType, { ztps: 'ZTPS_DEFAULT_LOGGING' }),
  consoleLogging: setting('default.console_logging', booleanType),
  consoleLoggingFormat: setting('default.console_logging_format', textType, {
    ztps: 'ZTPS_CONSOLE_LOGGING_FORMAT',
  }),
  disableTopologyValidation: setting('default.disable_topology_validation', booleanType),
  stateDir: setting('default.state_dir', pathType),
  interface: setting('server.interface', hostType, { flag: 'interface' }),
  port: setting('server.port', portType, { flag: 'port' }),
  bootstrapFilename: setting('bootstrap.filename', fileNameType, {
    ztps: 'ZTPS_BOOTSTRAP_FILENAME',
  }),
  neighbordbFilename: setting('neighbordb.filename', fileBelowType, {
    ztps: 'ZTPS_NEIGHBORDB_FILENAME',
  }),
  inventory: setting('dynconfig.inventory', pathType, { flag: 'inventory' }),
  templates: setting('dynconfig.templates', pathType, { flag: 'templates' }),
  template: setting('dynconfig.template', templateType, { flag: 'template' }),
  path: setting('dynconfig.path', routeType),
  maxInventoryMb: setting('dynconfig.max_inventory_mb', megabytesType),
  trimBlocks: setting('dynconfig.trim_blocks', booleanType),
  lstripBlocks: setting('dynconfig.lstrip_blocks', booleanType),
  unknownSwitch: setting('dynconfig.unknown_switch', choiceType('404', 'bootstrap')),
  logFormat: setting('log.format', choiceType('pretty', 'json')),
  operatorListen: setting('operator.listen', operatorListenType, { flag: 'operator' }),
  operatorStuckAfter: setting('operator.stuck_after', minutesType),
  operatorToken: setting('operator.token', tokenType, { secret: true }),
  tlsCert: setting('tls.cert', pathType, notBuilt('HTTPS')),
  tlsKey: setting('tls.key', pathType, notBuilt('HTTPS')),
  securityAllow: setting(
    'security.allow',
    textType,
    notBuilt('the list of networks that may use the switch side'),
  ),
  securityTrustedProxies: setting(
    'security.trusted_proxies',
    textType,
    notBuilt('trust in the headers of proxies'),
  ),
  securityIdentityMismatch: setting(
    'security.identity_mismatch',
    textType,
    notBuilt('the choice between warning and refusing'),
  ),
  storeUrl: setting('store.url', textType, {
    secret: true,
    ...notBuilt('a store that several servers share'),
  }),
} as const

export const allSettingKeys: readonly SettingKey<unknown>[] = Object.values(settingKeys)

export const settingSections: readonly string[] = [
  ...new Set(allSettingKeys.map(({ section }) => section)),
]

function setting<T>(name: string, type: SettingType<T>, extras: Extras = {}): SettingKey<T> {
  const [section = '', key = ''] = name.split('.')
  const ours = `ZTPUSH_${section}_${key}`.toUpperCase()
  return {
    name,
    section,
    key,
    environment: extras.ztps === undefined ? [ours] : [ours, extras.ztps],
    flag: extras.flag,
    type,
    state: extras.state ?? 'used',
    part: extras.part ?? '',
    secret: extras.secret ?? false,
  }
}

function notBuilt(part: string): Extras {
  return { state: 'not-built', part }
}
