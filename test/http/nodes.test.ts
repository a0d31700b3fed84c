import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  askRaw,
  makeFolder,
  type RunningServer,
  startServer,
  writeIn,
} from '../running-server.ts'

const neighbordb = `variables:
  spine: regex('spine\\d$')
  spare: null
  racks: [r1, {row: 2}]
patterns:
  - name: leaf
    definition: leaf
    config-handler: keep.sh
    variables: {uplink: Ethernet1}
    interfaces:
      - Ethernet49: $spine:$uplink
  - {name: only this node, definition: pod1/leaf, node: NODE7}
  - {name: big, definition: leaf, model: DCS-75.*, interfaces: []}
`

const definition = `name: leaf  # as the operator wrote it
attributes: {ntp: 10.0.0.1, owner: team, opts: {mtu: 1500, far: 1}, version: 1.0}
actions:
  - action: add_config
    name: base
    onstart: begin
    attributes:
      url: files/leaf.tpl
      server: $ntp
      opts: {mtu: 9214}
      hostname: $hostname
      nobody: $nobody
      variables: {ip: allocate('mgmt'), again: "allocate('mgmt')", list: [1, x], ref: $ntp}
  - {action: noop, always_execute: yes}
`

const folder = makeFolder({
  'swinfo.json': {
    defaults: { domain: 'lab.test' },
    '00:1c:73:00:00:07': { hostname: 'sw7', serial: 'NODE1', address: "allocate('mgmt')" },
    '00:1c:73:00:00:08': { hostname: 'sw8', address: "allocate('gone')" },
    '00:1c:73:00:00:09': { hostname: 'sw9', address: 'allocate(mgmt)' },
  },
  'templates/config.njk':
    'hostname {{ hostname }}\n{% if address is defined %}ip {{ address }}\n{% endif %}',
  'data_root/neighbordb': neighbordb,
  'data_root/definitions/leaf': definition,
  'data_root/definitions/pod1/leaf': 'name: nested\nactions: []\n',
  'data_root/resources/mgmt': '# addresses\n10.0.0.1: null  # first\n10.0.0.2:\n10.0.0.3: null\n',
  'data_root/config-handlers/keep.sh': '#!/bin/sh\ncat startup-config >> "$PWD/../../kept"\n',
  'data_root/bootstrap/bootstrap': 'SERVER = "$SERVER"\n',
  'data_root/plugins/rack': '#!/bin/sh\necho "$1-$2"\n',
  'data_root/plugins/broken': '#!/bin/sh\necho "no rack in $PWD" >&2\nexit 3\n',
})
const root = join(folder.path, 'data_root')
chmodSync(join(root, 'plugins/rack'), 0o755)
chmodSync(join(root, 'plugins/broken'), 0o755)
let server: RunningServer

