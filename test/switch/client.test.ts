/** What the client promises: order, messages, exit status, logs, and what actions are given. */
import { describe, expect, test } from 'vitest'
import { reserveHttpAddress } from './eapi-service.ts'
import { type FakeEosOptions, fakeEosImpossible } from './fake-eos.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { type Boot, type BootResult, boot, html, quickClient } from './provisioned-switch.ts'
import { SyslogServer } from './syslog-server.ts'

const noSwitch = fakeEosImpossible() !== undefined
const newest = newestInterpreter().path
/** Two Pythons, the oldest and the newest; only one where there is only one. */
const pythons = [...new Set([oldestInterpreter(), newestInterpreter()])]

const before = {
  'startup-config': 'hostname old\n',
  'rc.eos': '#!/bin/bash\n',
  'boot-extensions': 'old.rpm\n',
  '.extensions/old.rpm': 'old',
  'boot-config': 'SWI=flash:/old.swi\n',
}

const writes = `def main(attributes):
    attributes.get("NODE").append_startup_config_lines([attributes.get("line", "none")])
`
const fails = `def main(attributes):
    raise ValueError("it does")
`

function expectSuccess({ code, stderr, stdout }: BootResult): void {
  expect(stdout).toContain('ZTP bootstrap completed successfully!')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
}

const linesOf = ({ stdout, url }: BootResult) => stdout.replaceAll(url, 'SERVER').split('\n')

