/**
 * Everything that `validate` finds, found while the server runs: each switch is rendered once for each revision, in turns with the
 * requests of switches, and only when somebody looks.
 * @module
 */

import type { ProblemList } from '../core/api-schemas.ts'
import { switchOrdinals } from '../core/inventory.ts'
import { describeProblem, type Problem, problemToJson, withDetails } from '../core/problem.ts'
import type { Clock, Snapshot } from '../ports.ts'
import { allocateFor } from './config-allocations.ts'
import { renderSwitch } from './config-answer.ts'
import type { PreviewDeps } from './preview-config.ts'

export interface LiveValidationDeps extends PreviewDeps {
  readonly clock: Clock
  /** What is known without rendering anything. */
  readonly known: () => Promise<readonly Problem[]>
}

/** The server is stopped no longer than this at once, and not more than a third of the time. */
const stretchMs = 5
const pauseMs = 10
/** More of them help nobody. */
const maxProblems = 500

/** The problems of the revision in force. */
export class LiveValidation {
  private readonly deps: LiveValidationDeps
  private revision = ''
  private found: Problem[] = []
  private complete = false

  constructor(deps: LiveValidationDeps) {
    this.deps = deps
  }

  /** What is known by now; the first look at a revision begins to render its switches. */
  async problems(): Promise<ProblemList> {
    const snapshot = this.deps.snapshot.current()
    if (snapshot.revision !== this.revision) {
      this.revision = snapshot.revision
      this.found = []
      this.complete = false
      void this.renderAll(snapshot)
    }
    const seen = new Set<string>()
    const problems = [...(await this.deps.known()), ...this.found].filter((problem) => {
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
      complete: this.complete,
    }
  }

  private async renderAll(snapshot: Snapshot): Promise<void> {
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
      this.found.push(answer.problem)
      if (this.found.length >= maxProblems) break
    }
    if (this.revision === revision) this.complete = true
  }
}

/** What tells problems of switches apart: a broken template is one, however many switches use it. */
export function identifyProblem(problem: Problem): string {
  const shared = problem.code !== 'template-undefined' && problem.at?.line !== undefined
  return `${problem.code} ${describeProblem(shared ? withDetails(problem, { switch: undefined }) : problem)}`
}
