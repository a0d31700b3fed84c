import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  eventually,
  makeFolder,
  type RunningServer,
  runCommand,
  startServer,
  writeIn,
} from '../running-server.ts'
import { operatorAsker } from './operator-server.ts'

const mac = '52:54:00:00:11:11'
const evil = '<script>alert(1)</script>'

let folder: ReturnType<typeof makeFolder>
let server: RunningServer
let ask: ReturnType<typeof operatorAsker>
beforeAll(async () => {
  folder = makeFolder({
    'swinfo.json': {
      [mac]: { hostname: 'sw1', enable_secret: 'hunter2', mgmt: "allocate('mgmt')" },
      '52:54:00:00:22:22': { hostname: evil, template: 'bad.njk' },
      JPE3: { hostname: 'sw10' },
    },
    'templates/config.njk':
      'hostname {{ hostname }}\nenable password 7 0822455D0A16\n{% if mgmt is defined %}ip {{ mgmt }}\n{% endif %}',
    'templates/bad.njk': 'x\n{{ missing }}\n',
    'data_root/neighbordb': 'patterns:\n- {name: all, definition: d, node: JPE1}\n',
    'data_root/definitions/d': 'name: d\nactions: []\n',
    'data_root/bootstrap/bootstrap': '#!/usr/bin/env python\n',
    'data_root/resources/mgmt': '# the pool\n10.0.0.1/24: null\n10.0.0.2/24: null\n',
    'data_root/resources/deep/er': 'a: null\n',
    'data_root/nodes/JPE9/startup-config': 'hostname x\n',
    'data_root/nodes/JPE9/pattern': 'interfaces:\n- any: any:any\n',
    'data_root/nodes/JPE9/.node': JSON.stringify({
      serialnumber: 'JPE9',
      neighbors: { Ethernet1: [{ device: evil, port: 'e1' }] },
    }),
  })
  server = await startServer(folder.path)
  ask = operatorAsker(server)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const json = async (path: string, init?: RequestInit): Promise<Record<string, never>> => {
  const answer = await ask(path, init)
  return (await answer.json()) as Record<string, never>
}
const post = (path: string, body: unknown): Promise<Response> =>
  ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
const switchSide = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${server.port}${path}`, { headers })

describe('the list of switches', () => {
  const names = async (query: string): Promise<string[]> => {
    const { items } = (await json(`/api/v1/switches?${query}`)) as unknown as {
      items: { name: string }[]
    }
    return items.map(({ name }) => name)
  }

  test('has everybody of inventory and data root, numbers in names in their order', async () => {
    expect(await names('')).toEqual([evil, 'JPE9', 'sw1', 'sw10'])
    expect(await names('perPage=1&page=3')).toEqual(['sw1'])
    expect(await names('perPage=2&page=9')).toEqual([])
  })

  test.each([
    ['q=SW1', ['sw1', 'sw10']],
    ['q=5254.0000.1111', ['sw1']],
    ['q=jpe', ['JPE9', 'sw10']],
    ['q=nobody', []],
    ['state=registered', ['JPE9']],
    ['state=never-seen&q=sw', ['sw1', 'sw10']],
    ['state=stuck', []],
  ])('can be asked for %s', async (query, expected) => {
    expect(await names(query)).toEqual(expected)
  })

  test('follows what switches do, and counts them all', async () => {
    await switchSide('/dynconfig', { 'X-Arista-SystemMAC': '52:54:00:00:22:22' })
    const list = (await json('/api/v1/switches?state=failed')) as unknown as {
      items: object[]
      counts: object
      total: number
    }
    expect(list.total).toBe(1)
    expect(list.items[0]).toMatchObject({
      name: evil,
      state: 'failed',
      problem: { code: 'template-undefined' },
      inInventory: true,
    })
    expect(list.counts).toMatchObject({ failed: 1, registered: 1 })
  })

  test.each(['page=0', 'page=x', 'perPage=1001', 'state=happy', `q=${'x'.repeat(201)}`])(
    'refuses %s',
    async (query) => {
      const answer = await ask(`/api/v1/switches?${query}`)
      expect(answer.status).toBe(400)
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({
        status: 400,
        code: 'request-invalid',
        key: query.split('=')[0],
      })
    },
  )

  test('is not sent again to who has it', async () => {
    const first = await ask('/api/v1/templates')
    const etag = first.headers.get('ETag') ?? ''
    const again = await ask('/api/v1/templates', { headers: { 'If-None-Match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })
})

describe('one switch', () => {
  test.each([mac, '5254.0000.1111', 'sw1'])('is found as %s', async (id) => {
    expect(await json(`/api/v1/switches/${id}`)).toMatchObject({ id: mac, name: 'sw1' })
  })

  test('has its neighbours, as text', async () => {
    expect(await json('/api/v1/switches/JPE9')).toMatchObject({
      neighbors: [{ interface: 'Ethernet1', device: evil, port: 'e1' }],
      inDataRoot: true,
    })
  })

  test('shows what it would get, secrets masked until they are asked for, which is an event', async () => {
    const masked = await json('/api/v1/switches/sw1/config')
    expect(masked).toMatchObject({ masked: true, problem: null })
    expect(masked['text']).toBe('hostname sw1\nenable password 7 ••••••\nip 10.0.0.1/24\n')
    for (const part of ['config', 'explanation']) {
      const answer = await ask(`/api/v1/switches/sw10/${part}?secrets=shown`)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    const shown = await json('/api/v1/switches/sw1/config?secrets=shown')
    expect(shown['text']).toContain('0822455D0A16')
    expect(shown['sha256']).toBe(masked['sha256'])
    const { events } = (await json('/api/v1/switches/sw1/events')) as unknown as {
      events: { kind: string }[]
    }
    expect(events.map(({ kind }) => kind)).toContain('secrets-shown')
  })

  test('gets nothing by being looked at', async () => {
    expect(await json('/api/v1/pools/mgmt')).toMatchObject({ held: 0, free: 2 })
    await switchSide('/dynconfig', { 'X-Arista-SystemMAC': mac })
    expect(await json('/api/v1/pools/mgmt')).toMatchObject({
      held: 1,
      entries: [{ value: '10.0.0.1/24', holder: '525400001111', switch: 'sw1' }, { holder: null }],
    })
    expect(await json('/api/v1/switches/sw1')).toMatchObject({
      state: 'config-served',
      served: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      allocations: [{ pool: 'mgmt', value: '10.0.0.1/24', holder: '525400001111' }],
    })
  })

  test('that holds its value under the serial number that it sent is shown with that value', async () => {
    const headers = { 'X-Arista-SystemMAC': mac, 'X-Arista-Serial': 'JPE555' }
    writeIn(folder.path, 'data_root/resources/mgmt', '10.0.0.1/24: null\n10.0.0.2/24: JPE555\n')
    const served = await (await switchSide('/dynconfig', headers)).text()
    expect(served).toContain('ip 10.0.0.2/24')
    expect((await json('/api/v1/switches/sw1/config'))['text']).toContain('ip 10.0.0.2/24')
    expect((await ask('/api/v1/switches/sw1/diff')).status).toBe(200)
    expect(await json('/api/v1/switches/sw1/diff')).toMatchObject({
      switches: [{ status: 'same' }],
    })
    await new Promise((done) => setTimeout(done, 1_200))
    const rendered = await runCommand(folder.path, ['render', 'sw1'])
    expect(rendered.stdout).toBe(served)
    writeIn(
      folder.path,
      'data_root/resources/mgmt',
      "10.0.0.1/24: '525400001111'\n10.0.0.2/24: null\n",
    )
  })

  test('that nobody knows is 404, with the way to find it', async () => {
    for (const path of ['', '/config', '/events']) {
      const answer = await ask(`/api/v1/switches/nobody${path}`)
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({
        type: '/docs/problems#switch-unknown',
        title: 'Not Found',
        status: 404,
        fix: expect.stringContaining('/api/v1/switches?q='),
      })
    }
  })
})

describe('why', () => {
  const asServed = (args: string[]) =>
    runCommand(folder.path, args, { ZTPUSH_SERVER_PORT: String(server.port) })

  test.each(['sw1', '52:54:00:00:22:22', 'JPE9'])(
    '%s gets what it gets is told as the command line does, byte for byte',
    async (name) => {
      // what has happened is on disk within a second
      await new Promise((done) => setTimeout(done, 1_200))
      const told = await (
        await ask(`/api/v1/switches/${encodeURIComponent(name)}/explanation`)
      ).text()
      const printed = await asServed(['explain', name, '--json'])
      expect(told).toBe(printed.stdout)
      expect(told).not.toContain('hunter2')
    },
  )

  test('is told with secrets when they are asked for, which is an event', async () => {
    const shown = await (await ask('/api/v1/switches/sw1/explanation?secrets=shown')).text()
    expect(shown).toContain('hunter2')
  })

  test.each(['served', 'backed-up'])(
    'what would change against %s is told as the command line does, byte for byte',
    async (against) => {
      await switchSide('/dynconfig', { 'X-Arista-SystemMAC': mac })
      await new Promise((done) => setTimeout(done, 2_500))
      const told = await (await ask(`/api/v1/switches/sw1/diff?against=${against}`)).text()
      const flag = against === 'served' ? [] : ['--backed-up']
      const printed = await asServed(['diff', 'sw1', '--json', ...flag])
      expect(told).toBe(printed.stdout)
      expect(JSON.parse(told)).toMatchObject({
        switches: [{ name: 'sw1', status: against === 'served' ? 'same' : 'new' }],
      })
    },
  )

  test('a node would match which pattern, and no other: of one that is known, or of a report', async () => {
    const report = { serialnumber: 'JPE1', neighbors: {} }
    const matched = (await (await post('/api/v1/patterns/match', { report })).json()) as never
    expect(matched).toMatchObject({
      topology: { neighbordb: { taken: 0, patterns: [{ name: 'all', result: 'match' }] } },
    })
    const other = (await (
      await post('/api/v1/patterns/match', { report: { serialnumber: 'X' } })
    ).json()) as never
    expect(other).toMatchObject({ topology: { neighbordb: { taken: null } } })
  })

  test.each<[string, object, number]>([
    ['both', { node: 'JPE9', report: {} }, 400],
    ['neither', {}, 400],
    ['a report without an id', { report: {} }, 400],
    ['a node that nobody knows', { node: 'nobody' }, 404],
  ])('a question with %s is refused', async (_name, body, status) => {
    expect((await post('/api/v1/patterns/match', body)).status).toBe(status)
  })
})

describe('a pool', () => {
  test('gives a value back, once, and it is an event', async () => {
    const released = await post('/api/v1/pools/mgmt/release', { value: '10.0.0.1/24' })
    expect(await released.json()).toEqual({ released: ['10.0.0.1/24'] })
    const again = await post('/api/v1/pools/mgmt/release', { value: '10.0.0.1/24' })
    expect(await again.json()).toEqual({ released: [] })
    const { events } = (await json('/api/v1/switches/sw1/events')) as unknown as {
      events: object[]
    }
    expect(events[0]).toMatchObject({
      kind: 'resource-released',
      message: '10.0.0.1/24 of pool mgmt',
    })
  })

  test('in a folder is named with %2F', async () => {
    expect(await json('/api/v1/pools/deep%2Fer')).toMatchObject({ name: 'deep/er', values: 1 })
  })

  test.each<[string, number, string]>([
    ['/api/v1/pools/none', 404, 'pool-missing'],
    ['/api/v1/pools/..%2F..%2Fetc%2Fpasswd', 404, 'pool-missing'],
  ])('%s is %i', async (path, status, code) => {
    const answer = await ask(path)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ code })
  })

  test.each<[string, RequestInit]>([
    ['that is not JSON', { body: '{', headers: { 'Content-Type': 'application/json' } }],
    [
      'of another type',
      { body: 'value=10.0.0.1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    ],
    ['without the value', { body: '{}', headers: { 'Content-Type': 'application/json' } }],
    [
      'with a number as value',
      { body: '{"value": 1}', headers: { 'Content-Type': 'application/json' } },
    ],
  ])('refuses a body %s', async (_name, init) => {
    const answer = await ask('/api/v1/pools/mgmt/release', { method: 'POST', ...init })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'request-invalid' })
  })
})

test('a template is rendered for a switch that would get another, and a fault has its place', async () => {
  expect(await json('/api/v1/templates')).toMatchObject({
    templates: [{ name: 'bad.njk' }, { name: 'config.njk' }],
  })
  const bad = await json('/api/v1/templates/bad.njk/render?switch=sw1')
  expect(bad).toMatchObject({
    text: null,
    problem: { code: 'template-undefined', line: 2, switch: 'sw1' },
  })
  expect((await ask('/api/v1/templates/none/render?switch=sw1')).status).toBe(404)
  expect((await ask('/api/v1/templates/bad.njk/render?switch=nobody')).status).toBe(404)
  expect((await ask('/api/v1/templates/bad.njk/render')).status).toBe(400)
})

test('every report of a client is one line of the log that says whose, and is counted', async () => {
  const report = (body: string) =>
    fetch(`http://127.0.0.1:${server.port}/nodes/JPE9/events`, { method: 'POST', body })
  expect((await report('{"event": "eaten"}')).status).toBe(400)
  expect((await report('{"event": "started"}')).status).toBe(204)
  const counted = await (await ask('/metrics')).text()
  for (const status of [204, 400]) {
    const line = `ztpush_http_requests_total{route="/nodes/ID/events",status="${status}"} 1`
    expect(counted).toContain(line)
    await server.waitFor(
      new RegExp(
        `"switch":"JPE9".*"method":"POST","route":"/nodes/ID/events","status":${status},"ms"`,
      ),
    )
  }
})

