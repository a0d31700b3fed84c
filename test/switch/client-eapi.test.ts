/** How the client makes eAPI ready, and what it asks it: also as the tests of the original client want it. */
import { describe, expect, test } from 'vitest'
import { expectSuccess, noSwitch, pythons } from './client-runs.ts'
import { reserveHttpAddress } from './eapi-service.ts'
import type { FakeEosOptions } from './fake-eos.ts'
import { type Boot, type BootResult, boot, quickClient } from './provisioned-switch.ts'

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
