/**
 * Loaded before a command (`node --import`): writes the process's peak memory to the file that `BENCH_PEAK` names when it ends.
 * @module
 */
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  globalThis.gc?.()
  const { heapUsed } = process.memoryUsage()
  writeFileSync(process.env.BENCH_PEAK, JSON.stringify({ peakMb: process.resourceUsage().maxRSS / 1_024, heapMb: heapUsed / 1_048_576 }))
})
