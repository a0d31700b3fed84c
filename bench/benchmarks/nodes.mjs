/**
 * ZTPServer's routes, one client: new nodes by neighbordb, definitions with first allocations, the bootstrap script.
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { number, tempFolder } from '../lib/env.mjs'
import { alternate, compareSides } from '../lib/pairs.mjs'
import { forkChild, startClient, startRaw, startZtpush } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { ratios, summary } from '../lib/stats.mjs'

const name = 'nodes'
const pairs = number('NODES_PAIRS', 5)
const requests = number('NODES_REQUESTS', 300)
const largePool = 65_000

const definition = `name: leaf
actions:
  - action: add_config
    attributes: {url: files/leaf, address: allocate('one'), loopback: allocate('two')}
`
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

export async function nodes() {
  await newNodes()
  await allocations()
  await bootstrap()
}

/** A data root with so many patterns; the one that matches is the last. */
function writeDataRoot(label, { patterns = 1, poolSize = largePool } = {}) {
  const folder = tempFolder(label)
  const root = join(folder, 'data_root')
  for (const each of ['definitions', 'resources', 'nodes']) {
    mkdirSync(join(root, each), { recursive: true })
  }
  const lines = Array.from(
    { length: patterns },
    (_, at) => `- {name: p${at}, definition: leaf, interfaces: [{Ethernet1: "leaf${at}:any"}]}\n`,
  )
  writeFileSync(join(root, 'neighbordb'), `patterns:\n${lines.join('')}`)
  writeFileSync(join(root, 'definitions/leaf'), definition)
  for (const pool of ['one', 'two'])
    writeFileSync(join(root, 'resources', pool), poolText(poolSize))
  writeFileSync(join(folder, 'swinfo.json'), '{}\n')
  mkdirSync(join(folder, 'templates'))
  writeFileSync(join(folder, 'templates/config.njk'), 'hostname x\n')
  return {
    dataRoot: root,
    inventory: join(folder, 'swinfo.json'),
    templates: join(folder, 'templates'),
  }
}

function poolText(size) {
  let text = ''
  for (let at = 0; at < size; at++) text += `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}: null\n`
  return text
}

function report(id, device) {
  return JSON.stringify({
    serialnumber: id,
    model: 'DCS-7050',
    version: '4.30.1F',
    neighbors: { Ethernet1: [{ device, port: 'Ethernet1' }] },
  })
}

function ask(port, path, { method = 'GET', body = '' } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, method, agent }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode))
    })
    sent.on('error', reject).end(body)
  })
}

/** Requests a second of one client. */
async function rate(count, once) {
  const started = performance.now()
  for (let at = 0; at < count; at++) await once(at)
  return (count * 1_000) / (performance.now() - started)
}

let serial = 0

async function postNodes(port, device) {
  return rate(requests, async () => {
    const body = report(`BENCH${serial++}`, device)
    const status = await ask(port, '/nodes', { method: 'POST', body })
    if (status !== 201) throw new Error(`POST /nodes: ${status}`)
  })
}

async function newNodes() {
  const few = await startZtpush(writeDataRoot('few-patterns', { patterns: 10, poolSize: 10 }))
  const many = await startZtpush(writeDataRoot('many-patterns', { patterns: 1_000, poolSize: 10 }))
  const files = { definition, pattern: 'name: p\n'.repeat(8), '.node': report('X', 'leaf1') }
  const folder = tempFolder('raw-nodes')
  const raw = forkChild('durable-server.mjs', [JSON.stringify({ folder, files, poolText: '' })])
  const { port } = await raw.answer()
  const rates = { few: [], many: [], raw: [] }
  try {
    for (let pair = -1; pair < pairs; pair++) {
      const turn = {
        few: await postNodes(few.port, 'leaf9'),
        many: await postNodes(many.port, 'leaf999'),
        raw: await rate(requests, () => ask(port, '/nodes', { method: 'POST', body: '{}' })),
      }
      // the first turn warms all three
      if (pair >= 0) for (const side of Object.keys(rates)) rates[side].push(turn[side])
    }
  } finally {
    await Promise.all([few.stop(), many.stop(), raw.stop()])
  }
  tell(name, 'POST /nodes: rate with 1,000 patterns ÷ with 10', ratios(rates.many, rates.few), {
    floor: { atLeast: 0.85 },
    raw: {
      '1,000 patterns': { ...summary(rates.many), unit: '/s' },
      '10 patterns': { ...summary(rates.few), unit: '/s' },
    },
  })
  tell(
    name,
    'POST /nodes ÷ raw node:http with the same durable writes',
    ratios(rates.many, rates.raw),
    {
      floor: { atLeast: 0.6 },
      raw: { raw: { ...summary(rates.raw), unit: '/s' } },
    },
  )
}

