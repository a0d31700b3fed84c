/** Where the client says what, and at which level. */
import { describe, expect, test } from 'vitest'
import { expectSuccess, fails, noSwitch, pythons, writes } from './client-runs.ts'
import { boot, quickClient } from './provisioned-switch.ts'
import { SyslogServer } from './syslog-server.ts'

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
