import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { describeProblem, type Problem } from '../src/core/problem.ts'
import { allSettingKeys, flagNames } from '../src/core/setting-keys.ts'
import { type Flags, type ReadSettings, readSettings, SettingsRefused } from '../src/settings.ts'

interface Given {
  readonly flags?: Flags
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The text of ./ztpush.conf. */
  readonly conf?: string
  readonly files?: Readonly<Record<string, string | Error>>
  readonly folders?: readonly string[]
}

const confFile = '/srv/lab/ztpush.conf'

function read({ flags = {}, env = {}, conf, files = {}, folders = [] }: Given = {}): ReadSettings {
  const all = conf === undefined ? files : { [confFile]: conf, ...files }
  return readSettings({
    program: 'ztpush',
    flags,
    env,
    cwd: '/srv/lab',
    readFile: (path) => {
      const content = all[path]
      if (content instanceof Error) throw content
      return content
    },
    folderExists: (path) => folders.includes(path),
  })
}

function refusals(given: Given): readonly Problem[] {
  try {
    read(given)
  } catch (error) {
    if (error instanceof SettingsRefused) return error.problems
    throw error
  }
  return []
}

function refused(given: Given): readonly string[] {
  return refusals(given).map(describeProblem)
}

function warned(given: Given): readonly string[] {
  return read(given).warnings.map(describeProblem)
}

describe('without anything stated', () => {
  test('an empty folder has all defaults and no warning', () => {
    const { settings, warnings } = read()
    expect(warnings).toEqual([])
    expect(settings).toEqual({
      confFile: undefined,
      listen: { host: '0.0.0.0', port: 8080 },
      serverUrl: undefined,
      dataRoot: undefined,
      identifier: 'serialnumber',
      validateTopology: true,
      bootstrapFilename: 'bootstrap',
      neighbordbFilename: 'neighbordb',
      inventory: '/srv/lab/swinfo.json',
      templates: '/srv/lab/templates',
      template: 'config.njk',
      path: '/dynconfig',
      maxInventoryBytes: 64 * 1024 * 1024,
      trimBlocks: false,
      lstripBlocks: false,
      unknownSwitch: '404',
      stateDir: '/srv/lab/.ztpush',
      stuckAfterMs: 1_800_000,
      operator: { host: '127.0.0.1', port: 8081, token: undefined },
      logFormat: undefined,
      logging: true,
      consoleLogging: true,
      consoleLoggingFormat: '%(asctime)s:%(levelname)s:[%(module)s:%(lineno)d] %(message)s',
      debug: false,
      stated: new Set(),
    })
  })

  test('what is given back is frozen', () => {
    const result = read()
    const { settings, warnings } = result
    for (const value of [result, settings, settings.listen, settings.operator, warnings]) {
      expect(Object.isFrozen(value)).toBe(true)
    }
  })
})

