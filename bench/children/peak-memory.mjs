/**
 * Loaded before a command (`node --expose-gc --import`): tells its memory in the file that `BENCH_MEMORY` names when it ends. With
 * `BENCH_LIVE_EVERY` it looks at what is alive each time so many files were renamed, which is how the command finishes a configuration.
 * @module
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const every = Number(process.env.BENCH_LIVE_EVERY ?? 0)
const live = []
if (every > 0) {
  const { renameSync } = fs
  let count = 0
  fs.renameSync = (from, to) => {
    renameSync(from, to)
    if (++count % every !== 0) return
    globalThis.gc()
    live.push(process.memoryUsage().heapUsed / 1_048_576)
  }
  syncBuiltinESMExports()
}
process.on('exit', () => {
  const { maxRSS } = process.resourceUsage()
  fs.writeFileSync(process.env.BENCH_MEMORY, JSON.stringify({ peakMb: maxRSS / 1_024, live }))
})
