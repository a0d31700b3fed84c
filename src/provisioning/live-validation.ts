/**
 * Everything that `validate` finds, found while the server runs: each switch is rendered once for each revision, in turns with the
 * requests of switches, and the data root gone through again and again; both only when somebody looks.
 * @module
 */

import type { ProblemList } from '../core/api-schemas.ts'
import { switchOrdinals } from '../core/inventory.ts'
import { describeProblem, type Problem, problemToJson, withDetails } from '../core/problem.ts'
import type { Clock, Log, Snapshot } from '../ports.ts'
import { allocateFor } from './config-allocations.ts'
import { renderSwitch } from './config-answer.ts'
import type { PreviewDeps } from './preview-config.ts'

export interface LiveValidationDeps extends PreviewDeps {
  readonly clock: Clock
  /** What is known without rendering anything. */
  readonly known: () => Promise<readonly Problem[]>
  /** Goes through the data root; undefined: there is none. */
  readonly checkDataRoot: (() => Promise<readonly Problem[]>) | undefined
  readonly log: Log
}

/** The server is stopped no longer than this at once, and not more than a third of the time. */
const stretchMs = 5
const pauseMs = 10
/** More of them help nobody. */
const maxProblems = 500
/** Nobody tells of changes in the data root, so who looks goes through it: not more often than this, and a twentieth of the time. */
const minRestMs = 1_000
const restPerCheck = 20
/** Who looks waits no longer than this for it. */
const patienceMs = 500

/** The problems of the revision in force. */
export class LiveValidation {
  private readonly deps: LiveValidationDeps
  private revision = ''
  private found: Problem[] = []
  private complete = false
  private readonly root: {
    problems: readonly Problem[]
    complete: boolean
    running: Promise<void> | undefined
    due: number
  }

  constructor(deps: LiveValidationDeps) {
    this.deps = deps
    const complete = deps.checkDataRoot === undefined
    this.root = { problems: [], complete, running: undefined, due: 0 }
  }

  /** As {@link problems}; what can be found in the data root in a moment is waited for. */
  async look(): Promise<ProblemList> {
    const moment = new Promise<void>((resume) => setTimeout(resume, patienceMs).unref())
    await Promise.race([this.checkRoot(), moment])
    return this.problems()
  }

  /** What is known by now; the first look at a revision begins to render its switches. */
  async problems(): Promise<ProblemList> {
    const snapshot = this.deps.snapshot.current()
    if (snapshot.revision !== this.revision) {
      this.revision = snapshot.revision
      this.found = []
      this.complete = false
      void this.unlessBug(() => this.renderAll(snapshot, this.found))
    }
    void this.checkRoot()
    const seen = new Set<string>()
    const all = [...(await this.deps.known()), ...this.found, ...this.root.problems]
    const problems = all.filter((problem) => {
      const text = describeProblem(problem)
      if (seen.has(text)) return false
      seen.add(text)
      return true
    })
    const errors = problems.filter(({ severity }) => severity === 'error').length
    return {
      problems: problems.map(problemToJson),
      errors,
      warnings: problems.length - errors,
      complete: this.complete && this.root.complete,
    }
  }

  /** Ends when the check that is under way does; there is none in the rest after another. */
  private checkRoot(): Promise<void> {
    const { root, deps } = this
    const { clock, checkDataRoot } = deps
    let begun = clock.monotonic()
    if (checkDataRoot === undefined || begun < root.due) return Promise.resolve()
    root.running ??= this.unlessBug(async () => {
      // to wait for the end of a save is no work
      await deps.known()
      begun = clock.monotonic()
      root.problems = (await checkDataRoot()).slice(0, maxProblems)
      root.complete = true
      await this.renderAgain()
    }).finally(() => {
      const now = clock.monotonic()
      root.due = now + Math.max(minRestMs, (now - begun) * restPerCheck)
      root.running = undefined
    })
    return root.running
  }

  /** What pools could not give they may give now, and no revision tells of it. */
  private async renderAgain(): Promise<void> {
    const snapshot = this.deps.snapshot.current()
    const { revision } = snapshot
    const isOfPools = this.found.some(({ code }) => code.startsWith('pool-'))
    if (!isOfPools || !this.complete || revision !== this.revision) return
    const found: Problem[] = []
    await this.renderAll(snapshot, found)
    if (this.revision === revision) this.found = found
  }

  private async unlessBug(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.deps.log.error('a bug in ztpush', { error: (error as Error).stack })
    }
  }

  private async renderAll(snapshot: Snapshot, found: Problem[]): Promise<void> {
    const { clock, pools, files, identifier, defaultTemplate, serverUrl } = this.deps
    const { inventory, revision } = snapshot
    const known = new Set<string>()
    const options = {
      defaultTemplate,
      ...allocateFor({ inventory, identifier, files }, pools?.scratch()),
    }
    let begun = clock.monotonic()
    for (const ordinal of switchOrdinals(inventory)) {
      if (clock.monotonic() - begun > stretchMs) {
        await new Promise((resume) => setTimeout(resume, pauseMs))
        begun = clock.monotonic()
      }
      if (this.revision !== revision) return
      const answer = await renderSwitch(snapshot, ordinal, {}, serverUrl, options)
      if (answer.kind === 'config' || known.has(identifyProblem(answer.problem))) continue
      known.add(identifyProblem(answer.problem))
      found.push(answer.problem)
      if (found.length >= maxProblems) break
    }
    if (this.revision === revision) this.complete = true
  }
}

/** What tells problems of switches apart: a broken template is one, however many switches use it. */
export function identifyProblem(problem: Problem): string {
  const shared = problem.code !== 'template-undefined' && problem.at?.line !== undefined
  return `${problem.code} ${describeProblem(shared ? withDetails(problem, { switch: undefined }) : problem)}`
}