describe('where a value comes from', () => {
  const conf = '[server]\nport = 1003\n'

  test.each<[string, Given, number]>([
    ['the file beats the default', { conf }, 1003],
    ['the environment beats the file', { conf, env: { ZTPUSH_SERVER_PORT: '1002' } }, 1002],
    [
      'the flag beats the environment',
      { conf, env: { ZTPUSH_SERVER_PORT: '1002' }, flags: { port: '1001' } },
      1001,
    ],
    ['an empty variable counts as not set', { conf, env: { ZTPUSH_SERVER_PORT: ' ' } }, 1003],
    [
      'a bad value that another one beats does no harm',
      { conf: '[server]\nport=x', flags: { port: '1' } },
      1,
    ],
  ])('%s', (_rule, given, port) => {
    expect(read(given).settings.listen.port).toBe(port)
  })

  test("our variable beats ZTPServer's, which beats the file", () => {
    const file = '[default]\nserver_url = http://file'
    const env = { ZTPS_DEFAULT_SERVER: 'http://ztps', ZTPUSH_DEFAULT_SERVER_URL: 'http://ours' }
    expect(read({ conf: file, env }).settings.serverUrl).toBe('http://ours')
    const { ZTPS_DEFAULT_SERVER } = env
    expect(read({ conf: file, env: { ZTPS_DEFAULT_SERVER } }).settings.serverUrl).toBe(
      'http://ztps',
    )
  })

  test('every key that is used can be set by its variable, and by its flag if it has one', () => {
    const values: Record<string, string> = {
      'default.data_root': 'root with spaces',
      'default.identifier': 'SystemMAC',
      'default.logging': 'off',
      'default.console_logging': 'No',
      'default.console_logging_format': '%(levelname)s %(message)s',
      'default.disable_topology_validation': 'True',
      'bootstrap.filename': 'boot.py',
      'neighbordb.filename': 'db/neighbordb.yml',
      'default.server_url': 'http://ztp.example.net:8080/',
      'server.interface': '192.0.2.1',
      'server.port': '80',
      'dynconfig.inventory': 'inventory',
      'dynconfig.templates': '/srv/templates',
      'dynconfig.template': 'leaf/config.njk',
      'dynconfig.path': '/ztp/config',
      'dynconfig.max_inventory_mb': '1',
      'dynconfig.trim_blocks': 'YES',
      'dynconfig.lstrip_blocks': 'On',
      'dynconfig.unknown_switch': 'bootstrap',
      'log.format': 'json',
      'default.state_dir': 'state',
      'operator.stuck_after': '0',
      'operator.listen': '[2001:db8::1]:9000',
      'operator.token': 'correct horse',
    }
    const used = allSettingKeys.filter(({ state }) => state === 'used')
    expect(used.map(({ name }) => name).sort()).toEqual(Object.keys(values).sort())
    const expected = {
      listen: { host: '192.0.2.1', port: 80 },
      serverUrl: 'http://ztp.example.net:8080',
      dataRoot: '/srv/lab/root with spaces',
      identifier: 'systemmac',
      logging: false,
      consoleLogging: false,
      consoleLoggingFormat: '%(levelname)s %(message)s',
      validateTopology: false,
      bootstrapFilename: 'boot.py',
      neighbordbFilename: 'db/neighbordb.yml',
      unknownSwitch: 'bootstrap',
      inventory: '/srv/lab/inventory',
      templates: '/srv/templates',
      template: 'leaf/config.njk',
      path: '/ztp/config',
      maxInventoryBytes: 1024 * 1024,
      trimBlocks: true,
      lstripBlocks: true,
      stateDir: '/srv/lab/state',
      stuckAfterMs: 0,
      operator: { host: '2001:db8::1', port: 9000, token: 'correct horse' },
      logFormat: 'json',
      stated: new Set(Object.keys(values)),
    }
    const env = Object.fromEntries(
      used.map(({ name, environment }) => [environment[0] ?? '', values[name]]),
    )
    expect(read({ env }).settings).toMatchObject(expected)

    const flags = Object.fromEntries(
      used.flatMap(({ name, flag }) => (flag === undefined ? [] : [[flag, values[name]]])),
    )
    const rest = Object.fromEntries(
      used
        .filter(({ flag }) => flag === undefined)
        .map(({ name, environment }) => [environment[0] ?? '', values[name]]),
    )
    expect(read({ flags, env: rest }).settings).toMatchObject(expected)

    const text = used.map(({ section, key, name }) => ({
      section,
      line: `${key} = ${values[name]}`,
    }))
    const sections = [...new Set(used.map(({ section }) => section))]
    const file = sections
      .flatMap((name) => [
        `[${name}]`,
        ...text.filter((t) => t.section === name).map((t) => t.line),
      ])
      .join('\n')
    expect(read({ conf: file }).settings).toMatchObject({ ...expected, confFile })
  })

  test('--debug is a flag alone', () => {
    expect(read({ flags: { debug: true } }).settings.debug).toBe(true)
  })

  test('[DEFAULT] lends a value to a section that is written', () => {
    const given = { conf: '[DEFAULT]\nport = 9000\n[server]\n' }
    expect(read(given).settings.listen.port).toBe(9000)
    expect(warned(given)).toEqual([])
  })
})

