/**
 * What compiled templates call. Every use of a value passes through here with the place where it stands, so that nothing
 * undefined slips through, nothing outside of the data is reached, and nothing grows without being counted.
 * @module
 */
import { maxConfigLength } from '../bounds.ts'
import { TemplateFault } from '../template-fault.ts'
import { call, filter, test } from './calls.ts'
import { failed, misread, undefinedFault } from './faults.ts'
import { KeywordArguments, makeMacro } from './macro.ts'
import { add, arithmetic, compare, concat, contains, printed } from './operators.ts'
import { currentMeter, notePlace } from './render-state.ts'
import { type Context, Frame } from './scope.ts'
import type { Site } from './site.ts'
import { callable, kindOf, member } from './values.ts'

/** What a loop runs over. With two names a dictionary gives its pairs; with one it would silently give nothing. */
function items(list: unknown, names: number, site: Site): readonly unknown[] {
  if (list === undefined) throw undefinedFault(site)
  if (list === null) return []
  if (names === 1) {
    if (Array.isArray(list)) return list as unknown[]
    if (typeof list === 'string') return [...list]
    const fix = kindOf(list) === 'a dictionary' ? 'write {% for key, value in … %}' : undefined
    throw failed(`a loop with one name needs a list, found ${kindOf(list)}`, site, fix)
  }
  if (Array.isArray(list)) {
    for (const item of list as unknown[]) {
      if (!Array.isArray(item) || item.length !== names) {
        throw failed(
          `a loop with ${names} names needs lists of ${names} items, found ${Array.isArray(item) ? `one of ${item.length}` : kindOf(item)}`,
          site,
        )
      }
    }
    return list as unknown[]
  }
  if (typeof list === 'object' && names === 2) return Object.entries(list)
  throw failed(`a loop with ${names} names cannot run over ${kindOf(list)}`, site)
}

function loop(index: number, length: number): Record<string, unknown> {
  return {
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
  }
}

function lookup(context: Context, frame: Frame | undefined, name: string): unknown {
  for (let at = frame; at !== undefined; at = at.parent) {
    if (name in at.variables) return at.variables[name]
  }
  return context.lookup(name)
}

/** Our answer to `{% include %}`: the text of another template in its own context. */
export type Include = (
  env: unknown,
  name: unknown,
  ignoreMissing: boolean,
  context: Context,
  frame: Frame,
  site: Site,
) => string

/** The object that compiled templates get as `runtime`. */
export function createRuntime(include: Include) {
  return {
    Frame,
    SafeString: String,
    include,
    lookup,
    member,
    call,
    filter,
    test,
    items,
    loop,
    add,
    subtract: arithmetic('-', (left, right) => left - right),
    multiply: arithmetic('*', (left, right) => left * right),
    divide: arithmetic('/', (left, right) => left / right),
    floorDivide: arithmetic('//', (left, right) => Math.floor(left / right)),
    power: arithmetic('**', (left, right) => left ** right),
    modulo: (left: unknown, right: unknown, site: Site): number => {
      const result = arithmetic('%', (one, other) => one % other)(left, right, site)
      if (result === 0 || result < 0 === (right as number) < 0) return result
      throw failed(
        '% has another result in Jinja2 where the signs differ',
        site,
        'write it with positive numbers',
      )
    },
    concat,
    compare,
    contains,
    makeMacro: (
      names: readonly string[],
      keywords: readonly string[],
      run: (...args: unknown[]) => unknown,
    ) => callable(makeMacro(names, keywords, run, currentMeter)),
    makeKeywordArgs: (values: Record<string, unknown>) => new KeywordArguments(values),
    markSafe: (value: unknown) => value,
    tick: (cost: number) => {
      currentMeter().step()
      currentMeter().grow(cost)
    },
    at: notePlace,
    extending: (context: Context, site: Site) => {
      notePlace(site)
      currentMeter().step(50)
      if (++context.extendsCount > 50) {
        throw new TemplateFault(
          'bounds',
          'templates extend each other more than 50 deep (one that extends itself?)',
          site,
        )
      }
    },
    use: (value: unknown, site: Site): unknown => {
      if (value === undefined) throw undefinedFault(site)
      return value
    },
    several: (value: unknown, site: Site): unknown => {
      if (!Array.isArray(value)) return value
      const fix = 'set one name after the other'
      throw misread('Nunjucks gives every name the whole list', site, site.text, fix)
    },
    print: (value: unknown, site: Site): string => {
      const text = typeof value === 'string' ? value : printed(value, site)
      currentMeter().grow(text.length)
      if (text.length > maxConfigLength)
        throw new TemplateFault('bounds', 'a text too long for a configuration', site)
      return text
    },
    regex: (value: RegExp): RegExp => value,
    handleError: (error: unknown): unknown => error,
  }
}
