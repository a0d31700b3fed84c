/**
 * One render, on whichever thread: the engine, its meter, and every way it can end as a value.
 * @module
 */

import { isBacktrackingSafe } from '../core/python-regex/compile.ts'
import { type Budget, BudgetExceeded, Elsewhere, Meter } from './bounds.ts'
import { currentMeter } from './current-meter.ts'
import type { DialectTemplate } from './dialects.ts'
import type { Filter } from './filters/filter.ts'
import { passwordHashFilter } from './filters/password-hash.ts'
import { findSharedFilter } from './filters/registry.ts'
import { renderJinja } from './jinja/engine.ts'
import { givenNames, type JinjaVariables } from './jinja/given.ts'
import { jinjaWords } from './jinja/words.ts'
import { render, vocabularyWith } from './nunjucks/engine.ts'
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

/** What Nunjucks' templates may call: its own filters and tests, and the shared filters. */
export const nunjucksVocabulary = vocabularyWith(findFilter)

/** What Jinja2's templates may call. */
export const jinjaVocabulary = jinjaWords(findFilter, guardSearch)

/** What a render is given, and the memory and time it may take. */
export interface RenderMeans {
  /** Gives the template of a name, or why there is none. */
  readonly find: (name: string) => DialectTemplate | TemplateFault | undefined
  readonly hashes: ReadonlyMap<string, string>
  readonly budget: Budget
  readonly now: () => number
}

/** What a template sees, in the form that its dialect takes. */
export type Given =
  | { readonly dialect: 'nunjucks'; readonly names: GivenNames }
  | { readonly dialect: 'jinja'; readonly variables: JinjaVariables }

/** Renders within a budget. Never throws for anything a template can do. */
export function runRender(template: DialectTemplate, given: Given, means: RenderMeans): RenderEnd {
  knownHashes = means.hashes
  try {
    return { kind: 'text', ...renderWith(template, given, means) }
  } catch (error) {
    if (error instanceof Elsewhere) return { kind: 'elsewhere' }
    if (error instanceof HashNeeded) return { kind: 'hash-needed', need: error.need }
    return { kind: 'fault', fault: faultOf(error, template.source.name) }
  }
}

function renderWith(
  template: DialectTemplate,
  given: Given,
  { find, budget, now }: RenderMeans,
): { text: string; usesServerUrl: boolean } {
  const meter = new Meter(budget, now)
  let usesServerUrl = false
  const onServer = () => {
    usesServerUrl = true
  }
  if (given.dialect === 'jinja') {
    const found = (name: string) => inDialect(find(name), (each) => each.jinja)
    const names = givenNames(given.variables, onServer)
    const text = renderJinja(found, usable(template.jinja), names, meter)
    return { text, usesServerUrl }
  }
  const found = (name: string) => inDialect(find(name), (each) => each.nunjucks)
  const names = watchedNames(given.names, onServer)
  const text = render(found, usable(template.nunjucks), names, meter)
  return { text, usesServerUrl }
}

/** The same names; who asks for `server` is told of. */
function watchedNames({ variables, reserved }: GivenNames, onServer: () => void): GivenNames {
  const { server } = reserved
  const watched = {
    ...reserved,
    get server() {
      onServer()
      return server
    },
  }
  return { variables, reserved: watched }
}

function inDialect<T>(
  template: DialectTemplate | TemplateFault | undefined,
  take: (template: DialectTemplate) => T,
): T | TemplateFault | undefined {
  return template === undefined || template instanceof TemplateFault ? template : take(template)
}

function usable<T>(template: T | TemplateFault): T {
  if (template instanceof TemplateFault) throw template
  return template
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