describe('the configuration file', () => {
  const files = {
    '/srv/lab/other.conf': '[server]\nport = 1',
    '/srv/env.conf': '[server]\nport = 2',
    [confFile]: '[server]\nport = 3',
    '/etc/ztpush/ztpush.conf': '[server]\nport = 4',
  }

  test.each<[string, Given, string | undefined]>([
    [
      '--conf, relative to the working directory',
      { flags: { conf: 'other.conf' }, env: { ZTPUSH_CONFIG: '/srv/env.conf' }, files },
      '/srv/lab/other.conf',
    ],
    ['else ZTPUSH_CONFIG', { env: { ZTPUSH_CONFIG: '../env.conf' }, files }, '/srv/env.conf'],
    [
      'an empty ZTPUSH_CONFIG is none; else ./ztpush.conf',
      { env: { ZTPUSH_CONFIG: '' }, files },
      confFile,
    ],
    [
      'else /etc/ztpush/ztpush.conf',
      { files: { '/etc/ztpush/ztpush.conf': '' } },
      '/etc/ztpush/ztpush.conf',
    ],
    [
      'else nothing; ZTPS_CONFIG does not count',
      { env: { ZTPS_CONFIG: '/srv/env.conf' }, files: { '/srv/env.conf': '' } },
      undefined,
    ],
  ])('is %s', (_rule, given, file) => {
    expect(read(given).settings.confFile).toBe(file)
  })

  test.each<[string, Given, string]>([
    [
      '--conf that is not there',
      { flags: { conf: 'no.conf' } },
      '/srv/lab/no.conf (--conf): there is no such file. Fix: name a file that is there',
    ],
    [
      'ZTPUSH_CONFIG that is not there',
      { env: { ZTPUSH_CONFIG: '/no.conf' } },
      '/no.conf (ZTPUSH_CONFIG): there is no such file. Fix: name a file that is there',
    ],
    [
      'an empty --conf',
      { flags: { conf: '' } },
      '(--conf): no file is named. Fix: name one, or leave it out',
    ],
    [
      'a ~ in --conf',
      { flags: { conf: '~/z.conf' } },
      '/srv/lab/~/z.conf (--conf): there is no such file. Fix: write the path in full: ~ is not expanded',
    ],
    [
      'a file that cannot be read, also one that need not be there',
      { files: { [confFile]: new Error('EACCES: permission denied') } },
      `${confFile}: cannot be read (EACCES: permission denied). Fix: make it a file that this user may read`,
    ],
  ])('%s stops the start', (_what, given, message) => {
    expect(refused(given)).toEqual([message])
    expect(refusals(given)[0]?.code).toBe('settings-unreadable')
  })

  test('a file that is not INI stops the start with the line', () => {
    const [problem] = refusals({ conf: '[server]\nport 8080' })
    expect(problem).toMatchObject({ code: 'settings-syntax', at: { file: confFile, line: 2 } })
  })

  test("ZTPServer's own file is read without a warning", () => {
    const conf = `[default]
data_root = /usr/share/ztpserver
identifier = serialnum
server_url = http://172.16.130.10:8080
logging = True
console_logging = True
console_logging_format = %(asctime)-15s:%(levelname)s:[%(module)s:%(lineno)d] %(message)s
disable_topology_validation = False
[server]
interface = 0.0.0.0
port = 8080
[bootstrap]
filename = bootstrap
[neighbordb]
filename = neighbordb
`
    const { settings, warnings } = read({ conf, folders: ['/usr/share/ztpserver'] })
    expect(warnings).toEqual([])
    expect(settings).toMatchObject({
      dataRoot: '/usr/share/ztpserver',
      serverUrl: 'http://172.16.130.10:8080',
      identifier: 'serialnumber',
      validateTopology: true,
      consoleLoggingFormat: '%(asctime)-15s:%(levelname)s:[%(module)s:%(lineno)d] %(message)s',
    })
  })
})

