/**
 * Power-on storm: 10,000 switches at once, a new connection each.
 * @module
 */
import { number, tempFolder } from '../lib/env.mjs'
import { configurations, ownHeaders } from '../lib/expected.mjs'
import { requestText, systemMac, writeSite } from '../lib/inventory.mjs'
import { cpuMs, startClient, startRaw, startZtpush } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { ratios, summary } from '../lib/stats.mjs'

const name = 'storm'
const pairs = number('STORM_PAIRS', 5)
const count = number('STORM_SWITCHES', 10_000)
const connections = number('STORM_AT_ONCE', 1_000)

export async function storm() {
  const site = writeSite(tempFolder('storm'), count)
  const expected = await configurations(site)
  const length = Buffer.byteLength(await expected.of(systemMac(0)))
  const client = startClient()
  const probe = await startZtpush(site)
  const answer = await ownHeaders(probe.port, { 'X-Arista-SystemMAC': systemMac(0) })
  await probe.stop()
  const ask = async (server, set, seed) => {
    const before = cpuMs(server.pid)
    const result = await client.run({
      name: set,
      port: server.port,
      connections,
      count,
      order: 'once',
      fresh: true,
      timed: true,
      seed,
    })
    const after = cpuMs(server.pid)
    return {
      ...result,
      cpuUs: after === undefined ? undefined : ((after - before) * 1_000) / count,
    }
  }
  const results = { ours: [], theirs: [] }
  try {
    for (let pair = -1; pair < pairs; pair++) {
      // a storm finds a server that has served little since its start: each one gets new processes
      const server = await startZtpush(site)
      const raw = await startRaw(answer)
      await client.prepare('ours', requests(server.port), length)
      await client.prepare('raw', requests(raw.port), length)
      const sides = pair % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']
      for (const side of sides) {
        const result =
          side === 'ours' ? await ask(server, 'ours', pair + 2) : await ask(raw, 'raw', pair + 2)
        // the first pair warms the load generator only
        if (pair >= 0) results[side].push(result)
        if (side === 'ours') await checkSamples(expected, result)
      }
      await Promise.all([server.stop(), raw.stop()])
    }
  } finally {
    await Promise.all([client.stop(), expected.close()])
  }
  const { ours, theirs } = results
  const what = `${count} switches, ${connections} at a time`
  const errors = ours.map((run) => count - run.finished)
  const told = ours.map((run) => JSON.stringify(run.errors)).find((text) => text !== '{}')
  tell(name, `${what}: errors`, summary(errors), {
    floor: { atMost: 0 },
    raw: told === undefined ? {} : { which: told },
  })
  const latency = (runs, at) => summary(runs.map((run) => run.latency[at]))
  tell(name, `${what}: p99 from connect to the last byte`, latency(ours, 'p99'), {
    unit: ' ms',
    floor: { atMost: 500 },
    raw: {
      p50: { ...latency(ours, 'p50'), unit: ' ms' },
      max: { ...latency(ours, 'max'), unit: ' ms' },
      'raw p99': { ...latency(theirs, 'p99'), unit: ' ms' },
    },
  })
  const totals = [ours, theirs].map((runs) => runs.map(({ ms }) => ms))
  const cpu = [ours, theirs].map((runs) => runs.map(({ cpuUs }) => cpuUs))
  tell(name, `${what}: total ÷ raw node:http`, ratios(...totals), {
    floor: { atMost: 1.15 },
    raw: {
      ztpush: { ...summary(totals[0]), unit: ' ms' },
      raw: { ...summary(totals[1]), unit: ' ms' },
      ...(cpu[0][0] !== undefined && {
        'ztpush CPU': { ...summary(cpu[0]), unit: ' µs' },
        'raw CPU': { ...summary(cpu[1]), unit: ' µs' },
      }),
    },
  })
}

function requests(port) {
  return Array.from({ length: count }, (_, at) => requestText(port, { mac: systemMac(at) }, true))
}

async function checkSamples(expected, { samples }) {
  for (const { index, text } of samples) {
    if (text !== (await expected.of(systemMac(index))))
      throw new Error(`a wrong configuration:\n${text}`)
  }
}