test('a request that is refused is logged with the switch that it names', async () => {
  await switchSide('/dynconfig', { 'X-Arista-SystemMAC': mac, 'X-Arista-Serial': 'a b<>' })
  await server.waitFor(new RegExp(`"no configuration","switch":"${mac}".*"status":400`))
})

test('the problems are those that validate finds, live', async () => {
  const codes = async (): Promise<string[]> => {
    for (;;) {
      const list = (await json('/api/v1/problems')) as unknown as {
        problems: { code: string }[]
        complete: boolean
      }
      if (list.complete) return list.problems.map(({ code }) => code)
    }
  }
  expect(await codes()).toContain('template-undefined')
  writeIn(folder.path, 'templates/bad.njk', 'mended\n')
  const end = performance.now() + 5_000
  while ((await codes()).length > 0 && performance.now() < end)
    await new Promise((done) => setTimeout(done, 50))
  expect(await codes()).toEqual([])
})

test('what is wrong in the data root is among them, in the words of validate, until it is mended', async () => {
  writeIn(folder.path, 'data_root/definitions/leaf', 'actions:\n- {name: a, action: eat}\n')
  writeIn(folder.path, 'data_root/resources/torn', 'a: [\n')
  writeIn(folder.path, 'data_root/nodes/JPE7/attributes', 'a: [\n')
  type List = { problems: { code: string; file: string }[]; complete: boolean }
  const all = async (): Promise<string[]> => {
    const { problems, complete } = (await json('/api/v1/problems')) as unknown as List
    return complete ? problems.map((problem) => JSON.stringify(problem)).sort() : ['…']
  }
  const { stdout } = await runCommand(folder.path, ['validate', '--json'])
  const validated = (JSON.parse(stdout) as List).problems.map((problem) => JSON.stringify(problem))
  expect(validated.join()).toContain('data_root/nodes/JPE7/attributes')
  await eventually(async () => expect(await all()).toEqual(validated.sort()), 10_000)
  for (const path of ['definitions/leaf', 'resources/torn', 'nodes/JPE7']) {
    rmSync(`${folder.path}/data_root/${path}`, { recursive: true })
  }
  await eventually(async () => expect(await all()).toEqual([]), 10_000)
})