describe('the data root', () => {
  test('is ./data_root where that folder is there and nobody names another one', () => {
    const folders = ['/srv/lab/data_root', '/srv/ztp']
    expect(read().settings.dataRoot).toBeUndefined()
    expect(read({ folders }).settings.dataRoot).toBe('/srv/lab/data_root')
    const named = read({ folders, flags: { dataRoot: '../ztp' } })
    expect(named.settings.dataRoot).toBe('/srv/ztp')
    expect(named.warnings).toEqual([])
    const env = { ZTPS_DEFAULT_DATAROOT: '/srv/ztp' }
    expect(read({ folders, env }).settings.dataRoot).toBe('/srv/ztp')
  })

  test('may be made later: one that is not there is warned of', () => {
    const { settings, warnings } = read({ conf: '[default]\ndata_root = root\n' })
    expect(settings.dataRoot).toBe('/srv/lab/root')
    expect(warnings.map(describeProblem)).toEqual([
      `${confFile}:2 ([default] data_root): there is no such folder: /srv/lab/root. Fix: make it, or name another one; until then there are no nodes, actions and files`,
    ])
    expect(warnings).toMatchObject([{ code: 'data-root-missing', severity: 'warning' }])
  })

  test.each([
    '/bootstrap',
    '/bootstrap/config',
    '/nodes',
    '/nodes/leaf1',
    '/nodes/leaf1/startup-config',
    '/actions/add_config',
    '/files/images/EOS.swi',
    '/meta/files/EOS.swi',
  ])('takes the routes that %s would hide: it stops the start', (path) => {
    const conf = `[dynconfig]\npath = ${path}\n`
    const folders = ['/srv/lab/data_root']
    expect(refused({ conf, folders })).toEqual([
      `${confFile}:2 ([dynconfig] path): "${path}" cannot be served: with a data root /${path.split('/')[1]} and what is below it are ZTPServer's routes. Fix: choose another path, such as /dynconfig`,
    ])
    expect(read({ conf }).settings.path).toBe(path)
    expect(refused({ folders, env: { ZTPUSH_DYNCONFIG_PATH: path } })[0]).toMatch(
      /^\(ZTPUSH_DYNCONFIG_PATH\): /,
    )
  })

  test('lets configurations be at /bootstrap when unknown switches get the script there', () => {
    const conf = '[dynconfig]\npath = /bootstrap\nunknown_switch = bootstrap\n'
    expect(read({ conf, folders: ['/srv/lab/data_root'] }).settings.path).toBe('/bootstrap')
  })

  test.each(['/bootstrap2', '/ztp/bootstrap', '/file'])('lets configurations be at %s', (path) => {
    const conf = `[dynconfig]\npath = ${path}\n`
    expect(read({ conf, folders: ['/srv/lab/data_root'] }).settings.path).toBe(path)
  })

  test.each<[string, string]>([
    ['[bootstrap]\nfilename = ../x', '"../x"; expected the name of a file, without /'],
    ['[bootstrap]\nfilename = a/b', '"a/b"'],
    ['[bootstrap]\nfilename = ..', '".."'],
    ['[neighbordb]\nfilename = a/../../b', '"a/../../b"; expected the name of a file below'],
    ['[neighbordb]\nfilename = /etc/neighbordb', '"/etc/neighbordb"'],
    ['[default]\nidentifier = hostname', '"hostname"; expected serialnumber or serialnum or'],
    ['[default]\nlogging = maybe', '"maybe"'],
    ['[default]\ndisable_topology_validation = 2', '"2"'],
  ])('%j stops the start with the value', (conf, part) => {
    expect(refused({ conf })).toHaveLength(1)
    expect(refused({ conf })[0]).toContain(`found ${part}`)
  })

  test('the bootstrap script for unknown switches needs one', () => {
    const conf = '[dynconfig]\nunknown_switch = bootstrap'
    expect(refused({ conf })).toEqual([
      `${confFile}:2 ([dynconfig] unknown_switch): there is no bootstrap script without a data root. Fix: set [default] data_root too (--data-root)`,
    ])
    const folders = ['/srv/lab/data_root']
    expect(read({ conf, folders }).settings.unknownSwitch).toBe('bootstrap')
  })
})

