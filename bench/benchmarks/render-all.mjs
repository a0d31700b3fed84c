/**
 * `ztpush render --all`: how many switches a second, and whether its memory grows with their number.
 * @module
 */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { child, cleanEnv, number, tempFolder, ztpush } from '../lib/env.mjs'
import { writeSite } from '../lib/inventory.mjs'
import { freshRun } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { median, summary } from '../lib/stats.mjs'

const name = 'render-all'
const runs = number('RENDER_ALL_RUNS', 3)
const many = number('RENDER_ALL_SWITCHES', 10_000)
const few = Math.round(many / 10)
/** A file name taken, remembered so that no two switches write the same file, is all that may stay of a switch. */
const kilobytesPerSwitch = 0.25

export async function renderAll() {
  for (const dialect of ['njk', 'j2']) await renderDialect(dialect)
}

async function renderDialect(dialect) {
  const measured = new Map()
  const sites = new Map()
  for (const count of [many, few]) {
    const folder = tempFolder(`render-all-${dialect}-${count}`)
    sites.set(count, writeSite(folder, count, 'json', `config.${dialect}`))
    measured.set(count, [])
  }
  for (let run = 0; run < runs; run++) {
    for (const [count, site] of sites) {
      const { rate, peakMb } = await render(site, count)
      const loaded = await freshRun(
        'measure-load.mjs',
        ['ztpush', JSON.stringify(site)],
        ['--expose-gc'],
      )
      measured
        .get(count)
        .push({ rate, peakMb, loadPeakMb: loaded.peakMb, loadHeapMb: loaded.heapMb })
    }
  }
  const of = (count, field) => measured.get(count).map((each) => each[field])
  const shown = (count, field, unit) => ({ ...summary(of(count, field)), unit })
  tell(
    name,
    `.${dialect}, ${many} switches: written a second, start of the command included`,
    summary(of(many, 'rate')),
    {
      unit: '/s',
      raw: { [`${few} switches`]: shown(few, 'rate', '/s') },
    },
  )
  const growth = (field) => median(of(many, field)) - median(of(few, field))
  const perSwitch = (mb) => `${((mb * 1_024) / (many - few)).toFixed(2)} KB`
  tell(name, `.${dialect}, peak memory of ${many} switches`, summary(of(many, 'peakMb')), {
    unit: ' MB',
    raw: {
      [`${few} switches`]: shown(few, 'peakMb', ' MB'),
      [`loading ${many} alone`]: shown(many, 'loadPeakMb', ' MB'),
      [`loading ${few} alone`]: shown(few, 'loadPeakMb', ' MB'),
      'growth a switch': perSwitch(growth('peakMb')),
      'of it the load': perSwitch(growth('loadPeakMb')),
      'the inventory itself': perSwitch(growth('loadHeapMb')),
    },
  })
  const { live } = await render(sites.get(many), many, { every: few })
  const first = live[0]
  const last = live.at(-1)
  tell(
    name,
    `.${dialect}, what stays alive of a rendered switch`,
    summary([((last - first) * 1_024) / (many - few)]),
    {
      unit: ' KB',
      floor: { atMost: kilobytesPerSwitch },
      raw: {
        [`alive after ${few}`]: `${first.toFixed(1)} MB`,
        [`after ${many}`]: `${last.toFixed(1)} MB`,
      },
    },
  )
}

async function render({ inventory, templates }, count, { every = 0 } = {}) {
  const folder = tempFolder('render-all-out')
  const out = join(folder, 'configs')
  const memory = join(folder, 'memory.json')
  const start = performance.now()
  const flags = ['--expose-gc', '--import', child('peak-memory.mjs')]
  const command = [
    'render',
    '--all',
    '--out',
    out,
    '--inventory',
    inventory,
    '--templates',
    templates,
  ]
  await promisify(execFile)(process.execPath, [...flags, ztpush, ...command], {
    cwd: folder,
    env: cleanEnv({ BENCH_MEMORY: memory, BENCH_LIVE_EVERY: String(every) }),
    maxBuffer: 1 << 26,
  })
  const ms = performance.now() - start
  if (readdirSync(out).length !== count)
    throw new Error(`${readdirSync(out).length} of ${count} files were written`)
  rmSync(out, { recursive: true })
  return { rate: (count / ms) * 1_000, ...JSON.parse(readFileSync(memory, 'utf8')) }
}