test('a switch that a pool had nothing for is no problem any more when it has', async () => {
  const pool = readFileSync(`${folder.path}/data_root/resources/mgmt`, 'utf8')
  writeIn(folder.path, 'data_root/resources/mgmt', '10.0.0.1/24: JPE99\n')
  writeIn(folder.path, 'templates/config.njk', 'hostname {{ hostname }}\n')
  const codes = async () =>
    ((await json('/api/v1/problems')) as unknown as { problems: { code: string }[] }).problems.map(
      ({ code }) => code,
    )
  await eventually(async () => expect(await codes()).toContain('pool-exhausted'), 10_000)
  writeIn(folder.path, 'data_root/resources/mgmt', pool)
  await eventually(async () => expect(await codes()).toEqual([]), 10_000)
})

test('a secret that a filter cannot use is told nowhere', async () => {
  const given = '{{ enable_secret | vlan_expander }}'
  writeIn(folder.path, 'templates/config.njk', `hostname {{ hostname }}\n${given}\n`)
  const problems = async () => (await ask('/api/v1/problems')).text()
  await eventually(async () => expect(await problems()).toContain('vlan_expander'))
  expect((await switchSide('/dynconfig', { 'X-Arista-SystemMAC': mac })).status).toBe(503)
  const paths = ['config', 'explanation', 'diff', 'events'].map(
    (part) => `/api/v1/switches/sw1/${part}`,
  )
  for (const path of ['/api/v1/problems', '/readyz', '/problems', '/', '/switches/sw1', ...paths]) {
    const text = await (await ask(path, { headers: { Accept: 'text/html' } })).text()
    expect(text, path).not.toContain('hunter2')
  }
  expect(await problems()).toContain("vlan_expander: '••••••' is neither")
  const { stdout } = await runCommand(folder.path, ['validate'])
  expect(stdout).toContain("vlan_expander: '••••••' is neither")
  expect(server.output()).toContain('vlan_expander')
  expect(server.output()).not.toContain('hunter2')
  const page = await (await ask('/templates/config.njk')).text()
  expect(page).toContain('{{ enable_secret | vlan_expander }}')
  writeIn(folder.path, 'templates/config.njk', 'hostname {{ hostname }}\n')
  await eventually(async () =>
    expect((await switchSide('/dynconfig', { 'X-Arista-SystemMAC': mac })).status).toBe(200),
  )
})

