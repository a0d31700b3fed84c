/**
 * The neighbordb in force, told in the log by whoever sees a change first.
 * @module
 */
import { describeProblem, type Problem } from '../core/problem.ts'
import type { DataRootSource, Log, NeighbordbInForce } from '../ports.ts'

/** How many problems of one file the log tells. */
const maxTold = 20

/** The last good neighbordb, and what is wrong with the file as it is saved now. */
export async function neighbordbInForce(
  files: DataRootSource,
  log: Log,
): Promise<NeighbordbInForce> {
  const found = await files.neighbordb()
  // once: a thousand switches may post while it is mended
  if (found.isNews) tell(log, found.problems)
  return found
}

function tell(log: Log, problems: readonly Problem[]): void {
  for (const problem of problems.slice(0, maxTold)) {
    log.error(describeProblem(problem), { code: problem.code })
  }
  if (problems.length > maxTold) {
    log.error(`neighbordb: ${problems.length - maxTold} further problems`)
  }
  if (problems.length === 0) log.info('neighbordb: read, no problems')
}
