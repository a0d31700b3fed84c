/**
 * The smallest single change after which a node would match a pattern. Nothing is guessed: each candidate is made, and the same
 * matcher that serves switches is asked again.
 * @module
 */

import { modelCandidates, neighborCandidates, ruleCandidates } from './match-candidates.ts'
import { applyChange, type Comparison, type MatchChange } from './match-change.ts'
import { orderCandidates, swapCandidates } from './match-order.ts'
import { type BoundedTest, testExpression } from './matcher.ts'
import { mismatchOf } from './neighbordb.ts'
import type { Peer } from './node-report.ts'
import { findMismatch, type Use } from './topology.ts'
import type { Rule } from './topology-rule.ts'

/** What stands between a node and a pattern. */
export interface Unmet {
  /** The model is not the one that is asked for. */
  readonly model: boolean
  readonly violations: readonly {
    readonly rule: Rule
    readonly interface: string
    readonly peer: Peer
  }[]
  /** Positive rules that no interface was left for. */
  readonly unsatisfied: readonly Rule[]
  /** What satisfied the others. */
  readonly uses: ReadonlyMap<Rule, Use>
  /** How many rules that makes, the model among them. */
  readonly count: number
}

/** More violations are counted as this many. */
const maxViolations = 20

/** Everything that keeps a node from a pattern; undefined where that cannot be told: a bogus rule, an expression without end. */
export function findUnmet(
  { pattern, report }: Comparison,
  bounded: BoundedTest,
): Unmet | undefined {
  if (pattern.bogus !== undefined) return undefined
  const model =
    pattern.model !== undefined &&
    (report.model === undefined || testExpression(pattern.model, report.model, bounded) !== true)
  const violations: Unmet['violations'][number][] = []
  let rules = pattern.rules
  for (;;) {
    const uses = new Map<Rule, Use>()
    const mismatch = findMismatch(rules, report.interfaces, bounded, uses)
    if (mismatch?.kind === 'endless') return undefined
    if (mismatch?.kind === 'violated' && violations.length < maxViolations) {
      violations.push(mismatch)
      // without it the others can be looked at
      rules = rules.filter((rule) => rule !== mismatch.rule)
      continue
    }
    const unsatisfied = rules.filter((rule) => rule.kind === 'positive' && !uses.has(rule))
    const count = (model ? 1 : 0) + violations.length + unsatisfied.length
    return { model, violations, unsatisfied, uses, count }
  }
}

/** So many changes are tried for one pattern, fewer where each takes long. */
const maxTrials = 80
const minTrials = 4
const maxSteps = 2_000_000

/** The first change, the smallest first, after which the node matches; undefined: no single one of those that are tried. */
export function findHint(
  comparison: Comparison,
  unmet: Unmet,
  bounded: BoundedTest,
): MatchChange | undefined {
  const { pattern, report } = comparison
  const steps = (pattern.rules.length + 1) * (report.interfaces.length + 1)
  const trials = Math.max(minTrials, Math.min(maxTrials, Math.floor(maxSteps / steps)))
  let tried = 0
  for (const change of candidates(comparison, unmet, bounded)) {
    if (tried++ >= trials) return undefined
    const changed = applyChange(comparison, change)
    if (changed === undefined) continue
    if (mismatchOf(changed.pattern, changed.report, bounded) === undefined) return change
  }
  return undefined
}

function* candidates(
  comparison: Comparison,
  unmet: Unmet,
  bounded: BoundedTest,
): Generator<MatchChange> {
  if (unmet.model) {
    // a change of the model helps nobody whose cables are wrong too
    if (unmet.count === 1) yield* modelCandidates(comparison)
    return
  }
  yield* orderCandidates(comparison, unmet, bounded)
  yield* swapCandidates(comparison, unmet, bounded)
  yield* ruleCandidates(comparison, unmet, 'alike')
  yield* neighborCandidates(comparison, unmet, bounded)
  yield* ruleCandidates(comparison, unmet, 'any')
}