describe.skipIf(noSwitch).concurrent('a run', () => {
  test.each(pythons)('goes step by step, and says each (Python $minor)', async ({ path }) => {
    const run = await boot({
      python: path,
      eos: {
        flash: before,
        version: '4.32.5.1M',
        neighbors: [
          { port: 'Ethernet1', neighborDevice: 'spine1', neighborPort: 'Ethernet3' },
          { port: 'Ethernet1', neighborDevice: 'phone', neighborPort: 'p1' },
          { port: 'Management1', neighborDevice: 'oob', neighborPort: '5' },
        ],
      },
      entries: [
        {
          ...{ action: 'writes', description: 'writes a line', attributes: { line: 'hostname a' } },
          ...{ onstart: 'here we go', onsuccess: 'well done', onfailure: 'oh no' },
        },
        { action: 'writes', attributes: { line: null } },
      ],
      actions: { writes },
    })
    expectSuccess(run)
    expect(linesOf(run)).toEqual([
      'Backing up /mnt/flash/startup-config...',
      'Backing up /mnt/flash/rc.eos...',
      'Backing up /mnt/flash/boot-extensions...',
      'Backing up /mnt/flash/.extensions...',
      'SyslogManager: adding localhost handler',
      'Retrieving config from server',
      'GET SERVER/bootstrap/config',
      'Server response to GET config: contents={"client":{"timeout":2,"retries":1,"lldp_wait":0},"logging":[],"xmpp":{}}',
      'Config retrieved from server',
      'unix:/var/run/command-api.sock',
      ...[
        'Applying server config',
        'No XMPP configuration received from server',
        'Configuring syslog',
        'Collecting node information',
        'POST SERVER/nodes',
        'Server response to POST nodes: status=201, location=/nodes/SSJ17115134',
        'GET SERVER/nodes/SSJ17115134',
        'Server response to GET definition: status=200, contents={"name":"test","actions":[{"action":"writes","description":"writes a line","attributes":{"line":"hostname a"},"onstart":"here we go","onsuccess":"well done","onfailure":"oh no"},{"action":"writes","attributes":{"line":null}}]}',
        'Applying definition test',
        'Executing action writes',
        'Action writes: here we go',
        'Downloading action writes(writes a line)',
        'GET SERVER/actions/writes',
        'GET SERVER/meta/actions/writes',
        'Action executed succesfully (writes)',
        'Action writes: well done',
        'Executing action writes',
        'Action executed succesfully (writes)',
        'Definition test applied successfully',
        'ZTP bootstrap completed successfully!',
      ].map((line) => `SSJ17115134: ${line}`),
      '',
    ])
    expect(run.asked).toEqual([
      'GET /bootstrap/config',
      'POST /nodes',
      'GET /nodes/SSJ17115134',
      'GET /meta/actions/writes',
      'GET /actions/writes',
    ])
    expect(run.eos.fastCliCalls).toEqual([
      'show version',
      'configure\n\nmanagement api http-commands\nno protocol https\nprotocol unix-socket\nno shutdown',
      'show management api http-commands | grep running',
    ])
    const [first, ...others] = run.eos.eapiCalls.map(({ commands }) => commands)
    expect(first).toEqual(['enable'])
    expect(others.slice(-2)).toEqual([
      ['enable', 'show version'],
      ['enable', 'show lldp neighbors'],
    ])
    expect(run.flash).toEqual({
      'boot-config': before['boot-config'],
      'startup-config': 'hostname a\nNone',
    })
    expect(JSON.parse(run.requests[1]?.body.toString() ?? '')).toEqual({
      model: 'vEOS',
      version: '4.32.5.1M',
      systemmac: '52:54:00:00:11:11',
      serialnumber: 'SSJ17115134',
      neighbors: {
        Ethernet1: [
          { device: 'spine1', port: 'Ethernet3' },
          { device: 'phone', port: 'p1' },
        ],
        Management1: [{ device: 'oob', port: '5' }],
      },
    })
  })

  test.each(pythons)(
    'tells who the switch is with each request (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        python: path,
        eos: { model: 'DCS-7050TX-64', serialNumber: 'JPE1' },
      })
      expectSuccess(run)
      expect(run.requests.length).toBeGreaterThan(4)
      for (const { headers } of run.requests) {
        expect(headers).toMatchObject({
          'x-arista-systemmac': '52:54:00:00:11:11',
          'x-arista-modelname': 'DCS-7050TX-64',
          'x-arista-softwareversion': '4.28.3M',
          'x-arista-architecture': 'i686',
          'x-arista-serial': 'JPE1',
          'accept-encoding': 'identity',
        })
      }
      const types = run.requests.map(({ method, headers }) => [method, headers['content-type']])
      expect(types.slice(0, 4)).toEqual([
        ['GET', 'text/html'],
        ['POST', 'application/json'],
        ['GET', 'text/html'],
        ['GET', 'text/html'],
      ])
      expect(run.requests[0]?.body.toString()).toBe('')
    },
  )

  test.each(pythons)(
    'ends with the first action that fails, and with the text for that (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        ...{ python: path, eos: { flash: before } },
        entries: [
          { action: 'writes' },
          { action: 'fails', onstart: 'try', onsuccess: 'well done', onfailure: 'call größe' },
          { action: 'never' },
        ],
        actions: { writes, fails },
      })
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
      const said = linesOf(run)
      const from = said.indexOf('SSJ17115134: Executing action fails')
      expect(said.slice(from, from + 6)).toEqual([
        'SSJ17115134: Executing action fails',
        'SSJ17115134: Action fails: try',
        'SSJ17115134: Downloading action fails',
        'SSJ17115134: GET SERVER/actions/fails',
        'SSJ17115134: GET SERVER/meta/actions/fails',
        'SSJ17115134: Action fails: call größe',
      ])
      expect(run.stdout).toMatch(
        /Traceback \(most recent call last\):\n[\s\S]*, line 2, in main\n[\s\S]*ValueError: it does\n/,
      )
      expect(said).toContain(
        'ERROR: SSJ17115134: Bootstrap process failed: executing action failed (fails): it does',
      )
      expect(run.asked).not.toContain('GET /actions/never')
      expect(run.flash).toEqual({ 'boot-config': before['boot-config'] })
    },
  )

  test('that meets what nobody foresaw says so, with a traceback of the place', async () => {
    const run = await boot({
      rewrites: { 'log(u"Collecting node information")': 'log(1 // 0)' },
    })
    expect(run.stdout).toMatch(
      /ERROR: SSJ17115134: Bootstrap process failed because of unknown exception: .*by zero\nSSJ17115134: Traceback [\s\S]*in bootstrap\n[\s\S]*ZeroDivisionError/,
    )
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
  })

  test.each(pythons)(
    'without a startup-config at its end has failed (Python $minor)',
    async (at) => {
      const run = await boot({
        ...{ python: at.path, eos: { flash: before } },
        ...{ entries: [{ action: 'blank' }] },
        actions: {
          blank: 'def main(a):\n    a.get("NODE").append_startup_config_lines(["", "  ", ""])\n',
        },
      })
      expect(run.stdout).toContain(
        'Bootstrap process failed: startup configuration is missing at the end of the bootstrap process',
      )
      expect(run.code).toBe(1)
      expect(run.flash).toEqual({ 'boot-config': before['boot-config'] })
    },
  )

  test('is told what it can do, and what it cannot', async () => {
    const help = await boot({ words: ['--help'] })
    expect(help).toMatchObject({ code: 0, stderr: '', asked: [] })
    expect(help.stdout).toContain('-n, --no-flash-factory-restore')
    const wrong = await boot({ words: ['--bogus'], eos: { flash: before } })
    expect(wrong).toMatchObject({ code: 2, stdout: '', asked: [] })
    expect(wrong.stderr).toContain('unrecognized arguments: --bogus')
    expect(wrong.flash).toEqual(before)
  })

  test.each(
    pythons.flatMap(({ path, minor }) =>
      ['-n', '--no-flash-factory-restore'].map((word) => ({ path, minor, word })),
    ),
  )('with $word sets aside what it made, and puts back (Python $minor)', async ({ path, word }) => {
    const makes = `import os
def main(attributes):
    node = attributes.get("NODE")
    node.append_startup_config_lines(["hostname new"])
    node.append_rc_eos_lines(["echo new"])
    os.mkdir("/mnt/flash/.extensions")
    for name in ("boot-extensions", ".extensions/new.rpm", "other"):
        open("/mnt/flash/" + name, "w").close()
`
    const run = await boot({
      python: path,
      words: [word],
      eos: { flash: { ...before, 'startup-config.ztp': 'older', '.extensions.ztp/a': 'older' } },
      ...{ entries: [{ action: 'makes' }], actions: { makes } },
    })
    expectSuccess(run)
    expect(run.flash).toEqual({
      ...before,
      'startup-config.ztp': 'hostname new',
      'rc.eos.ztp': '#!/bin/bash\necho new',
      'boot-extensions.ztp': '',
      '.extensions.ztp/new.rpm': '',
      other: '',
    })
  })

  test('of an old Python begins again with the one of this EOS, its options kept', async () => {
    if (oldestInterpreter().major > 2) return
    const run = await boot({
      python: oldestInterpreter().path,
      words: ['-n'],
      eos: { flash: before, aristaPython: newest },
      entries: [{ action: 'tells' }],
      actions: {
        tells:
          'import sys\ndef main(a):\n    a.get("NODE").append_startup_config_lines([sys.version.split()[0]])\n',
      },
    })
    expectSuccess(run)
    expect(run.flash).toEqual({ ...before, 'startup-config.ztp': newestInterpreter().version })
  })
})