describe('names that are none', () => {
  test.each<[string, string, string]>([
    [
      'a key with a typing mistake',
      '[server]\nprot = 1',
      `${confFile}:2 ([server] prot): there is no such key; it is ignored. Fix: write port`,
    ],
    [
      'a key of another section',
      '[server]\ninventory = x',
      `${confFile}:2 ([server] inventory): there is no such key; it is ignored. Fix: write it under [dynconfig]`,
    ],
    [
      'a key that is like nothing',
      '[server]\nworkers = 4',
      `${confFile}:2 ([server] workers): there is no such key; it is ignored. Fix: take it out, or use interface, port`,
    ],
    [
      'a section with a typing mistake',
      '[dynconf]\ninventory = x',
      `${confFile}:1 ([dynconf]): there is no such section; it is ignored. Fix: write [dynconfig]`,
    ],
    [
      'a section in the wrong letter case',
      '[Server]\nport = x',
      `${confFile}:1 ([Server]): there is no such section; it is ignored. Fix: write [server]`,
    ],
    [
      'a section that is like nothing',
      '[kubernetes]',
      `${confFile}:1 ([kubernetes]): there is no such section; it is ignored. Fix: take it out, or use default, server, bootstrap, neighbordb, dynconfig, log, operator, tls, security, store`,
    ],
    [
      'a key of [DEFAULT] that no section has',
      '[DEFAULT]\nprot = 1\n[server]',
      `${confFile}:2 ([DEFAULT] prot): there is no such key; it is ignored. Fix: write port`,
    ],
    [
      'a key of [DEFAULT] that reaches no section',
      '[DEFAULT]\nport = 1',
      `${confFile}:2 ([DEFAULT] port): it has no effect: [DEFAULT] lends its keys to the sections that the file holds. Fix: write it under [server]`,
    ],
  ])('%s is warned of with file, line and the nearest name', (_what, conf, message) => {
    expect(warned({ conf })).toEqual([message])
  })

  test.each<[string, string]>([
    ['ZTPUSH_SERVER_PROT', 'use ZTPUSH_SERVER_PORT'],
    ['ZTPUSH_INVENTORY', 'use ZTPUSH_DYNCONFIG_INVENTORY'],
    ['ZTPUSH_CONF', 'use ZTPUSH_CONFIG'],
    ['ZTPUSH_WORKERS', 'unset it'],
  ])('the variable %s is warned of', (name, fix) => {
    const message = `(${name}): there is no such variable; it is ignored. Fix: ${fix}`
    expect(warned({ env: { [name]: 'x' } })).toEqual([message])
  })

  test("variables of others, empty ones and ZTPServer's are not warned of", () => {
    const env = { HOME: '/root', ZTPUSH_NONE: '', ZTPS_CONFIG: 'x', ZTPS_OTHER: 'x' }
    expect(warned({ env })).toEqual([])
  })

  test('a name of a megabyte, or full of control characters, makes a short line', () => {
    const [message = ''] = warned({ conf: `[server]\n\x1b[2J${'x'.repeat(1 << 20)} = 1` })
    expect(message.length).toBeLessThan(300)
    expect(message).not.toContain('\x1b')
  })
})

