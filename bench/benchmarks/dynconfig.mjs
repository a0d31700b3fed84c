/**
 * /dynconfig against a raw `node:http` server that sends a constant answer of the same size.
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { number, root, tempFolder } from '../lib/env.mjs'
import { configurations, ownHeaders } from '../lib/expected.mjs'
import { requestText, systemMac } from '../lib/inventory.mjs'
import { writeLeaves } from '../lib/leaf.mjs'
import { alternate, compareSides } from '../lib/pairs.mjs'
import { startClient, startRaw, startZtpush } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'

const name = 'dynconfig'
const pairs = number('DYNCONFIG_PAIRS', 7)
const ms = number('DYNCONFIG_MS', 1_500)
const connections = number('DYNCONFIG_CONNECTIONS', 32)

export async function dynconfig() {
  await compare('lab', writeLab(tempFolder('dynconfig-lab'), 200), { atLeast: 0.7 })
  await compare('leaf of 600 lines', writeLeaves(tempFolder('dynconfig-leaves'), 100), {
    atLeast: 0.8,
  })
}

/**
 * The shipped lab, and further switches like its own: those that open a connection for each request come from an address each, and six
 * addresses have too few ports.
 */
function writeLab(folder, count) {
  const shipped = JSON.parse(readFileSync(join(root, 'swinfo.json'), 'utf8'))
  const own = Object.keys(shipped).filter((key) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(key))
  const macs = [...own]
  for (let at = own.length; at < count; at++) {
    const mac = systemMac(at)
    shipped[mac] = { ...shipped[own[at % own.length]], hostname: `switch-${at}` }
    macs.push(mac)
  }
  const inventory = join(folder, 'swinfo.json')
  writeFileSync(inventory, JSON.stringify(shipped, undefined, 2))
  return { inventory, templates: join(root, 'templates'), macs, keptAlive: own.length }
}

/** Kept alive, only the first `keptAlive` switches ask. */
async function compare(what, site, keepAliveFloor) {
  const { macs, keptAlive = macs.length } = site
  const expected = await configurations(site)
  const texts = await Promise.all(macs.map((mac) => expected.of(mac)))
  const client = startClient()
  const server = await startZtpush(site)
  // the middle one of the sizes stands for all
  const middle = [...macs.keys()].sort((a, b) => texts[a].length - texts[b].length)[
    macs.length >> 1
  ]
  const raw = await startRaw(await ownHeaders(server.port, { 'X-Arista-SystemMAC': macs[middle] }))
  const lengths = texts.map((text) => Buffer.byteLength(text))
  for (const close of [false, true]) {
    const asking = close ? macs : macs.slice(0, keptAlive)
    const requests = (port) => asking.map((mac) => requestText(port, { mac }, close))
    await client.prepare(`ours-${close}`, requests(server.port), lengths)
    await client.prepare(`raw-${close}`, requests(raw.port), lengths[middle])
  }
  const size = `${texts[middle].trimEnd().split('\n').length} lines, ${lengths[middle]} bytes`
  const check = (side, { samples }) => {
    const wrong = samples.find(({ index, text }) => side === 'ours' && text !== texts[index])
    if (wrong !== undefined)
      throw new Error(`a wrong configuration for ${macs[wrong.index]}:\n${wrong.text}`)
  }
  try {
    const load = { connections, ms, warmMs: 200 }
    const kept = await alternate(client, {
      ours: { server, set: 'ours-false' },
      theirs: { server: raw, set: 'raw-false' },
      pairs,
      load,
      check,
    })
    const keptFigures = compareSides(kept)
    tell(
      name,
      `${what} (${size}), keep-alive, ÷ raw node:http by ${keptFigures.by}`,
      keptFigures.ratio,
      {
        floor: keepAliveFloor,
        aim: { atLeast: 0.9 },
        raw: keptFigures.raw,
      },
    )
    const fresh = await alternate(client, {
      ours: { server, set: 'ours-true' },
      theirs: { server: raw, set: 'raw-true' },
      pairs,
      load: { ...load, fresh: true },
      check,
    })
    // a connection each costs whoever opens it as much as the server, so the load generator is often the limit: both ratios are told
    const { raw: figures } = compareSides(fresh)
    const { 'rate ratio': rate, 'CPU ratio': cpu, ...others } = figures
    tell(name, `${what}, a new connection each, ÷ raw node:http by rate`, rate, {
      floor: { atLeast: 0.85 },
      raw: others,
    })
    if (cpu !== undefined) {
      tell(name, `${what}, a new connection each, ÷ raw node:http by CPU time per request`, cpu, {
        aim: { atLeast: 0.85 },
      })
    }
  } finally {
    await Promise.all([client.stop(), server.stop(), raw.stop(), expected.close()])
  }
}