/** eAPI over HTTP at an address of the switch's own, in place of port 80. */
async function overHttp(options: Boot & { eos?: FakeEosOptions }): Promise<Boot> {
  const address = await reserveHttpAddress()
  return {
    ...options,
    eos: { ...options.eos, eapi: { ...options.eos?.eapi, address } },
    rewrites: {
      ...options.rewrites,
      'COMMAND_API_SERVER = "localhost"': `COMMAND_API_SERVER = "${address.host}:${address.port}"`,
    },
  }
}

describe.skipIf(noSwitch).concurrent('eAPI', () => {
  test.each([
    ['4.14.5F', 'http'],
    ['4.10.9', 'http'],
    ['4.12.12M', 'http'],
    ['4.14.6M', 'unix-socket'],
    ['4.15.0F', 'unix-socket'],
    ['4.32.5.1M', 'unix-socket'],
    ['5.0.1F', 'unix-socket'],
  ])('of EOS %s is used over %s', async (version, transport) => {
    const protocols = ['http', 'https'] as const
    const run = await boot(
      await overHttp({
        eos: { version, ...(transport === 'http' && { eapi: { protocols } }) },
      }),
    )
    expectSuccess(run)
    expect(new Set(run.eos.eapiCalls.map((call) => call.transport))).toEqual(new Set([transport]))
    expect(run.eos.eapiCalls.every(({ isAllowed }) => isAllowed)).toBe(true)
  })

  test.each(pythons)(
    'has no user but for the run, of a password that nobody knows (Python $minor)',
    async ({ path }) => {
      const secrets = new Set<string | undefined>()
      for (const fault of [undefined, 'garbage'] as const) {
        const run = await boot(
          await overHttp({
            python: path,
            eos: { version: '4.12.3', eapi: { fault: (_, at) => (at > 1 ? fault : undefined) } },
          }),
        )
        expect(run.code).toBe(fault === undefined ? 0 : 1)
        const secret = run.eos.eapiCalls[0]?.password
        expect(secret).toMatch(/^[0-9A-F]{32}$/)
        secrets.add(secret)
        expect(run.stdout).not.toContain(secret)
        expect(run.stdout).toMatch(/^http:\/\/ztps:\.\.\.@127\S+\/command-api$/m)
        expect(run.eos.users.size).toBe(0)
      }
      expect(secrets.size).toBe(2)
    },
  )

  test.each([
    ['vEOS', '4.11.3', false],
    ['DCS-7050T-52', '4.12.0', false],
    ['DCS-7050T-52', '4.11.3', true],
  ])('is not throttled on %s with EOS %s: %s', async (model, version, isFreed) => {
    const run = await boot(await overHttp({ eos: { model, version } }))
    expectSuccess(run)
    expect(run.eos.runningConfig.includes('no service-policy input copp-system-policy')).toBe(
      isFreed,
    )
  })

  test('that will not stop throttling is only warned of', async () => {
    const answers = { 'control-plane': { error: 'no such thing' } }
    const run = await boot(
      await overHttp({ eos: { model: 'DCS-7050T-52', version: '4.11.3', answers } }),
    )
    expectSuccess(run)
    expect(run.stdout).toMatch(/WARNING: unable to disable COPP: .*control-plane/)
  })
})

describe.skipIf(noSwitch).concurrent('under the tests of the original client', () => {
  const original = (options: Boot = {}) => overHttp({ ...options, env: { EAPI_TEST: '1' } })

  test.each(pythons)('eAPI is made ready as they want it (Python $minor)', async ({ path }) => {
    const run = await boot(await original({ python: path }))
    expectSuccess(run)
    expect(run.eos.fastCliCalls[0]).toBe(
      'configure\nusername ztps secret ztps-password privilege 15\nmanagement api http-commands\nno protocol https\nprotocol http\nno shutdown',
    )
    expect(run.stdout).toMatch(/^http:\/\/ztps:ztps-password@127\S+\/command-api$/m)
    const calls = run.eos.eapiCalls.map(({ transport, commands }) => [transport, ...commands])
    expect(calls.slice(-2)).toEqual([
      ['http', 'enable', 'show version'],
      ['http', 'enable', 'show lldp neighbors'],
    ])
  })

  test('a FastCli that says the same to all is enough', async () => {
    const run = await boot({
      ...(await original({
        eos: { fastCli: () => ({ stdout: 'dummy-response' }), eapi: { isOn: true } },
      })),
      during: async (_running, eos) => eos.addUser('ztps', 'ztps-password'),
    })
    expectSuccess(run)
  })

  test.each(pythons)(
    'the line of the timeout may lose its newline, and 10 ms are enough (Python $minor)',
    async ({ path }) => {
      const rewrites = { 'HTTP_TIMEOUT = 30\n': 'HTTP_TIMEOUT = 0.01' }
      const hanging = { '/bootstrap/config': { hangs: true } }
      const run = await boot(await original({ python: path, rewrites, answers: hanging }))
      expect(run.stdout).toMatch(/server connection error|Read timed out/)
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' })
    },
  )
})

