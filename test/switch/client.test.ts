/** What the client promises: order, messages, exit status and settings. */
import { describe, expect, test } from 'vitest'
import {
  before,
  expectSuccess,
  fails,
  linesOf,
  newest,
  noSwitch,
  pythons,
  writes,
} from './client-runs.ts'
import { newestInterpreter, oldestInterpreter } from './interpreters.ts'
import { boot, html, quickClient } from './provisioned-switch.ts'

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
