/**
 * Loading 100,000 switches, against the quickest parser of such a file.
 * @module
 */
import { statSync } from 'node:fs'
import { number, tempFolder } from '../lib/env.mjs'
import { writeSite } from '../lib/inventory.mjs'
import { freshRun } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { ratios, summary } from '../lib/stats.mjs'

const name = 'load'
const pairs = number('LOAD_PAIRS', 5)
const count = number('LOAD_SWITCHES', 100_000)

export async function load() {
  for (const [format, parser] of [
    ['json', 'JSON.parse'],
    ['yaml', 'js-yaml'],
  ]) {
    const site = writeSite(tempFolder(`load-${format}`), count, format)
    const size = `${(statSync(site.inventory).size / 1_048_576).toFixed(1)} MB`
    const runs = { ztpush: [], [parser]: [] }
    const run = async (what) => {
      const result = await freshRun(
        'measure-load.mjs',
        [what, JSON.stringify(site)],
        ['--expose-gc'],
      )
      if (result.count !== count) throw new Error(`${what} found ${result.count} switches`)
      runs[what].push(result)
    }
    for (let pair = 0; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? ['ztpush', parser] : [parser, 'ztpush']
      for (const what of order) await run(what)
    }
    const of = (what, field) => runs[what].map((each) => each[field])
    const shown = (what, field, unit) => ({ ...summary(of(what, field)), unit })
    const what = `${count} switches, ${size} of ${format.toUpperCase()}`
    tell(
      name,
      `${what}: time from reading to snapshot ÷ ${parser}`,
      ratios(of('ztpush', 'ms'), of(parser, 'ms')),
      {
        floor: { atMost: 2 },
        raw: { ztpush: shown('ztpush', 'ms', ' ms'), [parser]: shown(parser, 'ms', ' ms') },
      },
    )
    tell(
      name,
      `${what}: heap afterwards ÷ the parsed object's`,
      ratios(of('ztpush', 'heapMb'), of(parser, 'heapMb')),
      {
        floor: { atMost: 3 },
        raw: {
          ztpush: shown('ztpush', 'heapMb', ' MB'),
          'texts outside of the heap': shown('ztpush', 'outsideMb', ' MB'),
          'bytes of the file': shown('ztpush', 'fileMb', ' MB'),
          [parser]: shown(parser, 'heapMb', ' MB'),
          'peak RSS ztpush': shown('ztpush', 'peakMb', ' MB'),
          [`peak RSS ${parser}`]: shown(parser, 'peakMb', ' MB'),
        },
      },
    )
  }
}
