/**
 * The patterns of neighbordb by how near a node is to each of them.
 * @module
 */
import { applyChange, type MatchChange } from '../core/match-change.ts'
import { explainPattern, type MatchHint, type PatternResult } from '../core/match-explanation.ts'
import { findUnmet } from '../core/match-hint.ts'
import type { BoundedTest } from '../core/matcher.ts'
import { matchNode, mismatchOf, type Neighbordb, NeighbordbBuilder } from '../core/neighbordb.ts'
import type { NodeReport } from '../core/node-report.ts'
import type { Pattern } from '../core/pattern.ts'
import { describeMismatch, type Mismatch } from '../core/topology.ts'
import { hintFor } from './explain-pattern.ts'

/** A pattern with what became of it. */
export interface ComparedPattern {
  readonly number: number
  readonly pattern: Pattern
  readonly state: 'match' | 'no-match' | 'not-asked'
  readonly mismatch: Mismatch | undefined
  /** How many rules are not met; of those that were not counted infinitely many. */
  readonly distance: number
}

export interface RankedPatterns {
  /** Those that match, then those with the fewest rules that are not met. */
  readonly nearest: readonly ComparedPattern[]
  /** The place of the first that matches. */
  readonly taken: number | undefined
  /** Adds to the row of a pattern what became of it. */
  tell(
    row: PatternResult,
    compared: ComparedPattern,
    wanted: { readonly rules: boolean; readonly hint: boolean },
  ): PatternResult
}

/** What all counting of unmet rules may take, in comparisons of one rule with one interface. */
const maxSteps = 100_000_000
/** More patterns are not gone through; the one that is taken is found by the index all the same. */
const maxCompared = 20_000

/** What stands in for the report of a node that has not sent one. */
const nothingSeen = { model: undefined, interfaces: [] }

/** Compares a node with all patterns. */
export function comparePatterns(
  neighbordb: Neighbordb,
  nodeId: string,
  report: NodeReport | undefined,
  bounded: BoundedTest,
): RankedPatterns {
  const { patterns, byNode } = neighbordb
  const own = byNode.get(nodeId)
  let steps = 0
  const compare = (pattern: Pattern, number: number): ComparedPattern => {
    const counts = own === undefined ? pattern.node === undefined : pattern === own
    const needsReport = pattern.rules.length > 0 || pattern.model !== undefined
    if (!counts || (report === undefined && needsReport)) {
      const distance = counts ? 1e6 : 1e9
      return { number, pattern, state: 'not-asked', mismatch: undefined, distance }
    }
    const seen = report ?? nothingSeen
    const mismatch = mismatchOf(pattern, seen, bounded)
    if (mismatch === undefined) return { number, pattern, state: 'match', mismatch, distance: 0 }
    steps += (pattern.rules.length + 1) * (seen.interfaces.length + 1)
    const unmet = steps > maxSteps ? undefined : findUnmet({ pattern, report: seen }, bounded)
    return { number, pattern, state: 'no-match', mismatch, distance: unmet?.count ?? 1e3 }
  }
  const compared = patterns.slice(0, maxCompared).map(compare)
  const taken = takenPlace(neighbordb, nodeId, report, compared, bounded)
  const beyond = taken !== undefined && taken >= maxCompared ? patterns[taken] : undefined
  if (taken !== undefined && beyond !== undefined) compared.push(compare(beyond, taken))
  const nearest = [...compared].sort(
    (one, other) => one.distance - other.distance || one.number - other.number,
  )
  const detail = new PatternDetails(neighbordb, nodeId, report ?? nothingSeen, bounded, taken)
  return {
    nearest,
    taken,
    tell: (row, each, wanted) => ({
      ...row,
      result: each.state,
      taken: each.number === taken,
      reason: reasonOf(each, own, nodeId),
      ...(each.state !== 'not-asked' && detail.of(each, wanted)),
    }),
  }
}