/** Definitions of nodes that were never asked for: two first allocations each. */
async function allocations() {
  const results = { large: [], raw: [], small: [] }
  const count = 150
  const site = writeDataRoot('large-pools')
  const server = await startZtpush(site)
  const folder = tempFolder('raw-rounds')
  const options = { folder, files: {}, poolText: poolText(1_000) }
  const raw = forkChild('durable-server.mjs', [JSON.stringify(options)])
  const { port } = await raw.answer()
  writePrivatePools(site.dataRoot, (pairs + 1) * count)
  let asked = 0
  try {
    for (let pair = -1; pair < pairs; pair++) {
      const turn = {
        large: await getDefinitions(server.port, site.dataRoot, count, 'L', asked),
        small: await getDefinitions(server.port, site.dataRoot, count, 'S', asked),
        raw: await rate(count, () => ask(port, '/rounds/2')),
      }
      asked += count
      if (pair >= 0) for (const side of Object.keys(results)) results[side].push(turn[side])
    }
  } finally {
    await Promise.all([server.stop(), raw.stop()])
  }
  tell(
    name,
    'GET /nodes/ID, two first allocations from pools of 10 ÷ two rounds of temp, fsync, rename, fsync',
    ratios(results.small, results.raw),
    {
      floor: { atLeast: 0.5 },
      raw: {
        ztpush: { ...summary(results.small), unit: '/s' },
        raw: { ...summary(results.raw), unit: '/s' },
      },
    },
  )
  tell(
    name,
    'GET /nodes/ID: time with pools of 65,000 ÷ with pools of 10',
    ratios(results.small, results.large),
    {
      floor: { atMost: 2 },
      raw: { 'pools of 65,000': { ...summary(results.large), unit: '/s' } },
    },
  )
}

/** Small pools of ten values; five nodes share two of them. */
function writePrivatePools(dataRoot, nodes) {
  for (let at = 0; at < nodes / 5; at++) {
    for (const pool of ['one', 'two']) {
      writeFileSync(join(dataRoot, 'resources', `${pool}-${at}`), poolText(10))
    }
  }
}

async function getDefinitions(port, dataRoot, count, prefix, from) {
  for (let at = from; at < from + count; at++) {
    const folder = join(dataRoot, 'nodes', `${prefix}${at}`)
    mkdirSync(folder)
    const suffix = prefix === 'S' ? `-${Math.floor(at / 5)}` : ''
    const own = definition.replace("'one'", `'one${suffix}'`).replace("'two'", `'two${suffix}'`)
    writeFileSync(join(folder, 'definition'), own)
    writeFileSync(join(folder, 'pattern'), 'interfaces: []\n')
    writeFileSync(join(folder, '.node'), report(`${prefix}${at}`, 'x'))
  }
  return rate(count, async (at) => {
    const status = await ask(port, `/nodes/${prefix}${from + at}`)
    if (status !== 200) throw new Error(`GET /nodes: ${status}`)
  })
}

async function bootstrap() {
  const server = await startZtpush(writeDataRoot('bootstrap'))
  const answer = await fetch(`http://127.0.0.1:${server.port}/bootstrap`)
  const body = Buffer.from(await answer.arrayBuffer())
  const headers = { 'Content-Type': 'text/x-python', 'Content-Length': String(body.length) }
  const raw = await startRaw({ headers, body })
  const client = startClient()
  const text = (port) => `GET /bootstrap HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  try {
    await client.prepare('ours', [text(server.port)], body.length)
    await client.prepare('raw', [text(raw.port)], body.length)
    const results = await alternate(client, {
      ours: { server, set: 'ours' },
      theirs: { server: raw, set: 'raw' },
      pairs,
      load: { connections: 32, ms: 1_500, warmMs: 200, order: 'random' },
    })
    const figures = compareSides(results)
    tell(name, `/bootstrap, ${body.length} bytes ÷ raw node:http by ${figures.by}`, figures.ratio, {
      floor: { atLeast: 0.9 },
      raw: figures.raw,
    })
  } finally {
    await Promise.all([client.stop(), server.stop(), raw.stop()])
  }
}
