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
/** Kilobytes a switch that are no growth yet: the peak of a garbage-collected process is not exact. */
const noiseKb = 0.5
/**
 * The collector lets the young generation grow with the work, up to three times its semi-space, and that is no property of the command:
 * memory is measured with the smallest one.
 */
const steadyYoung = '--max-semi-space-size=1'

export async function renderAll() {
  const measured = new Map()
  for (const count of [many, few]) {
    const site = writeSite(tempFolder(`render-all-${count}`), count)
    const results = []
    for (let run = 0; run < runs; run++) {
      const { rate, peakMb: defaultPeakMb } = await render(site, count)
      const { peakMb, heapMb } = await render(site, count, steadyYoung)
      const loaded = await freshRun('measure-load.mjs', ['ztpush', JSON.stringify(site)], ['--expose-gc', steadyYoung])
      results.push({ rate, defaultPeakMb, peakMb, heapMb, loadPeakMb: loaded.peakMb, loadHeapMb: loaded.heapMb })
    }
    measured.set(count, results)
  }
  const of = (count, field) => measured.get(count).map((each) => each[field])
  const [all, some] = [many, few].map((count) => (field) => ({ ...summary(of(count, field)), unit: field.endsWith('Mb') ? ' MB' : '' }))
  tell(name, `${many} switches: written a second, start of the command included`, summary(of(many, 'rate')), {
    unit: '/s',
    raw: { [`${few} switches`]: { ...some('rate'), unit: '/s' } },
  })
  const growth = (field) => median(of(many, field)) - median(of(few, field))
  const perSwitch = (mb) => ((mb * 1_024) / (many - few)).toFixed(2)
  tell(
    name,
    `peak memory, growth from ${few} to ${many} switches beyond that of loading the inventory alone, a switch`,
    summary([((growth('peakMb') - growth('loadPeakMb')) * 1_024) / (many - few)]),
    {
      unit: ' KB',
      floor: { atMost: noiseKb },
      raw: {
        [`peak RSS ${many} as it comes`]: all('defaultPeakMb'),
        [`peak RSS ${few} as it comes`]: some('defaultPeakMb'),
        [`peak RSS ${many}`]: all('peakMb'),
        [`peak RSS ${few}`]: some('peakMb'),
        [`load alone ${many}`]: all('loadPeakMb'),
        [`load alone ${few}`]: some('loadPeakMb'),
        'growth of the whole': `${perSwitch(growth('peakMb'))} KB`,
        'of the load': `${perSwitch(growth('loadPeakMb'))} KB`,
        'heap left at the end': `${perSwitch(growth('heapMb'))} KB`,
        'inventory on the heap': `${perSwitch(growth('loadHeapMb'))} KB`,
      },
    },
  )
}

async function render({ inventory, templates }, count, ...flags) {
  const folder = tempFolder('render-all-out')
  const out = join(folder, 'configs')
  const peak = join(folder, 'peak.json')
  const start = performance.now()
  await promisify(execFile)(
    process.execPath,
    [...flags, '--expose-gc', '--import', child('peak-memory.mjs'), ztpush, 'render', '--all', '--out', out, '--inventory', inventory, '--templates', templates],
    { cwd: folder, env: cleanEnv({ BENCH_PEAK: peak }), maxBuffer: 1 << 26 },
  )
  const ms = performance.now() - start
  if (readdirSync(out).length !== count) throw new Error(`${readdirSync(out).length} of ${count} files were written`)
  rmSync(out, { recursive: true })
  return { rate: (count / ms) * 1_000, ...JSON.parse(readFileSync(peak, 'utf8')) }
}