beforeAll(async () => {
  writeIn(folder.path, 'ztpush.conf', '[dynconfig]\nunknown_switch = bootstrap\n')
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const url = (path: string) => `http://127.0.0.1:${server.port}${path}`
const read = (path: string) => readFileSync(join(root, path), 'utf8')

function post(report: unknown): Promise<Response> {
  const body = typeof report === 'string' ? report : JSON.stringify(report)
  return fetch(url('/nodes'), { method: 'POST', body, headers: { 'Content-Type': 'text/html' } })
}

const neighbors = { Ethernet49: [{ device: 'spine1', port: 'Ethernet1', ttl: 120 }] }

describe('a switch that reports itself', () => {
  test('gets a folder by the first pattern that it matches', async () => {
    const answer = await post({
      serialnumber: 'NODE1',
      systemmac: '00:1c:73:00:00:07',
      model: 'DCS-7050',
      version: '4.30.1F',
      neighbors,
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(url('/nodes/NODE1'))
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await answer.text()).toBe('')
    expect(read('nodes/NODE1/definition')).toBe(definition)
    expect(read('nodes/NODE1/pattern')).toBe(`name: leaf
config-handler: keep.sh
variables:
  spine: 'regex(''spine\\d$'')'
  spare: null
  racks:
    - r1
    - row: 2
  uplink: Ethernet1
interfaces:
  - Ethernet49: '$spine:$uplink'
`)
    expect(JSON.parse(read('nodes/NODE1/.node'))).toEqual({
      model: 'DCS-7050',
      systemmac: '001c73000007',
      serialnumber: 'NODE1',
      version: '4.30.1F',
      neighbors: { Ethernet49: [{ device: 'spine1', port: 'Ethernet1' }] },
    })
    expect(statSync(join(root, 'nodes/NODE1/config-handler')).mode & 0o100).toBe(0o100)
    expect(readdirSync(join(root, 'nodes')).filter((name) => name.startsWith('.'))).toEqual([])
    await server.waitFor(/NODE1: matched pattern leaf/)
  })

  test('is known from then on, and what it reports is kept', async () => {
    const answer = await post({ serialnumber: 'NODE1', neighbors, config: 'ignored' })
    expect(answer.status).toBe(409)
    expect(answer.headers.get('location')).toBe(url('/nodes/NODE1'))
    expect(JSON.parse(read('nodes/NODE1/.node'))).toEqual({
      serialnumber: 'NODE1',
      neighbors: { Ethernet49: [{ device: 'spine1', port: 'Ethernet1' }] },
    })
    expect(existsSync(join(root, 'nodes/NODE1/startup-config'))).toBe(false)
  })

  test('is known whatever it brings along as configuration', async () => {
    for (const config of [null, ['x'], {}]) {
      expect((await post({ serialnumber: 'NODE1', neighbors, config })).status).toBe(409)
      expect((await post({ serialnumber: 'NEWCONFIG', neighbors, config })).status).toBe(400)
    }
    expect(existsSync(join(root, 'nodes/NEWCONFIG'))).toBe(false)
  })

  test('by half a character of UTF-16 is refused, and makes nothing', async () => {
    const before = readdirSync(join(root, 'nodes'))
    expect((await post('{"serialnumber": "\\ud800"}')).status).toBe(400)
    expect(readdirSync(join(root, 'nodes'))).toEqual(before)
  })

  test('may bring its configuration along', async () => {
    const answer = await post({ serialnumber: 'NODE2', config: 'hostname x\r\n', neighbors: {} })
    expect(answer.status).toBe(201)
    expect(read('nodes/NODE2/startup-config')).toBe('hostname x\r\n')
    expect(existsSync(join(root, 'nodes/NODE2/.node'))).toBe(true)
  })

  test('by a configuration with half a character of UTF-16 is refused, and makes nothing', async () => {
    const answer = await post('{"serialnumber": "HALF", "config": "banner \\ud83d"}')
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('config holds half of a character')
    expect(existsSync(join(root, 'nodes/HALF'))).toBe(false)
    await server.waitFor(/config holds half of a character/)
    const whole = await post('{"serialnumber": "WHOLE", "config": "banner \\ud83d\\ude00"}')
    expect(whole.status).toBe(201)
    expect(read('nodes/WHOLE/startup-config')).toBe('banner \u{1f600}')
  })

  test('is told why no pattern matches, and the log says more', async () => {
    const seen = { Ethernet49: [{ device: 'other<b>', port: 'x' }] }
    const answer = await post({ serialnumber: 'NODE3', model: 'vEOS', neighbors: seen })
    expect(answer.status).toBe(400)
    const line = await answer.text()
    expect(line).toContain('pattern leaf')
    expect(line).toContain('Ethernet49 sees other&lt;b&gt;:x')
    expect(existsSync(join(root, 'nodes/NODE3'))).toBe(false)
    await server.waitFor(/NODE3: no match: pattern big: model/)
  })

  test('that has a pattern of its own gets in without neighbours, and stays in', async () => {
    expect((await post({ serialnumber: 'NODE7' })).status).toBe(201)
    expect((await fetch(url('/nodes/NODE7'))).status).toBe(200)
  })

  test.each([
    ['no JSON', '{not json'],
    ['nothing', ''],
    ['a list', '[1]'],
    ['no id', '{}'],
    ['an id that is no text', '{"serialnumber": ["a"]}'],
    ['an id that leads elsewhere', '{"serialnumber": "../files/evil", "config": "x"}'],
    ['an id with a slash', '{"serialnumber": "a/b", "config": "x"}'],
    ['an id with NUL', '{"serialnumber": "a\\u0000", "config": "x"}'],
    ['a dot as id', '{"serialnumber": ".", "config": "x"}'],
    ['an id of 10 kB', JSON.stringify({ serialnumber: 'x'.repeat(10_000), config: 'x' })],
    ['neighbours that are no object', '{"serialnumber": "B1", "neighbors": []}'],
    ['an interface that is no list', '{"serialnumber": "B1", "neighbors": {"Ethernet1": 5}}'],
    [
      'a peer without port',
      '{"serialnumber": "B1", "neighbors": {"Ethernet1": [{"device": "a"}]}}',
    ],
    ['a config that is no text', '{"serialnumber": "B1", "config": {"a": 1}}'],
    ['nesting without end', '['.repeat(100_000)],
    ['prototypes', '{"__proto__": {"serialnumber": "B1"}, "constructor": {"prototype": {}}}'],
  ])('with %s is refused, and nothing is made', async (_what, body) => {
    const before = readdirSync(join(root, 'nodes')).sort()
    const answer = await post(body)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await answer.text()).not.toContain(folder.path)
    expect(readdirSync(join(root, 'nodes')).sort()).toEqual(before)
    expect(existsSync(join(root, 'files/evil'))).toBe(false)
  })

  test('in bytes that are not UTF-8 is refused', async () => {
    const body = Buffer.from('{"serialnumber": "\xff"}', 'latin1')
    expect((await fetch(url('/nodes'), { method: 'POST', body })).status).toBe(400)
  })

  test('with the neighbours of 10,000 interfaces is served', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [
        `Ethernet${at + 100}`,
        [{ device: 'x', port: 'y' }],
      ]),
    )
    const answer = await post({ serialnumber: 'NODE10K', neighbors: { ...many, ...neighbors } })
    expect(answer.status).toBe(201)
  })

  test('fifty times at once gets one folder', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post({ serialnumber: 'NODE50', neighbors })),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(49)
    expect(readdirSync(join(root, 'nodes/NODE50')).sort()).toEqual([
      '.node',
      'config-handler',
      'definition',
      'pattern',
    ])
  })

  test('whose folder is prepared but unfinished is refused', async () => {
    writeIn(root, 'nodes/NODE9/attributes', 'a: 1\n')
    expect((await post({ serialnumber: 'NODE9', neighbors })).status).toBe(400)
    expect(readdirSync(join(root, 'nodes/NODE9'))).toEqual(['attributes'])
  })

  test('finds the last good neighbordb while an edit is broken, and the log says so once mended', async () => {
    writeIn(root, 'neighbordb', 'patterns: [\n')
    expect((await post({ serialnumber: 'NODE11', neighbors })).status).toBe(201)
    await server.waitFor(/neighbordb:\d+:\d+: it is not YAML/)
    writeIn(root, 'neighbordb', neighbordb)
    expect((await post({ serialnumber: 'NODE12', neighbors })).status).toBe(201)
  })
})

