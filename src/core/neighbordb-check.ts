/**
 * What is wrong with a neighbordb that can be used: patterns that no node can ever reach, and what its patterns name.
 * @module
 */

import { describeMatcher } from './matcher.ts'
import type { Neighbordb } from './neighbordb.ts'
import { locateIn, type OperatorFile } from './operator-file.ts'
import type { Pattern } from './pattern.ts'
import { Problem } from './problem.ts'

/** A file that patterns name. */
export interface NamedFile {
  readonly folder: 'definitions' | 'config-handlers'
  readonly name: string
  /** The first pattern that does. */
  readonly by: string | undefined
}

/** Each file that patterns name, once, in their order. */
export function namedFiles(patterns: readonly Pattern[]): readonly NamedFile[] {
  const found = new Map<string, NamedFile>()
  const add = (folder: NamedFile['folder'], name: string | undefined, by: Pattern) => {
    const path = `${folder}/${name}`
    if (name !== undefined && !found.has(path)) found.set(path, { folder, name, by: by.name })
  }
  for (const pattern of patterns) {
    add('definitions', pattern.definition, pattern)
    add('config-handlers', pattern.configHandler, pattern)
  }
  return [...found.values()]
}

/** Tells of every pattern that an earlier one surely shadows, or whose node has an earlier pattern. */
export function* unreachablePatterns(
  file: OperatorFile,
  { patterns, byNode }: Neighbordb,
): Generator<Problem> {
  const shadows = new Shadows()
  for (const [place, pattern] of patterns.entries()) {
    const first = pattern.node === undefined ? undefined : byNode.get(pattern.node)
    const shadow = pattern.node === undefined ? shadows.add(pattern) : undefined
    const unreachable = (message: string, fix: string) =>
      new Problem('pattern-unreachable', message, {
        at: locateIn(file, pattern.start),
        key: `patterns[${place}]`,
        fix,
      })
    if (first !== undefined && first !== pattern) {
      const message = `node ${pattern.node} has the pattern ${first.name} before it: only the first counts`
      yield unreachable(message, 'take one of them out')
    } else if (shadow !== undefined) {
      const message = `every node that matches it matches the pattern ${shadow.name} before it`
      yield unreachable(message, 'put it before that one')
    }
  }
}

/** The patterns for any node that come before another one. */
class Shadows {
  readonly #seen = new Map<string, Pattern>()
  #takesAll: Pattern | undefined
  #takesConnected: Pattern | undefined

  /** Gives the one that surely takes every node that the pattern given would match; else the pattern is one of them from now on. */
  add(pattern: Pattern): Pattern | undefined {
    if (pattern.bogus !== undefined) return undefined
    const key = meaningOf(pattern)
    const needsPeer = pattern.rules.some(({ kind }) => kind === 'positive')
    const shadow =
      this.#takesAll ?? (needsPeer ? this.#takesConnected : undefined) ?? this.#seen.get(key)
    if (shadow !== undefined) return shadow
    this.#seen.set(key, pattern)
    if (pattern.model !== undefined) return undefined
    if (pattern.rules.length === 0) this.#takesAll = pattern
    else if (key === openKey) this.#takesConnected = pattern
    return undefined
  }
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
