/**
 * Whether switches can be served, and everything that is known to be wrong.
 * @module
 */
import { bootstrapConfigJson } from '../core/bootstrap.ts'
import { describeProblem, Problem } from '../core/problem.ts'
import { shownFrom } from '../core/shown-path.ts'
import type { DataRootSource, FaultLog, Live, LiveJournal, Log, Snapshot } from '../ports.ts'
import type { Bootstrap } from './bootstrap.ts'
import { neighbordbInForce } from './neighbordb-in-force.ts'

export interface ReadinessFacts {
  /** What was warned of in the settings at the start, which are in force until the next one. */
  readonly settingsWarnings: readonly Problem[]
  readonly snapshot: Live<Snapshot>
  readonly faults: FaultLog
  readonly journal: LiveJournal
  /** Undefined: there is no data root. */
  readonly dataRoot: DataRootFacts | undefined
  /** Files below it are told relative to it. */
  readonly cwd: string
}

/** What every new switch needs of a data root. */
export interface DataRootFacts {
  /** Absolute. */
  readonly root: string
  readonly files: DataRootSource
  readonly bootstrap: Bootstrap
  readonly log: Log
}

export interface Readiness {
  readonly ready: boolean
  readonly problems: readonly Problem[]
}

/** One mistake in a neighbordb can be in each of its patterns. */
const maxOfNeighbordb = 200

/**
 * Not ready: an inventory file is broken and has no last good version, or the data root is not there and there is no inventory either.
 * Of the data root those files are looked at that every new switch needs.
 */
export async function readiness(facts: ReadinessFacts): Promise<Readiness> {
  const { inventoryComplete, inventory, problems } = facts.snapshot.current()
  const known = new Set(problems.map(describeProblem))
  const faults = facts.faults.current().filter((fault) => !known.has(describeProblem(fault)))
  const missing = facts.dataRoot?.files.rootProblem()
  const ofRoot =
    missing === undefined && facts.dataRoot !== undefined
      ? await dataRootProblems(facts.dataRoot)
      : []
  const nothingToServe = missing !== undefined && inventory.tables.length === 0
  const all = [
    ...facts.settingsWarnings,
    ...problems,
    ...(missing === undefined ? [] : [missing]),
    ...ofRoot,
    ...faults,
    ...facts.journal.status().problems,
  ]
  return {
    ready: inventoryComplete && !nothingToServe,
    problems: all.map((problem) => shownFrom(facts.cwd, problem)),
  }
}

async function dataRootProblems(facts: DataRootFacts): Promise<readonly Problem[]> {
  const { root, files, bootstrap, log } = facts
  const { neighbordb, problems } = await neighbordbInForce(files, log)
  const found = problems.slice(0, maxOfNeighbordb)
  const conf = await files.bytes('bootstrap/bootstrap.conf')
  const settings =
    conf instanceof Problem ? conf : bootstrapConfigJson(`${root}/bootstrap/bootstrap.conf`, conf)
  if (settings instanceof Problem) found.push(settings)
  // a data root that only has pools and files needs no script
  if (neighbordb === undefined && problems.length === 0) return found
  const script = await bootstrap.script('http://localhost')
  return script instanceof Problem ? [...found, script] : found
}