describe.skipIf(noSwitch).concurrent('the client settings of bootstrap.conf', () => {
  test('that cannot be used are named, and the defaults stay', async () => {
    const run = await boot({
      config: { client: { timeout: 'long', retries: -1, lldp_wait: true } },
      rewrites: { 'LLDP_WAIT = 30': 'LLDP_WAIT = 0' },
    })
    expectSuccess(run)
    expect(run.stdout.match(/^ERROR: client\..*$/gm)).toEqual([
      'ERROR: client.timeout of bootstrap.conf: long is not a number from 0.01 to 3600, using 30',
      'ERROR: client.retries of bootstrap.conf: -1 is not a number from 0 to 20, using 3',
      'ERROR: client.lldp_wait of bootstrap.conf: True is not a number from 0 to 600, using 0',
    ])
  })

  test.each([[null], [[]], ['x'], [5]])('may be %j', async (settings) => {
    const run = await boot({
      config: { client: settings, logging: null, xmpp: null },
      rewrites: { 'LLDP_WAIT = 30': 'LLDP_WAIT = 0' },
    })
    expectSuccess(run)
  })

  test.each([0, 1, 2])('decide how often is asked again: %d times', async (retries) => {
    const run = await boot({
      config: { client: { ...quickClient, retries } },
      answers: { '/nodes': html(500, '') },
    })
    expect(run.code).toBe(1)
    expect(run.asked.filter((asked) => asked === 'POST /nodes')).toHaveLength(retries + 1)
  })
})

describe.skipIf(noSwitch).concurrent('LLDP', () => {
  const spine = { port: 'Ethernet1', neighborDevice: 'spine1', neighborPort: 'Ethernet3' }
  const other = { ...spine, port: 'Ethernet2' }
  const waits = (seconds: number) => ({
    config: { client: { ...quickClient, lldp_wait: seconds } },
  })
  const portsTold = (run: BootResult) => {
    const post = run.requests.find(({ method }) => method === 'POST')
    return Object.keys(JSON.parse(post?.body.toString() ?? '').neighbors)
  }

  test.each(pythons)(
    'is waited for until each port has been heard at (Python $minor)',
    async (at) => {
      const neighbors = (look: number) => [spine, other].slice(0, Math.max(0, look - 2))
      const run = await boot({
        ...{ ...waits(60), python: at.path },
        eos: { neighbors, connectedPorts: ['Ethernet1', 'Ethernet2', 'Management1'] },
        rewrites: { 'time.sleep(min(1, ': 'time.sleep(min(0.02, ' },
      })
      expectSuccess(run)
      expect(portsTold(run).sort()).toEqual(['Ethernet1', 'Ethernet2'])
      const looks = run.eos.eapiCalls.filter(
        ({ commands }) => commands[1] === 'show lldp neighbors',
      )
      expect(looks).toHaveLength(5)
    },
  )

  test('is not waited for longer than was said', async () => {
    const run = await boot({
      ...waits(0.3),
      eos: { neighbors: [spine], connectedPorts: ['Ethernet1', 'Ethernet7'] },
    })
    expectSuccess(run)
    expect(portsTold(run)).toEqual(['Ethernet1'])
    expect(run.seconds).toBeLessThan(10)
  })

  test.each<[what: string, eos: FakeEosOptions]>([
    ['no port has a link', { connectedPorts: ['Management1'] }],
    ['EOS does not tell of ports', { answers: { 'show interfaces status': { error: 'no' } } }],
    ['EOS tells nonsense', { answers: { 'show interfaces status': { text: '', json: {} } } }],
  ])('is not waited for where %s', async (_, eos) => {
    const run = await boot({ ...waits(60), eos: { connectedPorts: ['Ethernet1'], ...eos } })
    expectSuccess(run)
  })
})

