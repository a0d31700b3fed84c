/**
 * Patterns that no node can ever reach.
 * @module
 */

import { describeMatcher } from './matcher.ts'
import type { Neighbordb } from './neighbordb.ts'
import { locateIn, type OperatorFile } from './operator-file.ts'
import type { Pattern } from './pattern.ts'
import { Problem } from './problem.ts'

/** Tells of every pattern that an earlier one surely shadows, or whose node has an earlier pattern. */
export function unreachablePatterns(
  file: OperatorFile,
  { patterns, byNode }: Neighbordb,
): readonly Problem[] {
  const problems: Problem[] = []
  const seen = new Map<string, Pattern>()
  let takesAll: Pattern | undefined
  let takesConnected: Pattern | undefined
  for (const [place, pattern] of patterns.entries()) {
    const tell = (message: string, fix: string) =>
      problems.push(
        new Problem('pattern-unreachable', message, {
          at: locateIn(file, pattern.start),
          key: `patterns[${place}]`,
          fix,
        }),
      )
    if (pattern.node !== undefined) {
      const first = byNode.get(pattern.node)
      if (first !== undefined && first !== pattern) {
        const message = `node ${pattern.node} has the pattern ${first.name} before it: only the first counts`
        tell(message, 'take one of them out')
      }
      continue
    }
    if (pattern.bogus !== undefined) continue
    const key = meaningOf(pattern)
    const needsPeer = pattern.rules.some(({ kind }) => kind === 'positive')
    const shadow = takesAll ?? (needsPeer ? takesConnected : undefined) ?? seen.get(key)
    if (shadow !== undefined) {
      const message = `every node that matches it matches the pattern ${shadow.name} before it`
      tell(message, 'put it before that one')
      continue
    }
    seen.set(key, pattern)
    if (pattern.model !== undefined) continue
    if (pattern.rules.length === 0) takesAll = pattern
    else if (key === openKey) takesConnected = pattern
  }
  return problems
}

const openKey = JSON.stringify([null, [['positive', null, 'any', 'any']]])

/** Equal for patterns that match the same nodes by the same words. */
function meaningOf({ model, rules }: Pattern): string {
  return JSON.stringify([
    model?.pattern ?? null,
    rules.map((rule) => [
      rule.kind,
      rule.interface ?? null,
      describeMatcher(rule.device),
      describeMatcher(rule.port),
    ]),
  ])
}
