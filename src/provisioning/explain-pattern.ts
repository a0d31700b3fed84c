/**
 * One pattern as an explanation tells it.
 * @module
 */
import { type Comparison, describeChange, type MatchChange } from '../core/match-change.ts'
import type { MatchHint, PatternResult } from '../core/match-explanation.ts'
import { findHint, type Unmet } from '../core/match-hint.ts'
import type { BoundedTest } from '../core/matcher.ts'
import type { Pattern } from '../core/pattern.ts'
import type { Place } from '../core/place.ts'

/** A pattern that has not been compared. */
export function patternRow(pattern: Pattern, number: number | null, at: Place): PatternResult {
  const { name, definition, node } = pattern
  return {
    number,
    name: name ?? null,
    at,
    definition: definition ?? null,
    node: node ?? null,
    result: 'not-asked',
    taken: false,
    reason: null,
    unmet: null,
    model: null,
    rules: null,
    wouldMatchIf: null,
  }
}

/**
 * The change after which the pattern matches.
 * @param isFirst whether the node would get this pattern then
 */
export function hintFor(
  comparison: Comparison,
  unmet: Unmet | undefined,
  bounded: BoundedTest,
  isFirst: (change: MatchChange) => boolean,
): MatchHint | null {
  const change = unmet === undefined ? undefined : findHint(comparison, unmet, bounded)
  if (change === undefined) return null
  return { change, text: describeChange(change, comparison), firstMatch: isFirst(change) }
}
