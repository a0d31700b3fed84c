/**
 * Power-on storm: 10,000 switches at once, a new connection each.
 * @module
 */
import { number, tempFolder } from '../lib/env.mjs'
import { configurations, ownHeaders } from '../lib/expected.mjs'
import { requestText, systemMac, writeSite } from '../lib/inventory.mjs'
import { cpuMs, startClient, startRaw, startZtpush, untilQuiet } from '../lib/processes.mjs'
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
  const given = { site, expected, length, client, answer }
  try {
    // the first pair warms the load generator only
    await pair(given, async () => {}, 0)
    for (const [when, wait] of moments) {
      const results = { ours: [], theirs: [] }
      for (let number = 0; number < pairs; number++) {
        const { ours, theirs } = await pair(given, wait, number)
        results.ours.push(ours)
        results.theirs.push(theirs)
      }
      tellOf(`${count} switches, ${connections} at a time, ${when}`, results)
    }
  } finally {
    await Promise.all([client.stop(), expected.close()])
  }
}

/** When a storm meets a server, and how that is waited for. */
const moments = [
  ['at once after the start', async () => {}],
  // a switch takes minutes to boot
  ['to a server at rest after its start', untilQuiet],
]

/**
 * One storm on either server, each in a new process: it has served nothing since its start. The other one is not there meanwhile: what it does
 * before and after its storm would be charged to this one.
 */
async function pair(given, wait, number) {
  const { site, answer } = given
  const sides = {
    ours: () => startZtpush(site),
    theirs: () => startRaw(answer),
  }
  const results = {}
  for (const side of number % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']) {
    const server = await sides[side]()
    try {
      results[side] = await ask(given, server, wait, number + 1)
    } finally {
      await server.stop()
    }
  }
  await checkSamples(given.expected, results.ours)
  return results
}

async function ask({ client, length }, server, wait, seed) {
  const { pid, port } = server
  await client.prepare('storm', requests(port), length)
  await wait(server)
  const before = cpuMs(pid)
  const load = { connections, count, order: 'once', fresh: true, timed: true, seed }
  const result = await client.run({ name: 'storm', port, ...load })
  const after = cpuMs(pid)
  return { ...result, cpuUs: after === undefined ? undefined : ((after - before) * 1_000) / count }
}

function tellOf(what, { ours, theirs }) {
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