describe('a body', () => {
  const head = 'POST /nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'

  test('of 100 MB is refused before it is read', async () => {
    const answer = await askRaw(
      server.port,
      Buffer.from(`${head}Content-Length: 104857600\r\n\r\n{`),
    )
    expect(answer.status).toBe(400)
  })

  test('that comes by the byte holds nobody up', async () => {
    const report = JSON.stringify({ serialnumber: 'SLOW', neighbors })
    const socket = connect(server.port, '127.0.0.1')
    const answered = new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (part) => {
        text += part.toString()
      })
      socket.on('close', () => resolve(text))
    })
    socket.write(`${head}Content-Length: ${report.length}\r\n\r\n`)
    for (const byte of report) {
      socket.write(byte)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await fetch(url('/healthz'))).status).toBe(200)
    expect(await answered).toMatch(/^HTTP\/1\.1 201/)
  })

  test('that ends before its length makes nothing', async () => {
    const report = JSON.stringify({ serialnumber: 'CUT', config: 'x' })
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.end(`${head}Content-Length: ${report.length + 10}\r\n\r\n${report}`)
      })
      socket.on('close', () => resolve()).resume()
    })
    expect((await fetch(url('/healthz'))).status).toBe(200)
    expect(existsSync(join(root, 'nodes/CUT'))).toBe(false)
  })
})

