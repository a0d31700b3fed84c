/**
 * One render, on whichever thread: the engine, its meter, and every way it can end as a value.
 * @module
 */

import { isBacktrackingSafe } from '../core/python-regex/compile.ts'
import { type Budget, BudgetExceeded, Elsewhere, Meter } from './bounds.ts'
import type { Filter } from './filters/filter.ts'
import { passwordHashFilter } from './filters/password-hash.ts'
import { findSharedFilter } from './filters/registry.ts'
import { type Compiled, type FindTemplate, render, vocabularyWith } from './nunjucks/engine.ts'
import { currentMeter } from './nunjucks/render-state.ts'
import type { GivenNames } from './nunjucks/scope.ts'
import { type Fault, type HashNeed, hashKey, type RenderEnd } from './render-job.ts'
import { TemplateFault } from './template-fault.ts'

/** Thrown by `password_hash`: this hash takes long and is made elsewhere first. */
class HashNeeded extends Error {
  readonly need: HashNeed
  constructor(need: HashNeed) {
    super('a password hash is needed')
    this.need = need
  }
}

let knownHashes: ReadonlyMap<string, string> = new Map()

const passwordHash = passwordHashFilter((password, salt, rounds) => {
  const need = { password, salt, rounds }
  const known = knownHashes.get(hashKey(need))
  if (known === undefined) throw new HashNeeded(need)
  return known
})

/** Filters whose time depends on an expression that the template brings along. */
const searching = new Set(['regex_replace', 'regex_search', 'regex_findall'])

function findFilter(name: string): Filter | undefined {
  const bare = name.replace(/^ansible\.(?:builtin|utils|netcommon)\./, '')
  if (bare === 'password_hash') return passwordHash
  const filter = findSharedFilter(name)
  if (filter === undefined || !searching.has(bare)) return filter
  return {
    ...filter,
    run: (value, ...args) => {
      guardSearch(value, args[0])
      return filter.run(value, ...args)
    },
  }
}

/** A search that cannot be interrupted runs on the serving thread only if it surely ends soon. */
function guardSearch(value: unknown, pattern: unknown): void {
  const short = typeof value === 'string' && value.length <= 2_000
  if (!short || typeof pattern !== 'string' || !isQuickPattern(pattern))
    currentMeter().leaveServingThread()
}

function isQuickPattern(pattern: string): boolean {
  const known = quickPatterns.get(pattern)
  if (known !== undefined) return known
  const quick = isBacktrackingSafe(pattern)
  if (quickPatterns.size >= 1_000) quickPatterns.clear()
  quickPatterns.set(pattern, quick)
  return quick
}

const quickPatterns = new Map<string, boolean>()

/** What templates may call: Nunjucks' own filters and tests, and the shared filters. */
export const vocabulary = vocabularyWith(findFilter)

/** Renders within a budget. Never throws for anything a template can do. */
export function runRender(
  find: FindTemplate,
  template: Compiled,
  given: GivenNames,
  hashes: ReadonlyMap<string, string>,
  budget: Budget,
  now: () => number,
): RenderEnd {
  knownHashes = hashes
  try {
    return { kind: 'text', text: render(find, template, given, new Meter(budget, now)) }
  } catch (error) {
    if (error instanceof Elsewhere) return { kind: 'elsewhere' }
    if (error instanceof HashNeeded) return { kind: 'hash-needed', need: error.need }
    return { kind: 'fault', fault: faultOf(error, template.name) }
  }
}

/** A fault as a value. What is neither the template's nor a bound's doing is a bug, and told as one. */
export function faultOf(error: unknown, template: string): Fault {
  if (error instanceof TemplateFault) {
    const { site, kind, message, key, fix } = error
    return {
      code: `template-${kind}`,
      message,
      template: site.template === '' ? template : site.template,
      line: site.line,
      column: site.column,
      key,
      fix,
    }
  }
  const bounds = error instanceof BudgetExceeded || error instanceof RangeError
  return {
    code: bounds ? 'template-bounds' : 'internal-error',
    message: bounds
      ? error.message
      : `a bug in ztpush: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    template,
    line: undefined,
    column: undefined,
    key: undefined,
    fix: bounds ? 'look for a loop, a macro or an include without an end' : undefined,
  }
}
