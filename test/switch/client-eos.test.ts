/** What EOS says that it should not: eAPI, command line, neighbors and clock. */
import { describe, expect, test } from 'vitest'
import { noSwitch, pythons } from './client-runs.ts'
import type { FakeEosOptions } from './fake-eos.ts'
import { client, download, expectFailure, expectSuccess } from './hostile-runs.ts'
import type { ProgramAnswer } from './program-calls.ts'
import { type Boot, boot, text } from './provisioned-switch.ts'

describe.skipIf(noSwitch).concurrent('eAPI', () => {
  const failing = (eos: FakeEosOptions, rewrites = {}): Boot => ({
    ...download,
    eos: { ...download.eos, ...eos },
    rewrites,
  })

  test.each<[what: string, eos: FakeEosOptions, message: RegExp]>([
    ['never comes up', { eapi: { neverStarts: true } }, /eAPI does not answer/],
    ['answers garbage', { eapi: { fault: () => 'garbage' } }, /eAPI answers no JSON/],
    ['breaks the pipe each time', { eapi: { fault: () => 'closed' } }, /eAPI does not answer/],
    ['has a fault of its own', { eapi: { fault: () => 500 } }, /eAPI answers with status 500/],
    ['says nothing', { eapi: { fault: () => 'hangs' } }, /eAPI does not answer: timed out/],
  ])('that %s is named', async (_, eos, message) => {
    const run = await boot(failing(eos, { 'EAPI_START_TIMEOUT = 10': 'EAPI_START_TIMEOUT = 0.2' }))
    expectFailure(run, message)
    expect(run.stdout).toContain('Bootstrap process failed: unable to enable eAPI')
    expect(run.asked).toEqual(['GET /bootstrap/config'])
  })

  test.each(pythons)(
    'that comes up late, and breaks the pipe once, is asked again (Python $minor)',
    async ({ path }) => {
      const run = await boot({
        ...failing({
          eapi: {
            startsAfterLooks: 3,
            fault: (call, number) =>
              number === 1 || (call.commands.includes('show lldp neighbors') && number % 2 === 1)
                ? 'closed'
                : undefined,
          },
        }),
        python: path,
      })
      expectSuccess(run)
      expect(run.stdout.match(/Waiting for CommandAPI to be enabled\.\.\./g)).toHaveLength(2)
    },
  )

  test.each<[what: string, eos: FakeEosOptions, message: RegExp]>([
    [
      'garbage',
      { eapi: { fault: (_, number) => (number > 1 ? 'garbage' : undefined) } },
      /failed: eAPI answers no JSON/,
    ],
    [
      'an error',
      { answers: { 'show version': { error: 'not now' } } },
      /process failed: CLI command .*show version.*could not run command \(1000\)/,
    ],
    ['no fields', { answers: { 'show version': { text: 'x', json: {} } } }, /'show version'/],
  ])('that answers a command with %s ends the run', async (_, eos, message) => {
    expectFailure(await boot(failing(eos)), message)
  })

  test.each<[what: string, answer: ProgramAnswer]>([
    ['fails', { code: 1, stderr: 'Cannot connect to Sysdb' }],
    ['says what is no text', { stdout: Uint8Array.of(0xff, 0xfe, 0x00, 0x0a) }],
    ['never ends', 'hangs'],
  ])('whose command line %s does not hold up the run', async (_, answer) => {
    const fastCli = (command: string) => (command.startsWith('show') ? answer : undefined)
    const rewrites = { 'FASTCLI_TIMEOUT = 120': 'FASTCLI_TIMEOUT = 0.4' }
    expectSuccess(await boot(failing({ fastCli }, rewrites)))
  })

  test.each(pythons)(
    'that knows 500 neighbors with names from everywhere tells all (Python $minor)',
    async ({ path }) => {
      const neighbors = Array.from({ length: 500 }, (_, at) => ({
        port: `Ethernet${Math.floor(at / 4) + 1}`,
        neighborDevice: `коммутатор-${at}-スイッチ-\u{1f500}"'\\`,
        neighborPort: `Größe ${at}`,
      }))
      const run = await boot({ ...failing({ neighbors }), python: path })
      expectSuccess(run)
      const [post] = run.requests.filter(({ method }) => method === 'POST')
      const told = Object.entries(JSON.parse(post?.body.toString() ?? '').neighbors)
      expect(told).toHaveLength(125)
      expect(Object.fromEntries(told)).toMatchObject({
        Ethernet125: neighbors.slice(496).map(({ neighborDevice, neighborPort }) => ({
          device: neighborDevice,
          port: neighborPort,
        })),
      })
    },
  )

  test.each(pythons)(
    'that does not say of a neighbor what it is called tells of it by empty text (Python $minor)',
    async ({ path }) => {
      const lldpNeighbors = [
        { port: 'Ethernet1', neighborDevice: null, neighborPort: 7 },
        { port: 'Ethernet1', neighborDevice: 'spine1' },
      ]
      const answers = { 'show lldp neighbors': { text: '', json: { lldpNeighbors } } }
      const run = await boot({ ...failing({ answers }), python: path })
      expectSuccess(run)
      const [post] = run.requests.filter(({ method }) => method === 'POST')
      expect(JSON.parse(post?.body.toString() ?? '').neighbors).toEqual({
        Ethernet1: [
          { device: '', port: '7' },
          { device: 'spine1', port: '' },
        ],
      })
    },
  )

  test.each<[what: string, answer: object]>([
    ['nothing', {}],
    ['no list', { lldpNeighbors: 5 }],
    ['neighbors without port', { lldpNeighbors: [{ neighborDevice: 'x' }, 5, null] }],
    ['a port that is none', { lldpNeighbors: [{ port: ['x'], neighborDevice: 'x' }] }],
  ])('that tells of LLDP %s has no neighbors', async (_, answer) => {
    const run = await boot(
      failing({ answers: { 'show lldp neighbors': { text: '', json: answer } } }),
    )
    expectSuccess(run)
    const [post] = run.requests.filter(({ method }) => method === 'POST')
    expect(JSON.parse(post?.body.toString() ?? '').neighbors).toEqual({})
  })
})

describe.skipIf(noSwitch).concurrent('a clock', () => {
  test.each(pythons)('that runs backwards prolongs no wait (Python $minor)', async ({ path }) => {
    const run = await boot({
      ...{ ...download, ...client({ lldp_wait: 0.3 }), python: path },
      eos: { ...download.eos, connectedPorts: ['Ethernet1'] },
      rewrites: {
        '\nSERVER = "':
          '\ntrue_time = time.time\ntime.time = lambda: 2e9 - true_time()\nSERVER = "',
      },
    })
    expectSuccess(run)
    expect(run.seconds).toBeLessThan(10)
  })

  const years = 365 * 86_400
  test.each(pythons.flatMap((at) => [-40, 15].map((shift) => ({ ...at, shift }))))(
    'that is $shift years off changes nothing (Python $minor)',
    async ({ path, shift }) => {
      const eos = { ...download.eos, clockShiftSeconds: shift * years }
      expectSuccess(await boot({ ...download, python: path, eos }))
      const failed = await boot({
        ...{ ...download, python: path, eos },
        answers: { '/files/image': text('no', { status: 410 }) },
      })
      expectFailure(failed, /unexpected response from server for .* \(status=410;/)
    },
  )
})
