/**
 * One load in a fresh process: `measure-load.mjs WHAT SITE`. `ztpush`: from reading the file to the snapshot; `JSON.parse`, `js-yaml`: reading
 * and parsing alone. Prints milliseconds and what stays in memory.
 * @module
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { built, root } from '../lib/env.mjs'
import { siteSettings } from '../lib/expected.mjs'

const [what, siteText] = process.argv.slice(2)
const site = JSON.parse(siteText)

const loaders = {
  ztpush: async () => {
    const settings = await siteSettings(site)
    const { createDeps } = await built('deps')
    const deps = createDeps(settings, '/')
    return async () => {
      const snapshot = await deps.load()
      if (snapshot.problems.length > 0) throw snapshot.problems[0]
      const fileMb =
        snapshot.inventory.tables.reduce((sum, { source }) => sum + source.bytes.length, 0) /
        1_048_576
      return { kept: snapshot, count: snapshot.inventory.switchCount, fileMb }
    }
  },
  'JSON.parse': async () => () => counted(JSON.parse(readFileSync(site.inventory, 'utf8'))),
  'js-yaml': async () => {
    const require = createRequire(join(root, 'package.json'))
    const { load } = await import(pathToFileURL(require.resolve('js-yaml')).href)
    return () => counted(load(readFileSync(site.inventory, 'utf8')))
  },
}

function counted(kept) {
  return { kept, count: Object.keys(kept).length - 2 }
}

const load = await loaders[what]()
const before = memory()
const start = performance.now()
const { kept, count, fileMb = 0 } = await load()
const ms = performance.now() - start
const after = memory()
const { maxRSS } = process.resourceUsage()
process.stdout.write(
  `${JSON.stringify({
    ms,
    count,
    heapMb: (after.heapUsed - before.heapUsed) / 1_048_576,
    outsideMb: (after.external - before.external) / 1_048_576,
    // the bytes of the file, in memory that threads share: Node.js counts them nowhere
    fileMb,
    peakMb: maxRSS / 1_024,
    kept: kept !== undefined,
  })}\n`,
)
process.exit()

function memory() {
  for (let turn = 0; turn < 3; turn++) globalThis.gc?.()
  return process.memoryUsage()
}
