/**
 * Durable allocations from resource pools, in-process: many clients at once, and one alone beside what its disk can do.
 */
import {
  closeSync,
  fsync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { built, number, tempFolder } from '../lib/env.mjs'
import { tell } from '../lib/report.mjs'
import { median, ratios, summary } from '../lib/stats.mjs'

const name = 'pools'
const runs = number('POOLS_RUNS', 5)
const many = number('POOLS_VALUES', 65_000)
const clients = number('POOLS_CLIENTS', 256)
const ms = number('POOLS_MS', 1_500)
/** Allocations of one client in each run. */
const singles = number('POOLS_SINGLES', 40)
const few = 10

const fsyncFile = promisify(fsync)

export async function pools() {
  const { createPools } = await built('store/pool-store')
  const root = tempFolder('pools')
  const folder = join(root, 'resources')
  mkdirSync(folder, { recursive: true })
  const measured = { rate: [], many: [], few: [], probeMany: [], probeFew: [] }
  for (let run = 0; run < runs; run++) {
    measured.rate.push(await together(createPools({ root }), join(folder, 'together')))
    const texts = { many: poolText(many), few: poolText(few) }
    const alone = createPools({ root })
    for (const size of ['many', 'few']) writeFileSync(join(folder, size), texts[size])
    const times = { many: [], few: [], probeMany: [], probeFew: [] }
    for (const size of ['many', 'few']) await alone.allocate(size, holder('first'))
    // in turns, so that whatever else the disk does meets all of them
    for (let at = 0; at < singles; at++) {
      const id = `r${run}n${at}`
      times.many.push(await timed(() => alone.allocate('many', holder(id))))
      times.few.push(await timed(() => alone.allocate('few', holder(id))))
      await alone.release('few', { ids: [id] })
      times.probeMany.push(await timed(() => probe(folder, texts.many)))
      times.probeFew.push(await timed(() => probe(folder, texts.few)))
    }
    for (const [what, all] of Object.entries(times)) measured[what].push(median(all))
  }
  const inMs = (what) => ({ ...summary(measured[what]), unit: ' ms' })
  tell(
    name,
    `durable allocations a second, ${clients} clients on ${many} values`,
    summary(measured.rate),
    { unit: '/s', floor: { atLeast: 10_000 } },
  )
  tell(
    name,
    `one client on ${many} values: allocations beside the disk's rate for such a file`,
    ratios(measured.probeMany, measured.many),
    {
      floor: { atLeast: 0.5 },
      raw: {
        allocation: inMs('many'),
        'write, fsync, rename, fsync of the folder': inMs('probeMany'),
      },
    },
  )
  tell(
    name,
    `one client: an allocation from ${many} values beside one from ${few}`,
    ratios(measured.many, measured.few),
    {
      aim: { atMost: 2 },
      raw: {
        [`${many}`]: inMs('many'),
        [`${few}`]: inMs('few'),
        'the disk alone': {
          ...ratios(measured.probeMany, measured.probeFew),
          unit: '',
        },
      },
    },
  )
}

/** Allocations a second of many clients, each waiting for its answer; every one is looked for in the file. */
async function together(store, path) {
  writeFileSync(path, poolText(many))
  await store.allocate('together', holder('first'))
  const given = new Map()
  let next = 0
  const begin = performance.now()
  const end = begin + ms
  const client = async () => {
    while (performance.now() < end && next < many - 1) {
      const id = `n${next++}`
      given.set(id, await store.allocate('together', holder(id)))
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const rate = given.size / ((performance.now() - begin) / 1_000)
  const held = new Map()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [value, by] = line.split(': ')
    if (by !== undefined && by !== 'null') held.set(by, value)
  }
  for (const [id, value] of given) {
    if (held.get(id) !== value)
      throw new Error(`${id} was given ${value}, the file has ${held.get(id)}`)
  }
  if (held.size !== given.size + 1) throw new Error('a value was given twice')
  return rate
}

/** The least that makes such a text durable in one piece. */
async function probe(folder, text) {
  const beside = join(folder, '.probe.new')
  const file = openSync(beside, 'w')
  writeSync(file, Buffer.from(text, 'latin1'))
  await fsyncFile(file)
  closeSync(file)
  renameSync(beside, join(folder, '.probe'))
  const parent = openSync(folder, 'r')
  await fsyncFile(parent)
  closeSync(parent)
}

async function timed(act) {
  const begin = performance.now()
  await act()
  return performance.now() - begin
}

const holder = (id) => ({ id, ids: [id] })

function poolText(count) {
  const lines = Array.from(
    { length: count },
    (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}/24: null\n`,
  )
  return lines.join('')
}