describe('bad values', () => {
  test('every one is refused at once, each with its file and line, variable or flag', () => {
    const given: Given = {
      conf: '[server]\nport = 80 80\n\n[log]\nformat = xml\n[dynconfig]\ninventroy = x',
      env: { ZTPUSH_DYNCONFIG_TRIM_BLOCKS: 'maybe', ZTPUSH_SERVER_PORT: undefined },
      flags: { operator: '8081' },
    }
    expect(refused(given)).toEqual([
      `${confFile}:2 ([server] port): found "80 80"; expected a whole number from 1 to 65534. Fix: write for example: port = 8080`,
      '(--operator): found "8081"; expected off, or an address and a port (an IPv6 address in brackets). Fix: write for example: --operator 127.0.0.1:8081',
      '(ZTPUSH_DYNCONFIG_TRIM_BLOCKS): found "maybe"; expected yes, true, 1, on, or no, false, 0, off. Fix: write for example: ZTPUSH_DYNCONFIG_TRIM_BLOCKS=true',
      `${confFile}:5 ([log] format): found "xml"; expected pretty or json. Fix: write for example: format = pretty`,
    ])
    expect(() => read(given)).toThrow(refused(given).join('\n'))
    try {
      read(given)
    } catch (error) {
      expect(error instanceof SettingsRefused && error.warnings).toHaveLength(1)
    }
  })

  test.each<[string, Given, string]>([
    [
      'a comment behind the value',
      { conf: '[server]\nport = 8080 # comment' },
      'put the comment on a line of its own: what follows a value belongs to it',
    ],
    [
      'quotes',
      { conf: '[dynconfig]\ninventory = "swinfo.json"' },
      '"swinfo.json" stands in quotes; expected the path of a file or folder. Fix: take the quotes off: they would be part of it',
    ],
    [
      'quotes from an env file',
      { env: { ZTPUSH_SERVER_PORT: "'8080'" } },
      '"\'8080\'" stands in quotes',
    ],
    [
      'a ~',
      { env: { ZTPUSH_DYNCONFIG_TEMPLATES: '~/templates' } },
      'write the path in full: ~ is not expanded',
    ],
    [
      'an indented key',
      { conf: '[server]\nport = 8080\n  interface = 0.0.0.0' },
      '"8080\\ninterface = 0.0.0.0" holds a line break; expected a whole number from 1 to 65534. Fix: write it on one line',
    ],
    [
      'a port without address',
      { flags: { operator: ':9000' } },
      'name the address too: 127.0.0.1:9000, or 0.0.0.0 for all',
    ],
    [
      "a Service's variable",
      { env: { ZTPUSH_SERVER_PORT: 'tcp://10.0.0.1:80' } },
      'enableServiceLinks',
    ],
    ['a NUL', { conf: '[dynconfig]\ninventory = a\0b' }, 'holds a NUL'],
    [
      'a control character',
      { conf: '[dynconfig]\ninventory = a\x1b[2Jb' },
      '"a\\u001b[2Jb" holds a control character',
    ],
    ['a tab', { conf: '[server]\ninterface = a\tb' }, 'holds a tab'],
    [
      'bytes that were not UTF-8',
      { conf: '[dynconfig]\ntemplates = caf\u{fffd}' },
      'holds a byte that is not UTF-8; expected the path of a file or folder. Fix: save the file as UTF-8, or type it anew',
    ],
    [
      'an empty value in the file',
      { conf: '[server]\nport =' },
      'the value is empty; expected a whole number from 1 to 65534. Fix: take it out, or write for example: port = 8080',
    ],
    ['an empty flag', { flags: { inventory: '' } }, 'the value is empty'],
  ])('%s is refused with a hint', (_what, given, hint) => {
    const [message = '', ...more] = refused(given)
    expect(message).toContain(hint)
    expect(more).toEqual([])
  })

  test('a value on the line below its key is read, as is one with spaces and tabs around it', () => {
    const conf = '[dynconfig]\ninventory =\n    a.yaml\n[server]\nport\t=\t80\t\n'
    const { settings } = read({ conf, env: { ZTPUSH_LOG_FORMAT: ' json\n' } })
    expect(settings.inventory).toBe('/srv/lab/a.yaml')
    expect(settings.listen.port).toBe(80)
    expect(settings.logFormat).toBe('json')
  })

  test('a byte that is not UTF-8 does no harm in a comment', () => {
    const { settings, warnings } = read({ conf: '# caf\u{fffd}\n[server]\nport = 80\n' })
    expect(settings.listen.port).toBe(80)
    expect(warnings).toEqual([])
  })

  test('a value of a megabyte makes a short line', () => {
    for (const key of ['port', 'interface']) {
      const [message = ''] = refused({ conf: `[server]\n${key} = ${'x'.repeat(1 << 20)}` })
      expect(message.length).toBeLessThan(400)
    }
  })

  test('no message holds a token or the password of a URL', () => {
    const given: Given = {
      env: { ZTPUSH_DEFAULT_SERVER_URL: 'http://admin:hunter2/3@ztp' },
      conf: '[operator]\ntoken = "hunter2"\n[store]\nurl = postgres://u:hunter2@db',
    }
    const messages = refused(given)
    expect(messages).toHaveLength(3)
    expect(messages.join()).not.toMatch(/hunter2|admin/)
    expect(refused({ env: { ZTPUSH_OPERATOR_TOKEN: 'hunter2' } })).toEqual([
      '(ZTPUSH_OPERATOR_TOKEN): found the value (not shown); expected 8 to 1024 printable ASCII characters. Fix: make one with: openssl rand -hex 16',
    ])
  })
})

describe('parts that are not built yet', () => {
  test.each<[string, Given, string]>([
    [
      '[tls] cert',
      { conf: '[tls]\ncert = a.pem' },
      `${confFile}:2 ([tls] cert): it belongs to what is not built yet: HTTPS. Fix: take it out to start without that`,
    ],
    ['[tls] key', { env: { ZTPUSH_TLS_KEY: 'a.pem' } }, '(ZTPUSH_TLS_KEY): '],
    ['[security] allow', { conf: '[security]\nallow =' }, '([security] allow): '],
    [
      '[security] trusted_proxies',
      { conf: '[security]\ntrusted_proxies = ::/0' },
      '([security] trusted_proxies): ',
    ],
    [
      '[security] identity_mismatch',
      { env: { ZTPUSH_SECURITY_IDENTITY_MISMATCH: 'enforce' } },
      '(ZTPUSH_SECURITY_IDENTITY_MISMATCH): ',
    ],
    ['[store] url', { conf: '[store]\nurl = postgres://db' }, '([store] url): '],
  ])('%s stops the start by name', (_name, given, part) => {
    expect(refusals(given).map(({ code }) => code)).toEqual(['settings-not-built'])
    expect(refused(given)[0]).toContain(part)
  })
})

