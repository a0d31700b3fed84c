/**
 * What went wrong when switches asked: the latest fault of each, until it is served again or operators change something.
 * @module
 */
import { describeProblem, type Problem } from '../core/problem.ts'
import type { FaultLog, Snapshot } from '../ports.ts'

const maxFaults = 200

type InForce = Pick<Snapshot, 'revision' | 'problems'>

/** Keeps the latest faults in memory; `followChange` forgets them when an edit makes them history. */
export function createFaultLog(): FaultLog & {
  followChange(before: InForce, next: InForce): void
} {
  const faults = new Map<string, Problem>()
  // a mismatch outlives the answer that noted it: that switch is served, but someone has to look
  const forgetErrors = (switchName: string | undefined) => {
    if (faults.size === 0) return
    for (const [key, problem] of faults) {
      if (problem.switch === switchName && problem.severity === 'error') faults.delete(key)
    }
  }
  return {
    note: (problem) => {
      const key = `${problem.switch} ${problem.code}`
      if (problem.severity === 'error') forgetErrors(problem.switch)
      faults.delete(key)
      faults.set(key, problem)
      for (const oldest of faults.keys()) {
        if (faults.size <= maxFaults) break
        faults.delete(oldest)
      }
    },
    clear: forgetErrors,
    current: () => [...faults.values()],
    followChange: (before, next) => {
      // a broken file that was never good is in no revision, and switches may have been refused for it
      const isHistory =
        next.revision !== before.revision || hasMended(before.problems, next.problems)
      if (isHistory) faults.clear()
    },
  }
}

function hasMended(before: readonly Problem[], next: readonly Problem[]): boolean {
  const left = new Set(next.map(describeProblem))
  return before.some((problem) => !left.has(describeProblem(problem)))
}
