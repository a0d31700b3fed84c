/**
 * The rate with 100,000 switches against the rate with 100.
 * @module
 */
import { number, tempFolder } from '../lib/env.mjs'
import { configurations } from '../lib/expected.mjs'
import { requestText, systemMac, writeSite } from '../lib/inventory.mjs'
import { alternate, compareSides } from '../lib/pairs.mjs'
import { startClient, startZtpush, untilQuiet } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'

const name = 'scale'
const pairs = number('SCALE_PAIRS', 7)
const ms = number('SCALE_MS', 1_500)
const many = number('SCALE_SWITCHES', 100_000)
const few = 100
const connections = 32

export async function scale() {
  const sites = [many, few].map((count) => writeSite(tempFolder(`scale-${count}`), count))
  const [large, small] = await Promise.all(sites.map((site) => startZtpush(site)))
  const expected = await configurations(sites[0])
  const texts = new Map()
  for (let at = 0; at < many; at++)
    if (at % 97 === 0 || at < few) texts.set(at, await expected.of(systemMac(at)))
  const length = Buffer.byteLength(texts.get(0))
  const client = startClient()
  try {
    // as many requests in the client's memory for either server: what differs is the server
    const requests = ({ port }, count, version) =>
      Array.from({ length: many }, (_, at) =>
        requestText(port, { mac: systemMac(at % count), version: version?.(at) }),
      )
    await client.prepare('large', requests(large, many), length)
    await client.prepare('small', requests(small, few), length)

    // every request names a software version that was not seen before: nothing is remembered, every answer is rendered
    const anew = (at) => `4.${30 + (at % 6)}.${at}M`
    await client.prepare('large-new', requests(large, many, anew), length)
    await client.prepare('small-new', requests(small, few, anew), length)
    const sets = (suffix) => ({
      ours: { server: large, set: `large${suffix}` },
      theirs: { server: small, set: `small${suffix}` },
    })
    const names = [`${many} switches`, `${few} switches`]
    const check = (count) => (side, result) => {
      const wrong = result.samples.find(({ index, text }) => {
        const known = texts.get(side === 'ours' ? index : index % count)
        return known !== undefined && known !== text
      })
      if (wrong !== undefined) throw new Error(`a wrong configuration:\n${wrong.text}`)
    }

    const once = { connections, order: 'once' }
    const coldPairs = Math.min(3, pairs)
    const step = Math.floor(many / (coldPairs + 1))
    const cold = await alternate(client, {
      ...sets('-new'),
      pairs: coldPairs,
      load: { ...once, count: step, step },
      check: check(few),
    })
    const coldFigures = compareSides(cold, names)
    tell(
      name,
      `not warmed, every answer rendered, random MACs: ${many} ÷ ${few} switches by ${coldFigures.by}`,
      coldFigures.ratio,
      {
        raw: coldFigures.raw,
      },
    )

    // the second time something is made that the third one needs: with few switches all of them are past that at once
    for (const seed of [1, 2]) {
      for (const { set, server } of Object.values(sets(''))) {
        const warm = await client.run({ name: set, port: server.port, ...once, count: many, seed })
        if (warm.finished !== many) throw new Error('not every switch was served')
        server.clearLog()
      }
    }
    // what was served is kept in files, a hundred thousand of them
    await untilQuiet(large)
    const steady = await alternate(client, {
      ...sets(''),
      pairs,
      load: { connections, ms, warmMs: 200, order: 'random' },
      check: check(few),
    })
    const figures = compareSides(steady, names)
    tell(
      name,
      `steady state (every MAC was asked for twice), random MACs: ${many} ÷ ${few} switches by ${figures.by}`,
      figures.ratio,
      {
        floor: { atLeast: 0.95 },
        raw: figures.raw,
      },
    )
  } finally {
    await Promise.all([client.stop(), large.stop(), small.stop(), expected.close()])
  }
}