describe('the OpenAPI document', () => {
  test('is valid', async () => {
    const document = await json('/openapi.json')
    const result = await new Validator().validate(document)
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  test('tells the shape of every answer', async () => {
    const document = (await json('/openapi.json')) as unknown as {
      paths: Record<
        string,
        Record<
          string,
          { responses: Record<string, { content?: Record<string, { schema: object }> }> }
        >
      >
    }
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(document, 'doc')
    const samples: Record<string, string> = {
      '/api/v1/switches': '/api/v1/switches',
      '/api/v1/switches/{id}': '/api/v1/switches/sw1',
      '/api/v1/switches/{id}/config': '/api/v1/switches/sw1/config',
      '/api/v1/switches/{id}/events': '/api/v1/switches/sw1/events',
      '/api/v1/switches/{id}/explanation': '/api/v1/switches/sw1/explanation',
      '/api/v1/switches/{id}/diff': '/api/v1/switches/sw1/diff',
      '/api/v1/patterns/match': '/api/v1/patterns/match',
      '/api/v1/pools': '/api/v1/pools',
      '/api/v1/pools/{id}': '/api/v1/pools/mgmt',
      '/api/v1/pools/{id}/release': '/api/v1/pools/mgmt/release',
      '/api/v1/templates': '/api/v1/templates',
      '/api/v1/templates/{id}/render': '/api/v1/templates/config.njk/render?switch=sw1',
      '/api/v1/problems': '/api/v1/problems',
    }
    const bodies: Record<string, object> = { '/api/v1/patterns/match': { node: 'JPE9' } }
    const refused: Record<string, string> = {
      '404': '/api/v1/switches/nobody',
      '400': '/api/v1/switches?page=0',
    }
    const pointer = (path: string, method: string, status: string, type: string) =>
      `doc#/paths/${path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method}/responses/${status}/content/${type.replace('/', '~1')}/schema`
    for (const [path, operations] of Object.entries(document.paths)) {
      if (path === '/api/v1/events') continue
      const sample = samples[path]
      expect(sample, `a sample of ${path}`).toBeDefined()
      for (const method of Object.keys(operations)) {
        const answer =
          method === 'post'
            ? await post(sample ?? '', bodies[path] ?? { value: 'x' })
            : await ask(sample ?? '')
        expect(answer.status, sample).toBe(200)
        const validate = ajv.getSchema(pointer(path, method, '200', 'application/json'))
        expect(
          validate?.(await answer.json()),
          `${path}: ${JSON.stringify(validate?.errors)}`,
        ).toBe(true)
      }
    }
    for (const [status, path] of Object.entries(refused)) {
      const validate = ajv.getSchema(
        pointer('/api/v1/switches/{id}', 'get', status, 'application/problem+json'),
      )
      expect(validate?.(await (await ask(path)).json()), JSON.stringify(validate?.errors)).toBe(
        true,
      )
    }
  })
})

const promtool = spawnSync('promtool', ['--version']).status === 0
if (!promtool && process.env['CI'] === undefined) {
  process.stdout.write('skipped: promtool (Debian: prometheus) is not there to read /metrics\n')
}
test.skipIf(!promtool && process.env['CI'] === undefined)(
  'Prometheus finds nothing wrong with /metrics',
  async () => {
    await switchSide('/dynconfig', { 'X-Arista-SystemMAC': mac })
    const text = await (await ask('/metrics')).text()
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    expect(`${checked.stdout}${checked.stderr}`).toBe('')
    expect(checked.status).toBe(0)
    expect(text).toMatch(/^ztpush_http_requests_total\{route="\/dynconfig",status="200"\} [1-9]/m)
    expect(text).toMatch(/^ztpush_switches\{state="config-served"\} 1$/m)
    expect(text).toMatch(/^ztpush_pool_values\{pool="mgmt",state="held"\} 1$/m)
    expect(text).toMatch(/^ztpush_last_reload_successful 1$/m)
  },
)
