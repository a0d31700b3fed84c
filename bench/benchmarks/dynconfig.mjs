/**
 * /dynconfig against a raw `node:http` server that sends a constant answer of the same size.
 * @module
 */
import { join } from 'node:path'
import { number, root, tempFolder } from '../lib/env.mjs'
import { configurations, ownHeaders } from '../lib/expected.mjs'
import { requestText } from '../lib/inventory.mjs'
import { writeLeaves } from '../lib/leaf.mjs'
import { alternate, compareSides } from '../lib/pairs.mjs'
import { startClient, startRaw, startZtpush } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'

const name = 'dynconfig'
const pairs = number('DYNCONFIG_PAIRS', 7)
const ms = number('DYNCONFIG_MS', 1_500)
const connections = number('DYNCONFIG_CONNECTIONS', 32)

export async function dynconfig() {
  const lab = { inventory: join(root, 'swinfo.json'), templates: join(root, 'templates') }
  const labMacs = [
    '52:54:00:00:11:11',
    '52:54:00:00:11:12',
    '52:54:00:00:22:21',
    '52:54:00:00:22:22',
    '52:54:00:00:33:31',
    '52:54:00:00:33:32',
  ]
  const leaves = writeLeaves(tempFolder('dynconfig-leaves'), 100)
  await compare('lab', lab, labMacs, { atLeast: 0.7 })
  await compare('leaf of 600 lines', leaves, leaves.macs, { atLeast: 0.8 })
}

async function compare(what, site, macs, keepAliveFloor) {
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
    const requests = (port) => macs.map((mac) => requestText(port, { mac }, close))
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
    const freshFigures = compareSides(fresh)
    tell(
      name,
      `${what}, a new connection each, ÷ raw node:http by ${freshFigures.by}`,
      freshFigures.ratio,
      {
        floor: { atLeast: 0.85 },
        raw: freshFigures.raw,
      },
    )
  } finally {
    await Promise.all([client.stop(), server.stop(), raw.stop(), expected.close()])
  }
}