describe('the two sides', () => {
  const token = { ZTPUSH_OPERATOR_TOKEN: 'correct-horse' }

  test.each([
    '0.0.0.0:8081',
    '[::]:8081',
    '192.0.2.1:8081',
    'ztp.example.net:8081',
    '[::ffff:10.0.0.1]:8081',
  ])('operators on %s need a token', (listen) => {
    const given = { flags: { operator: listen, interface: '127.0.0.1' } }
    expect(refused(given)).toEqual([
      `(--operator): the operator side would listen on ${listen}, where others reach it, without a token. Fix: set [operator] token or ZTPUSH_OPERATOR_TOKEN, or listen on 127.0.0.1`,
    ])
    expect(read({ ...given, env: token }).settings.operator?.token).toBe('correct-horse')
  })

  test('an empty token is none', () => {
    const env = { ZTPUSH_OPERATOR_LISTEN: '192.0.2.1:81', ZTPUSH_OPERATOR_TOKEN: '' }
    expect(refused({ env })[0]).toContain('without a token')
  })

  test('a bad token is reported as that alone', () => {
    const env = { ZTPUSH_OPERATOR_LISTEN: '192.0.2.1:81', ZTPUSH_OPERATOR_TOKEN: 'short' }
    expect(refused({ env })).toHaveLength(1)
  })

  test('operators on loopback need none, and off is off', () => {
    expect(read({ flags: { operator: '[::1]:81' } }).settings.operator?.token).toBeUndefined()
    expect(read({ flags: { operator: 'off' } }).settings.operator).toBeUndefined()
  })

  test.each<[string, Flags]>([
    ['the same address', { interface: '127.0.0.1', operator: '127.0.0.1:8080' }],
    ['the same address, written otherwise', { interface: '::1', operator: '[0:0::1]:8080' }],
    ['localhost and its address', { interface: 'localhost', operator: '127.0.0.1:8080' }],
    ['all addresses and one of them', { port: '8081' }],
    [
      'all addresses of both kinds and one of them',
      { interface: '::', operator: '127.0.0.1:8080' },
    ],
  ])('on one port, %s is refused', (_what, flags) => {
    const messages = refused({ flags })
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(/both sides would listen on one port.*--port.*--operator/)
  })

  test.each<[string, Flags]>([
    ['two addresses', { interface: '127.0.0.2', operator: '127.0.0.1:8080' }],
    ['all IPv4 addresses and an IPv6 one', { operator: '[::1]:8080' }],
    ['the same port with the operator side off', { port: '8081', operator: 'off' }],
  ])('%s are accepted', (_what, flags) => {
    expect(refused({ flags })).toEqual([])
  })
})

describe('docs/reference/settings.md', () => {
  const page = readFileSync(new URL('../docs/reference/settings.md', import.meta.url), 'utf8')

  test('has a row for every key, with its variables and its flag', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `['))
    for (const { section, key, environment, flag } of allSettingKeys) {
      const row = rows.find((line) => line.startsWith(`| \`[${section}] ${key}\` |`)) ?? ''
      for (const name of environment) expect(row).toContain(`\`${name}\``)
      if (flag !== undefined) expect(row).toContain(`\`${flagNames[flag]}\``)
    }
    expect(rows).toHaveLength(allSettingKeys.length)
  })

  test('has an example file that is read without a warning', () => {
    const example = /```ini\n(.*?)```/s.exec(page)?.[1] ?? ''
    expect(example).toContain('[dynconfig]')
    const { settings, warnings } = read({ conf: example, folders: ['/srv/ztp/data_root'] })
    expect(warnings).toEqual([])
    expect(settings.stated.size).toBeGreaterThan(5)
  })
})
