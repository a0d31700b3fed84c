import { describe, expect, test } from 'vitest'
import { describeProblem } from '../src/core/problem.ts'
import { type Flags, type ReadSettings, readSettings, SettingsRefused } from '../src/settings.ts'

interface Given {
  readonly flags?: Flags
  readonly env?: Readonly<Record<string, string>>
  /** The text of /etc/ztpserver/ztpserver.conf. */
  readonly conf?: string
  readonly files?: Readonly<Record<string, string>>
}

const confFile = '/etc/ztpserver/ztpserver.conf'
const dataRoot = '/usr/share/ztpserver'

function read({ flags = {}, env = {}, conf, files = {} }: Given = {}): ReadSettings {
  const all = conf === undefined ? files : { [confFile]: conf, ...files }
  return readSettings({
    program: 'ztps',
    flags,
    env,
    cwd: '/srv/lab',
    readFile: (path) => all[path],
    folderExists: (path) => path === dataRoot || path === '/srv/lab/data_root',
  })
}

function refused(given: Given): string {
  try {
    read(given)
  } catch (error) {
    if (error instanceof SettingsRefused) return error.message
    throw error
  }
  return ''
}

describe('ztps without anything stated', () => {
  test("has ZTPServer's defaults, no inventory and no operator side", () => {
    const { settings, warnings } = read()
    expect(warnings).toEqual([])
    expect(settings).toMatchObject({
      confFile: undefined,
      listen: { host: '0.0.0.0', port: 8080 },
      dataRoot,
      serverUrl: 'http://ztpserver:8080',
      identifier: 'serialnumber',
      validateTopology: true,
      bootstrapFilename: 'bootstrap',
      neighbordbFilename: 'neighbordb',
      inventory: undefined,
      operator: undefined,
      logging: true,
      consoleLogging: true,
    })
  })
})

describe('the configuration file of ztps', () => {
  const files = {
    '/srv/lab/other.conf': '[server]\nport = 1',
    '/srv/env.conf': '[server]\nport = 2',
    [confFile]: '[server]\nport = 3',
    '/srv/lab/ztpush.conf': '[server]\nport = 4',
  }

  test.each<[string, Given, number]>([
    [
      '--conf, relative to the working directory',
      { flags: { conf: 'other.conf' }, env: { ZTPS_CONFIG: '/srv/env.conf' }, files },
      1,
    ],
    ['else ZTPS_CONFIG', { env: { ZTPS_CONFIG: '../env.conf' }, files }, 2],
    [`else ${confFile}; ZTPUSH_CONFIG does not count`, { env: { ZTPUSH_CONFIG: 'x' }, files }, 3],
  ])('is %s', (_rule, given, port) => {
    expect(read(given).settings.listen.port).toBe(port)
  })

  test.each<[string, Given]>([
    ['--conf', { flags: { conf: '/no.conf' } }],
    ['ZTPS_CONFIG', { env: { ZTPS_CONFIG: '/no.conf' } }],
  ])('that %s names and that is not there means all defaults, with a warning', (key, given) => {
    const { settings, warnings } = read({ ...given, files })
    expect(settings.confFile).toBeUndefined()
    expect(settings.listen.port).toBe(8080)
    expect(warnings.map(describeProblem)).toEqual([
      `/no.conf (${key}): there is no such file; every setting has its default. Fix: name a file that is there`,
    ])
  })

  test('may hold keys and sections that nobody knows: they are warned of', () => {
    const conf = '[default]\nunknown_key = 1\n[made_up]\nx = y\n'
    expect(read({ conf }).warnings.map(({ at }) => at?.line)).toEqual([3, 2])
  })
})

describe('values in ztps', () => {
  test("ZTPServer's variables beat the file", () => {
    const conf = `[default]
data_root = /file
server_url = http://file.test
logging = yes
console_logging_format = file
[bootstrap]
filename = file
[neighbordb]
filename = file
`
    const env = {
      ZTPS_DEFAULT_DATAROOT: '/env root',
      ZTPS_DEFAULT_SERVER: 'http://env.test:1',
      ZTPS_DEFAULT_LOGGING: 'False',
      ZTPS_CONSOLE_LOGGING_FORMAT: '%(message)s',
      ZTPS_BOOTSTRAP_FILENAME: 'envboot',
      ZTPS_NEIGHBORDB_FILENAME: 'env/ndb',
    }
    expect(read({ conf, env }).settings).toMatchObject({
      dataRoot: '/env root',
      serverUrl: 'http://env.test:1',
      logging: false,
      consoleLoggingFormat: '%(message)s',
      bootstrapFilename: 'envboot',
      neighbordbFilename: 'env/ndb',
    })
  })

  test('the URL is any text, as ZTPServer has it', () => {
    for (const url of ['http://ini.test/#frag', 'http://ztp:8080/', 'ztp.example.net']) {
      expect(read({ conf: `[default]\nserver_url = ${url}` }).settings.serverUrl).toBe(url)
    }
  })

  test.each([
    ['[server]\nport = notaport', 'notaport'],
    ['[server]\nport = 0', '"0"'],
    ['[default]\nidentifier = hostname', 'hostname'],
    ['[default]\nlogging = perhaps', 'perhaps'],
    ['[tls]\ncert = a.pem', '[tls] cert'],
    ['[security]\nallow = 10.0.0.0/8', '[security] allow'],
    ['[store]\nurl = postgres://db', '[store] url'],
  ])('%j stops the start', (conf, part) => {
    expect(refused({ conf })).toContain(part)
  })

  test('an inventory and an operator side are there when they are stated', () => {
    const conf = '[dynconfig]\ninventory = hosts.yaml\n[operator]\nlisten = 127.0.0.1:9000'
    const { settings } = read({ conf, env: { ZTPUSH_DYNCONFIG_TEMPLATES: '/t' } })
    expect(settings.inventory).toBe('/srv/lab/hosts.yaml')
    expect(settings.templates).toBe('/t')
    expect(settings.operator).toMatchObject({ host: '127.0.0.1', port: 9000 })
  })
})

test('the path of configurations matters where there is an inventory only', () => {
  const conf = '[dynconfig]\npath = /bootstrap\n'
  expect(refused({ conf })).toBe('')
  expect(refused({ conf: `${conf}inventory = swinfo.json\n` })).toContain(
    `${confFile}:2 ([dynconfig] path): "/bootstrap" cannot be served: `,
  )
})
