/**
 * What went wrong when switches asked: the latest fault of each, until it is served again or operators change something.
 * @module
 */
import type { Problem } from '../core/problem.ts'
import type { FaultLog } from '../ports.ts'

const maxFaults = 200

/** Keeps the latest faults in memory; `reset` forgets them when a new revision makes them history. */
export function createFaultLog(): FaultLog & { reset(): void } {
  const faults = new Map<string, Problem>()
  return {
    note: (problem) => {
      const key = `${problem.switch} ${problem.code}`
      // a mismatch outlives the answer that noted it: that switch is served, but someone has to look
      faults.delete(key)
      faults.set(key, problem)
      for (const oldest of faults.keys()) {
        if (faults.size <= maxFaults) break
        faults.delete(oldest)
      }
    },
    clear: (switchName) => {
      if (faults.size === 0) return
      for (const [key, problem] of faults) {
        if (problem.switch === switchName && problem.severity === 'error') faults.delete(key)
      }
    },
    current: () => [...faults.values()],
    reset: () => faults.clear(),
  }
}