/** As the server finds it; without a report only where nothing that is reported could decide otherwise. */
function takenPlace(
  neighbordb: Neighbordb,
  nodeId: string,
  report: NodeReport | undefined,
  compared: readonly ComparedPattern[],
  bounded: BoundedTest,
): number | undefined {
  if (report !== undefined) {
    const pattern = matchNode(neighbordb, nodeId, report, bounded)
    return pattern === undefined ? undefined : neighbordb.patterns.indexOf(pattern)
  }
  const own = neighbordb.byNode.get(nodeId)
  const first = compared.find(({ pattern }) =>
    own === undefined ? pattern.node === undefined : pattern === own,
  )
  return first?.state === 'match' ? first.number : undefined
}

function reasonOf(
  { pattern, state, mismatch }: ComparedPattern,
  own: Pattern | undefined,
  nodeId: string,
): string | null {
  if (mismatch !== undefined) return describeMismatch(mismatch)
  if (state !== 'not-asked') return null
  if (pattern.node !== undefined && pattern !== own) {
    return pattern.node === nodeId
      ? 'an earlier pattern is for this node'
      : `it is for the node ${pattern.node}`
  }
  return own === undefined || pattern === own
    ? 'the node has not reported what it sees'
    : `only pattern ${own.name} counts, which is for this node`
}

class PatternDetails {
  readonly #neighbordb: Neighbordb
  readonly #nodeId: string
  readonly #report: Pick<NodeReport, 'model' | 'interfaces'>
  readonly #bounded: BoundedTest
  readonly #taken: number | undefined

  constructor(
    neighbordb: Neighbordb,
    nodeId: string,
    report: Pick<NodeReport, 'model' | 'interfaces'>,
    bounded: BoundedTest,
    taken: number | undefined,
  ) {
    this.#neighbordb = neighbordb
    this.#nodeId = nodeId
    this.#report = report
    this.#bounded = bounded
    this.#taken = taken
  }

  of(
    compared: ComparedPattern,
    wanted: { readonly rules: boolean; readonly hint: boolean },
  ): Partial<PatternResult> {
    const { pattern, state, distance } = compared
    const comparison = { pattern, report: this.#report }
    const counted = { unmet: distance < 1e3 ? distance : null }
    const detail = wanted.rules ? explainPattern(comparison, this.#bounded) : undefined
    const told = detail === undefined ? {} : { model: detail.model, rules: detail.rules }
    if (!wanted.hint) return { ...counted, ...told }
    if (state === 'match') return { ...counted, ...told, wouldMatchIf: this.#earlier(compared) }
    const unmet = detail?.unmet ?? findUnmet(comparison, this.#bounded)
    const wouldMatchIf = hintFor(comparison, unmet, this.#bounded, (change) =>
      this.#isFirst(compared, change),
    )
    return { ...counted, ...told, wouldMatchIf }
  }

  /** A pattern that matches but is not reached would be taken before the one that is. */
  #earlier({ number, pattern }: ComparedPattern): MatchHint | null {
    const taken = this.#taken === undefined ? undefined : this.#neighbordb.patterns[this.#taken]
    if (taken === undefined || this.#taken === undefined || this.#taken === number) return null
    // the others do not match, wherever these two stand
    const builder = new NeighbordbBuilder()
    for (const each of [pattern, taken]) builder.add(each)
    const first = this.#match(builder.finish(), this.#report)
    if (first !== pattern) return null
    return {
      change: { kind: 'pattern-order', before: this.#taken },
      text: `it stood before pattern ${taken.name}`,
      firstMatch: true,
    }
  }

  /** Whether a node that matches after a change gets this pattern, and not one that stands before it. */
  #isFirst({ number, pattern }: ComparedPattern, change: MatchChange): boolean {
    if (this.#neighbordb.byNode.get(this.#nodeId) === pattern) return true
    const changed = applyChange({ pattern, report: this.#report }, change)
    if (changed === undefined) return false
    if (changed.report === this.#report) return this.#taken === undefined || this.#taken > number
    return this.#match(this.#neighbordb, changed.report) === pattern
  }

  #match(
    neighbordb: Neighbordb,
    seen: Pick<NodeReport, 'model' | 'interfaces'>,
  ): Pattern | undefined {
    return matchNode(neighbordb, this.#nodeId, seen, this.#bounded)
  }
}