describe.skipIf(noSwitch).concurrent('the log', () => {
  const logging = (...destinations: readonly (readonly [string | null, string | null])[]) => ({
    config: {
      client: quickClient,
      logging: destinations.map(([destination, level]) => ({ destination, level })),
    },
  })
  const failing = {
    entries: [{ action: 'writes' }, { action: 'fails' }],
    actions: { writes, fails },
  }

  test.each(pythons)(
    'goes to the syslog of the switch, whole (Python $minor)',
    async ({ path }) => {
      const run = await boot({ ...failing, python: path })
      const { syslog } = run.eos
      expect(syslog[0]).toEqual({
        facility: 1,
        severity: 6,
        text: 'ZTPS - INFO: Retrieving config from server',
      })
      expect(syslog.filter(({ severity }) => severity === 3).map(({ text }) => text)).toEqual([
        'ZTPS - ERROR: SSJ17115134: Bootstrap process failed: executing action failed (fails): it does',
      ])
      expect(syslog.some(({ text }) => text.includes('Traceback'))).toBe(true)
    },
  )

  test.each(pythons)('needs no syslog on the switch (Python $minor)', async ({ path }) => {
    const run = await boot({ python: path, eos: { hasSyslog: false } })
    expectSuccess(run)
    expect(run.stdout).toContain('SyslogManager: no local syslog: No such file or directory')
  })

  test.each(pythons)('goes by UDP to IPv4 and IPv6, by level (Python $minor)', async ({ path }) => {
    const server = await SyslogServer.open()
    try {
      const six = server.address6 ?? server.address4
      const run = await boot({
        ...{ ...failing, python: path },
        ...logging([server.address4, 'ERROR'], [six, 'info']),
      })
      expect(run.code).toBe(1)
      expect(run.stdout).toContain(
        `SyslogManager: adding remote handler (${server.address4} - level:ERROR)`,
      )
      await server.waitFor(/Traceback/)
      await server.waitFor(/Collecting node information/)
      const errors = server.messages.filter(({ severity }) => severity === 3)
      const problem =
        'ZTPS - ERROR: SSJ17115134: Bootstrap process failed: executing action failed (fails): it does'
      expect(errors.map(({ text }) => text)).toEqual([problem, problem])
      if (server.address6 !== undefined) {
        const fours = server.messages.filter(({ family }) => family === 4)
        expect(fours.map(({ text }) => text)).toEqual([problem])
        expect(server.messages.length).toBeGreaterThan(10)
      }
    } finally {
      await server.close()
    }
  })

  test.each(pythons)(
    'goes to files, by level; a bogus level is DEBUG (Python $minor)',
    async (at) => {
      const names = ['debug', 'info', 'error', 'critical', 'bogus', 'none']
      const levels = ['DEBUG', 'INFO', 'error', 'CRITICAL', 'bogus', null]
      const run = await boot({
        ...{ ...failing, python: at.path },
        ...logging(...levels.map((level, i) => [`file:/tmp/${names[i]}.log`, level] as const)),
        tell: names.map((name) => `/tmp/${name}.log`),
      })
      const [debug = '', info, error = '', critical, bogus, none] = Object.values(run.told)
      expect(debug).toContain('ZTPS - INFO: SSJ17115134: Collecting node information\n')
      expect([info, bogus, none]).toEqual([debug, debug, debug])
      expect(error.match(/^ZTPS - ERROR: SSJ17115134: (SyslogManager|Bootstrap)/gm)).toHaveLength(2)
      for (const line of error.split('\n')) expect(debug.split('\n')).toContain(line)
      expect(error.length).toBeLessThan(debug.length)
      expect(critical).toBe('')
      expect(run.stdout).toContain(
        'ERROR: SSJ17115134: SyslogManager: unknown logging level (bogus) - using log.DEFAULT instead',
      )
      expect(run.stdout).toContain('adding file handler (/tmp/debug.log - level:DEBUG)')
    },
  )

  test.each(pythons)(
    'loses a line for a destination that is none, not the run (Python $minor)',
    async (at) => {
      const run = await boot({
        ...{ python: at.path },
        ...logging(
          ...['file:/nowhere/at/all.log', 'file:', '127.0.0.1:0', '127.0.0.1:x', '[::1', ''].map(
            (destination) => [destination, 'DEBUG'] as const,
          ),
          ...[[null, null] as const, ['file:/tmp/g\u00f6.log', 'INFO'] as const],
        ),
      })
      expectSuccess(run)
      const said = [...run.stdout.matchAll(/SyslogManager: (.*)/g)].map(([, line]) => line)
      expect(said.slice(1)).toEqual([
        'cannot log to file:/nowhere/at/all.log: No such file or directory',
        'cannot log to file:: Is a directory',
        "cannot log to 127.0.0.1:0: '0' is not a port",
        "cannot log to 127.0.0.1:x: 'x' is not a port",
        expect.stringMatching(/^cannot log to \[::1: /),
        'skipping a handler without destination',
        'skipping a handler without destination',
        'adding file handler (/tmp/g\u00f6.log - level:INFO)',
      ])
    },
  )

  test.each<[config: object]>([
    [{ logging: 'x' }],
    [{ logging: ['x', 5, null, {}] }],
    [{ logging: {} }],
  ])('is not disturbed by a configuration %j', async (config) => {
    expectSuccess(await boot({ config: { client: quickClient, ...config } }))
  })

  test.each(pythons)(
    'has nobody listening at its output, and goes on (Python $minor)',
    async (at) => {
      const run = await boot({
        ...{ python: at.path, entries: [{ action: 'deaf' }, { action: 'writes' }] },
        actions: { writes, deaf: 'import os\ndef main(a):\n    os.close(1)\n' },
      })
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
      expect(run.flash['startup-config']).toBe('none')
    },
  )
})

describe.skipIf(noSwitch).concurrent('chat rooms', () => {
  const xmpp = { username: 'ztps', domain: 'lab.example', password: 'secret', rooms: ['ztp'] }

  test.each<[what: string, config: unknown, said: RegExp]>([
    [
      'a password missing',
      { ...xmpp, password: '' },
      /ERROR: \S+ XMPP configuration failed because server response is missing config details/,
    ],
    [
      'rooms missing',
      { ...xmpp, rooms: [] },
      /XMPP configuration failed because server response is missing/,
    ],
    ['a text', 'x', /XMPP configuration failed because server response is missing/],
    [
      'an unknown msg_type',
      { ...xmpp, msg_type: 'loud' },
      /ERROR: \S+ XMPP configuration failed because of unexpected 'msg_type': loud not in \['debug', 'info'\]/,
    ],
  ])('with %s cost a line, not the run', async (_, config, said) => {
    const run = await boot({ config: { client: quickClient, xmpp: config } })
    expectSuccess(run)
    expect(run.stdout).toMatch(said)
  })
})

/** An action that notes what it finds: `note("name", function, ...)` keeps the result, or the error. */
const notes = (body: string) => `
import json, os, sys
import six

said = []

def plain(value):
    if isinstance(value, bytes):
        value = value.decode("utf-8")
    if isinstance(value, tuple):
        value = list(value)
    return [plain(item) for item in value] if isinstance(value, list) else value

def note(call, *words, **named):
    try:
        said.append(plain(call(*words, **named)))
    except Exception as error:
        said.append("%s: %s" % (type(error).__name__, error))

def main(attributes):
    node = attributes.get("NODE")
${body.replace(/^/gm, '    ')}
    node.append_startup_config_lines(["done"])
    with open("/tmp/said.json", "w") as file:
        json.dump(said, file)
`

/** Runs such an action and gives what it noted. */
async function noted(body: string, options: Boot = {}): Promise<[unknown[], BootResult]> {
  const run = await boot({
    ...options,
    entries: options.entries ?? [{ action: 'notes', attributes: { own: 1, nothing: null } }],
    actions: { notes: notes(body), ...options.actions },
    tell: ['/tmp/said.json', ...(options.tell ?? [])],
  })
  expectSuccess(run)
  return [JSON.parse(run.told['/tmp/said.json'] ?? ''), run]
}

describe.skipIf(noSwitch).concurrent.each(pythons)(
  'an action (Python $minor)',
  ({ path, major }) => {
    test('has its attributes, and NODE with them', async () => {
      const [said] = await noted(
        `note(attributes.get, "own")
note(attributes.get, "nothing", "default")
note(attributes.get, "absent", "default")
note(attributes.get, "absent")
note(lambda: attributes.get("NODE") is node)
note(lambda: sorted(attributes.copy()))
note(lambda: (sorted(attributes.local_attr), sorted(attributes.special_attr)))
made = type(attributes)
note(lambda: made().copy())
note(lambda: made({"a": 1}, {"a": 2, "b": 3}).copy())
note(lambda: made({"a": 1}, {"a": 2, "b": 3}).get("a"))
note(made(None, {"b": 3}).get, "b")
note(lambda: sys.modules["notes"].main is main)
note(lambda: [__name__, __file__, oct(os.stat(__file__).st_mode)[-3:]])`,
        { python: path },
      )
      expect(said).toEqual([
        ...[1, null, 'default', null, true],
        ['NODE', 'nothing', 'own'],
        [['nothing', 'own'], ['NODE']],
        {},
        { a: 1, b: 3 },
        ...[1, 3, true],
        ['notes', '/tmp/notes', '777'],
      ])
    })

    test('is loaded once and keeps what it remembers between its runs', async () => {
      const counts = `runs = []
def main(attributes):
    runs.append(attributes.get("n"))
    attributes.get("NODE").append_startup_config_lines([str(runs)])
    return False
`
      const run = await boot({
        python: path,
        entries: [1, 2].map((n) => ({ action: 'counts', attributes: { n } })),
        actions: { counts },
      })
      expectSuccess(run)
      expect(run.flash['startup-config']).toBe('[1]\n[1, 2]')
      expect(run.asked.filter((asked) => asked.includes('/counts'))).toHaveLength(2)
      expect(run.stdout.match(/Downloading action counts/g)).toHaveLength(1)
      expect(run.stdout.match(/Action executed succesfully \(counts\)/g)).toHaveLength(2)
    })

    test('knows the switch', async () => {
      const [said, run] = await noted(
        `note(node.system)
note(node.neighbors)
note(lambda: sorted(node.details()))
note(lambda: (node.rc_eos(), node.flash(), node.startup_config()))
note(node.server_address)
note(type(node).server_address)
note(node.has_startup_config)
node.append_startup_config_lines([" ", ""])
note(lambda: bool(node.has_startup_config()))
node.append_startup_config_lines([u"hostname gr\\u00f6\\u00dfe"])
note(lambda: "hostname" in node.has_startup_config())
node.append_rc_eos_lines(["one"])
node.append_rc_eos_lines([u"tw\\u00f6", "three"])
note(node.log_msg, u"gr\\u00f6\\u00dfe")
note(node.log_msg, "bad", error=True)
note(node.log_msg, b"bytes \\xff", True)`,
        {
          python: path,
          eos: { neighbors: [{ port: 'Ethernet1', neighborDevice: 's', neighborPort: 'p' }] },
        },
      )
      expect(said).toEqual([
        {
          model: 'vEOS',
          version: '4.28.3M',
          systemmac: '52:54:00:00:11:11',
          serialnumber: 'SSJ17115134',
        },
        { neighbors: { Ethernet1: [{ device: 's', port: 'p' }] } },
        ['model', 'neighbors', 'serialnumber', 'systemmac', 'version'],
        ['/mnt/flash/rc.eos', '/mnt/flash', '/mnt/flash/startup-config'],
        ...[run.url, run.url, false, false, true, null, null, null],
      ])
      const bytes = (name: string) => Buffer.from(run.flash[name] ?? '', 'latin1').toString()
      expect(bytes('startup-config')).toBe(' \n\nhostname größe\ndone')
      expect(bytes('rc.eos')).toBe('#!/bin/bash\none\ntwö\nthree')
      expect(run.stdout).toMatch(
        /^SSJ17115134: größe\nERROR: SSJ17115134: bad\nERROR: SSJ17115134: bytes \ufffd$/m,
      )
    })

    test('gives commands to EOS', async () => {
      const [said, run] = await noted(
        `note(node.api_enable_cmds, ["show foo"])
note(node.api_enable_cmds, ["show foo", "show empty", "show bar"], text_format=True)
note(node.api_enable_cmds, ["show foo"], True)
note(node.api_enable_cmds, [])
note(node.api_config_cmds, ["hostname x", "show foo"])
note(node.api_enable_cmds, ["show nothing"])
note(node.client.runCmds, 1, ["enable", "show foo"], "text")
note(node.client.runCmds, 1, ["enable", "show foo"])
note(node._cli_enable_cmd, "show foo")
note(node._cli_config_cmds, ["hostname y"])
note(node._cli_enable_cmd, "show nothing")`,
        {
          python: path,
          eos: {
            answers: {
              'show foo': { text: 'foo\n', json: { foo: 1 } },
              'show bar': 'bar\n',
              'show empty': { text: '', json: {} },
            },
          },
        },
      )
      expect(said).toEqual([
        [{ foo: 1 }],
        ['foo\n', 'bar\n'],
        ['foo\n'],
        [],
        [{}, { foo: 1 }],
        expect.stringMatching(/^EapiError: .*show nothing.* \(1002\)$/),
        [{ output: '' }, { output: 'foo\n' }],
        [{}, { foo: 1 }],
        [0, 'foo\n', ''],
        [0, '', ''],
        [1, "% Invalid input (at token 0: 'show')\n", ''],
      ])
      expect(run.eos.runningConfig.slice(-2)).toEqual(['hostname x', 'hostname y'])
    })

    test('gives commands to the shell, which fail by their status or by an error', async () => {
      const [said, run] = await noted(
        `note(node.bash_cmds, ["echo out; true", "echo more"])
note(type(node).bash_cmds, [])
note(node.bash_cmds, ["true", "echo half; exit 3", "touch /tmp/never"])
note(node.bash_cmds, ["echo odd >&2"])
note(node.bash_cmds, [u"printf gr\\u00f6; false"])
note(node.bash_cmds, ["sleep 30 & echo left behind"])
note(os.path.exists, "/tmp/never")`,
        { python: path },
      )
      expect(said).toEqual([
        [null, null, null, null],
        [null, null, null, null],
        ['echo half; exit 3', 3, 'half\n', ''],
        ['echo odd >&2', 0, '', 'odd\n'],
        ['printf grö; false', 1, 'grö', ''],
        [null, null, null, null],
        false,
      ])
      expect(run.stdout).toContain('\nout\nmore\n')
      expect(run.seconds).toBeLessThan(10)
    })

    test('fills templates, strictly or not', async () => {
      const [said] = await noted(
        `note(node.substitute, "$a \${a}s $$a", {"a": 1})
note(node.substitute, "$a $b", {"a": 1})
note(node.substitute, "$a $b $$", {"a": 1}, strict=False)
note(node.substitute, "5 $ and", {})
note(node.substitute, "5 $ and", {}, False)
note(type(node).substitute, u"gr\\u00f6\\u00dfe $a", {"a": u"\\u00e4"})`,
        { python: path },
      )
      expect(said).toEqual([
        '1 1s $a',
        "RuntimeError: Unable to perform variable substitution - 'b' missing from list of substitutions",
        '1 $b $',
        expect.stringMatching(/^ValueError: Invalid placeholder in string: line 1, col 3$/),
        '5 $ and',
        'größe ä',
      ])
    })

    test('downloads from the server and from elsewhere, with identity and hash', async () => {
      const [said, run] = await noted(
        `base = node.server_address()
note(node.retrieve_url, "files/a", "/tmp/a")
note(node.retrieve_url, "/files/a", "/mnt/flash/a")
note(node.retrieve_url, base + "/files/a", "/tmp/b")
note(node.retrieve_url, "/dynconfig", "/tmp/config")
note(node.retrieve_url, base.replace("127.0.0.1", "127.0.0.2") + "/files/a", "/tmp/c")
note(node.retrieve_url, "files/none", "/tmp/none")
note(node.retrieve_url, "files/a", "/nowhere/a")
note(node.retrieve_url, "ftp://example.com/a", "/tmp/none")
note(node.server_.get_metadata, "files/a")
note(node.server_.get_resource, u"files/gr\\u00f6\\u00dfe x", "/tmp/d")
note(lambda: sorted(name for name in os.listdir("/tmp") if "none" in name or "part" in name))
note(lambda: oct(os.stat("/mnt/flash/a").st_mode)[-3:])`,
        {
          python: path,
          files: { a: 'the file\n', 'gr%C3%B6%C3%9Fe%20x': 'another' },
          answers: {
            '/dynconfig': { headers: { 'Content-Type': 'text/plain' }, body: 'hostname d' },
          },
          tell: ['/tmp/a', '/tmp/b', '/tmp/c', '/tmp/d', '/tmp/config'],
        },
      )
      expect(said).toEqual([
        ...[null, null, null, null],
        // nobody listens there
        expect.stringMatching(/^ZtpError: server connection error/),
        expect.stringMatching(/^ZtpError: resource URL not found on server \(status=404\)/),
        'ZtpError: unable to write /nowhere/a: No such file or directory',
        'ZtpError: ftp://example.com/a is no URL of http or https',
        { size: 9, sha1: 'eb7161f8a8840e3efb179f59b4d29dcda2ca7909' },
        null,
        [],
        '777',
      ])
      expect(run.told).toMatchObject({
        '/tmp/a': 'the file\n',
        '/tmp/b': 'the file\n',
        '/tmp/d': 'another',
        '/tmp/config': 'hostname d',
      })
      expect(run.asked).not.toContain('GET /meta/dynconfig')
      expect(run.asked.filter((asked) => asked === 'GET /meta/files/a')).toHaveLength(4)
    })

    test('finds the errors of the client in __main__', async () => {
      const [said] = await noted(
        `client = sys.modules["__main__"]
note(lambda: issubclass(client.ZtpActionError, client.ZtpError))
note(lambda: issubclass(client.ZtpUnexpectedServerResponseError, client.ZtpError))
note(lambda: client.SERVER == node.server_address())`,
        { python: path },
      )
      expect(said).toEqual([true, true, true])
    })

    test('may import six, which no EOS has to have', async () => {
      const [said] = await noted(
        `from six.moves import configparser, queue, range, filter, map, zip, reduce, input, zip_longest
from six.moves.urllib.parse import quote, urlparse, urlencode
from six.moves.urllib.request import Request, urlopen
from six.moves.urllib.error import HTTPError, URLError
from six.moves import http_client, urllib, cPickle, socketserver
import six.moves.urllib.parse as parse
note(lambda: [six.PY2, six.PY3])
note(lambda: [isinstance("a", six.string_types), isinstance(u"a", six.string_types),
    isinstance(b"a", six.binary_type), isinstance(u"a", six.text_type), isinstance(1, six.integer_types)])
note(lambda: sorted(six.iteritems({"a": 1, "b": 2})))
note(lambda: [sorted(six.iterkeys({"a": 1})), list(six.itervalues({"a": 1})), list(six.viewkeys({"a": 1}))])
note(lambda: [six.b("a") == b"a", six.u("a") == u"a", six.ensure_str(b"a") == "a", six.ensure_text(b"a") == u"a",
    six.ensure_binary(u"a") == b"a", six.next(iter([1]))])
note(lambda: [quote("a b"), urlparse("http://x/y").path, urlencode({"a": 1}), parse.quote("/"), urllib.parse.unquote("%41")])
note(lambda: [list(range(2)), list(zip([1], [2])), reduce(max, [1, 3, 2]), issubclass(HTTPError, URLError)])
note(lambda: [queue.Queue().empty(), bool(http_client.OK), cPickle.loads(cPickle.dumps(5))])
class Meta(type): pass
class Made(six.with_metaclass(Meta, object)): pass
note(lambda: type(Made) is Meta)
text = six.StringIO()
six.print_("a", "b", file=text)
note(text.getvalue)`,
        { python: path },
      )
      expect(said).toEqual([
        [major === 2, major === 3],
        [true, true, true, true, true],
        [
          ['a', 1],
          ['b', 2],
        ],
        [['a'], [1], ['a']],
        [true, true, true, true, true, 1],
        ['a%20b', '/y', 'a=1', '/', 'A'],
        [[0, 1], [[1, 2]], 3, true],
        [true, true, 5],
        true,
        'a b\n',
      ])
    })

    test('makes users, now and at each boot', async () => {
      const codes: Record<string, number> = { new: 0, known: 9, nobody: 4, bad: 1 }
      const [said, run] = await noted(
        `for name in ("new", "known", "nobody", "bad"):
    note(node.create_user, name, "eosadmin", "s3cret")
note(node.create_user, "keys", "eosadmin", "s3cret", "/persist/local/", "ssh-rsa AAAA me\\n")
note(node.create_user, "more", "eosadmin", "s3cret", root="/tmp", ssh_keys=u"ssh-rsa gr\\u00f6\\u00dfe")
for words in (("", "g", "p"), ("u", None, "p"), ("u", "g", "")):
    note(node.create_user, *words)
home = "/persist/local/keys/.ssh"
note(lambda: [oct(os.stat(path).st_mode)[-3:] for path in (home, home + "/authorized_keys")])`,
        {
          python: path,
          eos: {
            programs: {
              useradd: (words) => ({
                code: codes[words.at(-1) ?? ''] ?? 0,
                stderr: 'useradd: no\n',
              }),
            },
          },
          tell: ['/persist/local/keys/.ssh/authorized_keys', '/tmp/more/.ssh/authorized_keys'],
        },
      )
      const missing = 'ZtpError: A user|group|passwd must be provided for create_user()'
      expect(said).toEqual([
        ...[null, null, null, 'ZtpError: Failed to add user.(1:useradd: no)', null, null],
        ...[missing, missing, missing, ['700', '600']],
      ])
      expect(run.told).toMatchObject({
        '/persist/local/keys/.ssh/authorized_keys': 'ssh-rsa AAAA me\n',
        '/tmp/more/.ssh/authorized_keys': 'ssh-rsa größe',
      })
      const [first] = run.eos.programCalls
      expect(first).toEqual({
        program: 'useradd',
        arguments: [
          ...['-p', expect.stringMatching(/^\$6\$[0-9A-F]{16}\$[./0-9A-Za-z]{86}$/)],
          ...['-d', '/persist/local/new', '-G', 'eosadmin', 'new'],
        ],
      })
      const lines = (run.flash['rc.eos'] ?? '').split('\n')
      expect(lines).toHaveLength(6)
      expect(lines[1]).toBe(
        `sudo useradd -p '${first?.arguments[1]}' -d /persist/local/new -G eosadmin new`,
      )
      expect(lines[4]).toMatch(/ -d \/persist\/local\/keys -G eosadmin keys$/)
    })
  },
)
