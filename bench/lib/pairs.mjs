/**
 * Two servers asked in turn: A B, B A, A B … so that a slow minute of the machine meets both.
 * @module
 */
import { cpuMs } from './processes.mjs'
import { ratios, summary } from './stats.mjs'

/**
 * Runs the load on `ours` and `theirs` alternately. Each is `{server, set}`; `load` goes to the client. Every run of both must be free of
 * errors. Gives the results of each run and what they have in common.
 */
export async function alternate(client, { ours, theirs, pairs, load, check }) {
  const results = { ours: [], theirs: [] }
  // neither begins with code that was never run
  for (const side of [ours, theirs]) await once(client, side, { ...load, ...shorter(load) }, 0)
  for (let pair = 0; pair < pairs; pair++) {
    const sides = pair % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']
    for (const name of sides) {
      const side = name === 'ours' ? ours : theirs
      const result = await once(client, side, load, pair + 1)
      check?.(name, result)
      results[name].push(result)
    }
  }
  return results
}

function shorter({ ms, count }) {
  return ms === undefined ? { count: Math.min(count, 2_000) } : { ms: Math.min(ms, 800), warmMs: 0 }
}

async function once(client, { server, set }, { step, ...load }, number) {
  const cpuBefore = cpuMs(server.pid)
  // with a step, each run goes on in one shuffled order where the one before it stopped
  const order =
    step === undefined ? { seed: 7_919 * (number + 1) } : { seed: 7_919, offset: number * step }
  const result = await client.run({ name: set, port: server.port, ...order, ...load })
  const cpuAfter = cpuMs(server.pid)
  server.clearLog()
  if (Object.keys(result.errors).length > 0)
    throw new Error(`errors: ${JSON.stringify(result.errors)}`)
  if (cpuBefore !== undefined && cpuAfter !== undefined) {
    result.cpuUs = ((cpuAfter - cpuBefore) * 1_000) / result.finished
    result.busy = (100 * (cpuAfter - cpuBefore)) / result.ms
  }
  return result
}

/** A server less busy than this was not the bound: its rate tells of the load generator, or of whoever else uses the machine. */
const boundFrom = 90

/**
 * How the two compare, and the raw figures that belong to it. The ratio is that of the rates where both servers were the bound, else that of
 * the processor time they took for a request; `by` says which.
 */
export function compareSides({ ours, theirs }, names = ['ztpush', 'raw']) {
  const rates = [ours, theirs].map((runs) => runs.map(({ rate }) => rate))
  const raw = { 'rate ratio': ratios(...rates) }
  for (const [at, name] of names.entries()) raw[name] = { ...summary(rates[at]), unit: '/s' }
  if (ours[0].cpuUs === undefined) return { ratio: ratios(...rates), by: 'rate', raw }
  const cpu = [ours, theirs].map((runs) => runs.map(({ cpuUs }) => cpuUs))
  const busy = [ours, theirs].map((runs) => summary(runs.map((run) => run.busy)))
  raw['CPU ratio'] = ratios(cpu[1], cpu[0])
  for (const [at, name] of names.entries()) {
    raw[`${name} CPU`] = { ...summary(cpu[at]), unit: ' µs' }
    raw[`${name} busy`] = `${busy[at].median.toFixed(0)} %`
  }
  const bound = busy.every(({ median }) => median >= boundFrom)
  return bound
    ? { ratio: raw['rate ratio'], by: 'rate', raw }
    : { ratio: raw['CPU ratio'], by: 'CPU time per request', raw }
}