describe('a definition', () => {
  interface Served {
    name: string
    actions: { action: string; attributes: Record<string, unknown> }[]
  }

  test('comes with its scopes merged, its references replaced and its resources allocated', async () => {
    const answer = await fetch(url('/nodes/NODE1'))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    const text = await answer.text()
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    expect(text).toContain('"version": 1.0')
    const { name, actions } = JSON.parse(text) as Served
    expect(name).toBe('leaf')
    expect(actions[0]?.attributes).toEqual({
      ntp: '10.0.0.1',
      owner: 'team',
      opts: { mtu: 9214, far: 1 },
      version: 1,
      url: 'files/leaf.tpl',
      server: '10.0.0.1',
      // from the inventory, by the serial number
      hostname: 'sw7',
      nobody: null,
      variables: { ip: '10.0.0.1', again: '10.0.0.1', list: [1, 'x'], ref: '10.0.0.1' },
    })
    expect(actions[1]).toMatchObject({ action: 'noop', always_execute: true })
    expect(read('resources/mgmt')).toBe(
      '# addresses\n10.0.0.1: NODE1  # first\n10.0.0.2:\n10.0.0.3: null\n',
    )
  })

  test('asked for by HEAD allocates nothing', async () => {
    const before = read('resources/mgmt')
    const answer = await fetch(url('/nodes/NODE50'), { method: 'HEAD' })
    expect(answer.status).toBe(200)
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(100)
    expect(read('resources/mgmt')).toBe(before)
  })

  test('asked for by HEAD runs no executable plugin, and then has no length to tell', async () => {
    writeIn(root, 'plugins/mark', '#!/bin/sh\ntouch ran\necho marked\n')
    chmodSync(join(root, 'plugins/mark'), 0o755)
    writeIn(root, 'nodes/HEAD1/.node', { serialnumber: 'HEAD1', neighbors: {} })
    writeIn(root, 'nodes/HEAD1/pattern', 'name: x\ninterfaces: []\n')
    const using = (plugin: string) =>
      writeIn(
        root,
        'nodes/HEAD1/definition',
        `actions: [{action: noop, attributes: {a: "${plugin}('x')", b: allocate('mgmt')}}]\n`,
      )
    using('mark')
    const before = read('resources/mgmt')
    const head = await ask(server.port, '/nodes/HEAD1', {}, { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, body: '' })
    expect(head.headers).toMatchObject({ 'content-type': 'application/json', connection: 'close' })
    expect(head.headers).not.toHaveProperty('content-length')
    expect(head.headers).not.toHaveProperty('transfer-encoding')
    expect(existsSync(join(root, 'plugins/ran'))).toBe(false)
    expect(read('resources/mgmt')).toBe(before)
    using('missing')
    expect((await ask(server.port, '/nodes/HEAD1', {}, { method: 'HEAD' })).status).toBe(400)
    using('mark')
    expect((await ask(server.port, '/nodes/HEAD1')).body).toContain('"a": "marked"')
    expect(existsSync(join(root, 'plugins/ran'))).toBe(true)
    writeIn(root, 'resources/mgmt', before)
  })

  test('is refused with the reason while the switch stands elsewhere than its pattern says', async () => {
    const elsewhere = { Ethernet49: [{ device: 'leaf1', port: 'Ethernet1' }] }
    expect((await post({ serialnumber: 'NODE11', neighbors: elsewhere })).status).toBe(409)
    const answer = await fetch(url('/nodes/NODE11'))
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('topology check failed: "Ethernet49: $spine:$uplink"')
  })

  test('of a switch with a startup-config installs that first', async () => {
    const { actions } = (await (await fetch(url('/nodes/NODE7'))).json()) as Served
    expect(actions).toEqual([])
    writeIn(root, 'nodes/NODE7/startup-config', 'hostname n7\n')
    const answer = (await (await fetch(url('/nodes/NODE7'))).json()) as Served
    expect(answer).toEqual({
      name: 'Autogenerated definition',
      actions: [
        {
          name: 'install static startup-config file',
          action: 'replace_config',
          always_execute: true,
          attributes: { url: url('/nodes/NODE7/startup-config') },
        },
      ],
    })
  })

  test.each(['name: none yet\n', 'actions:\n', 'actions: ~\nattributes: {a: b}\n'])(
    'without actions (%j) counts as none beside a startup-config',
    async (text) => {
      writeIn(root, 'nodes/BARE/.node', { serialnumber: 'BARE' })
      writeIn(root, 'nodes/BARE/pattern', 'interfaces: []\n')
      writeIn(root, 'nodes/BARE/startup-config', 'hostname bare\n')
      writeIn(root, 'nodes/BARE/definition', text)
      const answer = await fetch(url('/nodes/BARE'))
      expect(answer.status).toBe(200)
      expect(((await answer.json()) as { actions: unknown[] }).actions).toHaveLength(1)
    },
  )

  test('may call the executables of the operator', async () => {
    writeIn(
      root,
      'nodes/PLUG/definition',
      `name: p\nactions: [{action: a, attributes: {rack: "rack('R1')"}}]\n`,
    )
    writeIn(root, 'nodes/PLUG/pattern', 'interfaces: []\n')
    expect((await post({ serialnumber: 'PLUG' })).status).toBe(409)
    const { actions } = (await (await fetch(url('/nodes/PLUG'))).json()) as Served
    expect(actions[0]?.attributes).toEqual({ rack: 'PLUG-R1' })
    for (const call of ['broken', 'gone']) {
      writeIn(
        root,
        'nodes/PLUG/definition',
        `actions: [{action: a, attributes: {rack: "${call}('R1')"}}]\n`,
      )
      const answer = await fetch(url('/nodes/PLUG'))
      expect(answer.status).toBe(400)
      const line = await answer.text()
      expect(line).toContain(call)
      // what a plugin says of paths is for the log alone
      expect(line).not.toContain(folder.path)
    }
    await server.waitFor(/no rack in .*\/plugins/)
  })

  test.each([
    ['that is no YAML', 'a: [', 'definition-syntax'],
    ['that is a list', '- a\n', 'definition-shape'],
    ['without actions', 'name: x\n', 'definition-missing'],
    ['whose actions are no list', 'actions: {a: b}\n', 'definition-shape'],
    [
      'whose attributes are a list',
      'actions: [{action: a, attributes: [1]}]\n',
      'definition-shape',
    ],
    [
      'from an exhausted pool',
      `actions: [{action: a, attributes: {x: "allocate('used')"}}]\n`,
      'pool-exhausted',
    ],
    [
      'from a pool elsewhere',
      `actions: [{action: a, attributes: {x: "allocate('../neighbordb')"}}]\n`,
      'pool-missing',
    ],
  ])('%s is refused, and the problem named', async (_what, text, problem) => {
    writeIn(root, 'resources/used', 'a: X\n')
    writeIn(root, 'nodes/BAD/definition', text)
    writeIn(root, 'nodes/BAD/pattern', 'interfaces: []\n')
    await post({ serialnumber: 'BAD' })
    const answer = await fetch(url('/nodes/BAD'))
    expect(answer.status).toBe(400)
    expect(answer.headers.get('x-ztpush-problem')).toBe(problem)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await answer.text()).not.toContain(folder.path)
    expect(read('neighbordb')).toBe(neighbordb)
  })

  test('keeps names like __proto__ as names', async () => {
    writeIn(
      root,
      'nodes/PROTO/definition',
      'actions: [{action: a, attributes: {__proto__: {x: 1}, constructor: 2, d: {__proto__: 3}}}]\n',
    )
    writeIn(root, 'nodes/PROTO/attributes', '__proto__: {y: 2}\n')
    writeIn(root, 'nodes/PROTO/pattern', 'interfaces: []\n')
    await post({ serialnumber: 'PROTO' })
    expect(await (await fetch(url('/nodes/PROTO'))).text()).toBe(
      '{"actions": [{"action": "a", "attributes": {"__proto__": {"y": 2, "x": 1}, "constructor": 2, "d": {"__proto__": 3}}}]}',
    )
  })
})

describe('a startup-config', () => {
  const put = (id: string, body: string | Buffer) =>
    fetch(url(`/nodes/${id}/startup-config`), {
      method: 'PUT',
      body,
      headers: { 'Content-Type': 'application/json' },
    })

  test('is kept byte for byte, handed to the config-handler, and served again', async () => {
    const bytes = Buffer.from('hostname a\r\n\xff\x00\r\n', 'latin1')
    const answer = await put('NODE1', bytes)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await answer.text()).toBe('')
    expect(readFileSync(join(root, 'kept'))).toEqual(bytes)
    const back = await fetch(url('/nodes/NODE1/startup-config'))
    expect(back.headers.get('content-type')).toBe('text/plain')
    expect(Buffer.from(await back.arrayBuffer())).toEqual(bytes)
  })

  test('of several megabytes is taken', async () => {
    expect((await put('NODE12', Buffer.alloc(8_000_000, 'x'))).status).toBe(200)
    expect(statSync(join(root, 'nodes/NODE12/startup-config')).size).toBe(8_000_000)
  })

  test('is kept although the handler fails, which the log says', async () => {
    writeIn(root, 'nodes/NODE7/config-handler', '#!/bin/sh\necho cannot commit >&2\nexit 4\n')
    chmodSync(join(root, 'nodes/NODE7/config-handler'), 0o755)
    expect((await put('NODE7', 'kept\n')).status).toBe(200)
    expect(read('nodes/NODE7/startup-config')).toBe('kept\n')
    await server.waitFor(/NODE7: config-handler failed:.*cannot commit/)
  })

  test('of a node without folder is refused, and makes none', async () => {
    expect((await put('GHOST', 'x')).status).toBe(400)
    expect(existsSync(join(root, 'nodes/GHOST'))).toBe(false)
  })

  test('that is a part only is refused, and what was there stays', async () => {
    const parts = { 'Content-Range': 'bytes 0-3/100' }
    const before = read('nodes/NODE7/startup-config')
    const answer = await fetch(url('/nodes/NODE7/startup-config'), {
      method: 'PUT',
      body: 'part',
      headers: parts,
    })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await answer.text()).toContain('Content-Range')
    expect(read('nodes/NODE7/startup-config')).toBe(before)
  })

  test('replaces a link, not what it leads to', async () => {
    writeIn(root, 'shared', 'shared\n')
    mkdirSync(join(root, 'nodes/LINK'))
    symlinkSync('../../shared', join(root, 'nodes/LINK/startup-config'))
    expect((await put('LINK', 'own\n')).status).toBe(200)
    expect(read('shared')).toBe('shared\n')
    expect(read('nodes/LINK/startup-config')).toBe('own\n')
  })
})

describe('a path that leads elsewhere', () => {
  test.each([
    '/nodes/..',
    '/nodes/%2e%2e',
    '/nodes/..%2f..',
    '/nodes/%2e%2e%2fneighbordb',
    '/nodes/a%00b',
    '/nodes/../neighbordb',
    '/nodes/%2e',
    '/nodes/%zz',
    '/nodes/%252e%252e',
    '/nodes/..%5c..',
    '/nodes/%2e%2e/startup-config',
    '/nodes/..%2fdefinitions/startup-config',
    '//nodes/NODE1',
    '/nodes/NODE1/',
    '/nodes/NODE1/definition',
    '/nodes/NODE1/.node',
    '/NODES/NODE1',
  ])('%s gives nothing', async (path) => {
    const answer = await ask(server.port, path)
    expect([400, 403, 404]).toContain(answer.status)
    expect(answer.headers['content-type']).toMatch(/^text\/html/)
    expect(answer.body).not.toContain('patterns')
  })

  test.each([
    ['DELETE', '/nodes/NODE1'],
    ['GET', '/nodes'],
    ['POST', '/nodes/NODE1/startup-config'],
    ['PUT', '/nodes'],
    ['POST', '/bootstrap'],
  ])('%s %s is not possible', async (method, path) => {
    expect([404, 405]).toContain((await ask(server.port, path, {}, { method })).status)
  })
})

describe('the one bootfile URL', () => {
  test('gives a switch that the inventory does not know the bootstrap script', async () => {
    const answer = await ask(server.port, '/dynconfig', {
      'X-Arista-SystemMAC': '00:00:00:00:00:99',
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('text/x-python')
    expect(answer.body).toBe(`SERVER = "${url('')}"\n`)
  })

  test('gives a switch of the inventory a value of a pool, the same that its definition gets', async () => {
    const before = read('resources/mgmt')
    const answer = await ask(server.port, '/dynconfig', { 'X-Arista-SystemMAC': '001c.7300.0007' })
    expect(answer.body).toBe('hostname sw7\nip 10.0.0.1\n')
    expect(read('resources/mgmt')).toBe(before)
  })

  test('follows the operator, who releases a value', async () => {
    writeIn(root, 'resources/mgmt', '10.0.0.9: null\n')
    const headers = { 'X-Arista-SystemMAC': '00:1c:73:00:00:07' }
    const head = await ask(server.port, '/dynconfig', headers, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(read('resources/mgmt')).toBe('10.0.0.9: null\n')
    const answer = await ask(server.port, '/dynconfig', headers)
    expect(answer.body).toContain('ip 10.0.0.9')
    expect(read('resources/mgmt')).toBe('10.0.0.9: NODE1\n')
  })

  test.each([
    ['a pool that is not there', '00:1c:73:00:00:08', 'pool-missing'],
    ['a pool without quotes', '00:1c:73:00:00:09', 'allocation-form'],
  ])('is 503 for %s', async (_what, mac, code) => {
    const answer = await ask(server.port, '/dynconfig', { 'X-Arista-SystemMAC': mac })
    expect(answer.status).toBe(503)
    expect(answer.body).not.toContain('pool')
    await server.waitFor(new RegExp(code))
  })
})
