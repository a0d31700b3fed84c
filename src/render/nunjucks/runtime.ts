/**
 * What compiled templates call. Every use of a value passes through here with the place where it stands, so that nothing
 * undefined slips through, nothing outside of the data is reached, and nothing grows without being counted.
 * @module
 */
import tests from 'nunjucks/src/tests.js'
import { type Meter, maxConfigLength } from '../bounds.ts'
import { FilterError } from '../filters/filter.ts'
import { acceptsUndefined } from './builtin-filters.ts'
import { KeywordArguments, makeMacro } from './macro.ts'
import { type Context, Frame } from './scope.ts'
import { type Site, TemplateFault } from './site.ts'
import { boundMethod, callable, isCallable, kindOf, member } from './values.ts'

// renders are synchronous: a thread works on one at a time
let meter: Meter
let place: Site | undefined

/** Runs one render with its meter. */
export function withMeter<Result>(renderMeter: Meter, run: () => Result): Result {
  meter = renderMeter
  place = undefined
  return run()
}

/** The meter of the render that is going on. */
export function currentMeter(): Meter {
  return meter
}

/** Where the last tag that takes a template's name stands. */
export function currentPlace(): Site | undefined {
  return place
}

function undefinedFault(site: Site): TemplateFault {
  const hint = pythonMethods.has(site.text.split('.').at(-1) ?? '')
  return new TemplateFault('undefined', `"${site.text}" is undefined`, site, {
    key: site.text,
    fix: hint
      ? 'Nunjucks has no Python methods'
      : 'state it in the inventory, or write "| default(…)"',
  })
}

function failed(message: string, site: Site, fix?: string): TemplateFault {
  return new TemplateFault('failed', message, site, { key: site.text, fix })
}

const pythonMethods = new Map([
  ['items', 'write {% for key, value in d %}'],
  ['keys', 'write {% for key, value in d %}'],
  ['values', 'write {% for key, value in d %}'],
  ['get', 'write (d.key | default(…))'],
  ['upper', 'write | upper'],
  ['lower', 'write | lower'],
  ['strip', 'write | trim'],
  ['format', 'write ~ between the parts'],
  ['append', 'write .push(…)'],
  ['startswith', 'write .startsWith(…)'],
  ['endswith', 'write .endsWith(…)'],
])

function add(left: unknown, right: unknown, site: Site): unknown {
  if (typeof left === 'number' && typeof right === 'number') return checked(left + right, site)
  const textual = typeof left === 'string' || typeof right === 'string'
  const plain = [left, right].every(
    (value) => typeof value === 'string' || typeof value === 'number',
  )
  if (textual && plain) return grown(`${String(left)}${String(right)}`)
  throw failed(
    `+ cannot add ${kindOf(left)} and ${kindOf(right)}`,
    site,
    'use ~ for texts and .concat() for lists',
  )
}

function arithmetic(symbol: string, compute: (left: number, right: number) => number) {
  return (left: unknown, right: unknown, site: Site): number => {
    for (const value of [left, right]) {
      if (typeof value !== 'number') {
        throw failed(
          `${symbol} needs numbers, found ${kindOf(value)}`,
          site,
          'write "| int" or "| float" behind it',
        )
      }
    }
    return checked(compute(left as number, right as number), site)
  }
}

function checked(value: number, site: Site): number {
  if (!Number.isFinite(value))
    throw failed(`the result of ${site.text} is ${value}, not a number`, site)
  return value
}

function grown(text: string): string {
  meter.grow(text.length)
  return text
}

function concat(left: unknown, right: unknown, site: Site): string {
  return grown(printed(left, site) + printed(right, site))
}

/** What a value prints as. Null prints nothing, a list its items with commas. */
function printed(value: unknown, site: Site): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return String(checked(value, site))
    case 'boolean':
      return value ? 'true' : 'false'
    case 'undefined':
      throw undefinedFault(site)
  }
  if (value === null) return ''
  if (Array.isArray(value)) {
    meter.step(value.length)
    return (value as unknown[]).map((item) => printed(item, site)).join(',')
  }
  const fix =
    typeof value === 'function'
      ? 'call it with ()'
      : 'print its members, or write "| to_json" or "| to_yaml"'
  throw failed(`${site.text} is ${kindOf(value)}, which has no text`, site, fix)
}

function compare(operator: string, left: unknown, right: unknown, site: Site): boolean {
  const structured = [left, right].some((value) => typeof value === 'object' && value !== null)
  switch (operator) {
    case '===':
      return left === right
    case '!==':
      return left !== right
    case '==':
    case '!=': {
      if (structured && left !== null && right !== null) {
        throw failed(
          `${operator} cannot compare ${kindOf(left)} with ${kindOf(right)}`,
          site,
          'compare "| length", or single members',
        )
      }
      // Nunjucks compares with ==, so that "10" == 10 as its users know it
      // biome-ignore lint/suspicious/noDoubleEquals: the template language's own operator
      const equal = left == right
      return operator === '==' ? equal : !equal
    }
  }
  const kind = typeof left
  if (kind !== typeof right || (kind !== 'number' && kind !== 'string')) {
    throw failed(
      `${operator} cannot compare ${kindOf(left)} with ${kindOf(right)}`,
      site,
      'write "| int" behind the text',
    )
  }
  const [one, other] = [left as number, right as number]
  return (
    { '<': one < other, '>': one > other, '<=': one <= other, '>=': one >= other }[operator] ??
    false
  )
}

function contains(needle: unknown, target: unknown, site: Site): boolean {
  if (Array.isArray(target)) {
    meter.step(1 + (target.length >> 5))
    return target.includes(needle)
  }
  if (typeof target === 'string') return target.includes(printed(needle, site))
  if (typeof target === 'object' && target !== null) return Object.hasOwn(target, String(needle))
  throw failed(`"in" needs a list, a dictionary or a text, found ${kindOf(target)}`, site)
}

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
      if (!Array.isArray(item) || item.length < names) {
        throw failed(
          `a loop with ${names} names needs a list of lists, found ${kindOf(item)} in it`,
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

function call(fn: unknown, args: readonly unknown[], site: Site): unknown {
  if (!isCallable(fn)) {
    const name = site.text.replace(/\(\)$/, '')
    const fix = pythonMethods.get(name.split('.').at(-1) ?? '')
    if (fn === undefined)
      throw new TemplateFault('undefined', `there is no ${name}() to call`, site, {
        key: name,
        fix,
      })
    throw failed(`${name} is ${kindOf(fn)} and cannot be called`, site)
  }
  meter.step(8)
  const method = boundMethod(fn)
  if (method !== undefined) checkMethod(method.target, method.name, args, site)
  try {
    const result = fn(...args)
    if (typeof result === 'string') meter.grow(result.length)
    else if (Array.isArray(result)) meter.grow(result.length)
    return result
  } catch (error) {
    throw error instanceof FilterError ? failed(`${site.text}: ${error.message}`, site) : error
  }
}

/** Methods that could build something huge, or search for ever, before anybody counts. */
function checkMethod(target: unknown, name: string, args: readonly unknown[], site: Site): void {
  for (const arg of args) {
    if (arg === undefined) throw undefinedFault({ ...site, text: `an argument of ${site.text}` })
    if (arg instanceof KeywordArguments)
      throw failed(`${site.text} takes no arguments by name`, site)
    if (typeof arg === 'function') throw failed(`${site.text} takes no macro as an argument`, site)
  }
  const [first] = args
  const length = typeof target === 'string' || Array.isArray(target) ? target.length : 0
  meter.step(length >> 6)
  if (name === 'repeat') meter.grow(length * Math.max(0, Number(first)))
  if (name === 'padStart' || name === 'padEnd') meter.grow(Math.max(0, Number(first)))
  if (target instanceof RegExp || args.some((arg) => arg instanceof RegExp))
    meter.leaveServingThread()
  if (['match', 'search'].includes(name)) meter.leaveServingThread()
  if (name.startsWith('replace') && typeof first === 'string' && typeof args[1] === 'string') {
    meter.grow((length + 1) * (args[1].length + 1))
  }
  if (name === 'join' || name === 'toString') printed(target, site)
}

function filter(value: unknown, args: readonly unknown[], site: Site): unknown {
  const { filter: spec, filterName = '' } = site
  if (spec === undefined) throw failed(`there is no filter "${filterName}"`, site)
  const lenient = acceptsUndefined.has(filterName)
  if (value === undefined && !lenient) throw undefinedFault(site)
  meter.step(4 + weight(value))
  try {
    const result = spec.run(value, ...placeArguments(spec, args, lenient, site))
    meter.grow(weight(result) << 4)
    return result
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    if (value === undefined) {
      throw new TemplateFault('undefined', error.message || `"${site.text}" is undefined`, site, {
        key: site.text,
      })
    }
    throw failed(`${filterName}: ${error.message}`, site)
  }
}

function weight(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length >> 4 : 1
}

function placeArguments(
  spec: NonNullable<Site['filter']>,
  args: readonly unknown[],
  lenient: boolean,
  site: Site,
): readonly unknown[] {
  if (args.length === 0) return args
  const last = args.at(-1)
  const named = last instanceof KeywordArguments ? last.values : undefined
  const positional = named === undefined ? args : args.slice(0, -1)
  if (
    !lenient &&
    (positional.includes(undefined) || Object.values(named ?? {}).includes(undefined))
  ) {
    throw undefinedFault({ ...site, text: `an argument of ${site.filterName ?? 'the filter'}` })
  }
  if (named === undefined && spec.variadic !== true && spec.keywordOnly === undefined)
    return positional
  const placed: unknown[] = spec.params.map((name, at) => named?.[name] ?? positional[at])
  if (spec.variadic === true) {
    placed[spec.params.length - 1] = positional.slice(spec.params.length - 1)
  }
  return [...placed, ...(spec.keywordOnly ?? []).map((name) => named?.[name])]
}

function test(name: string, value: unknown, args: readonly unknown[], site: Site): boolean {
  const run = tests[name]
  if (run === undefined) throw failed(`there is no test "${name}"`, site)
  if (args.includes(undefined))
    throw undefinedFault({ ...site, text: `an argument of the test ${name}` })
  if (name === 'callable') return isCallable(value)
  return run(value, ...args) === true
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
    ) => callable(makeMacro(names, keywords, run, () => meter)),
    makeKeywordArgs: (values: Record<string, unknown>) => new KeywordArguments(values),
    markSafe: (value: unknown) => value,
    tick: (cost: number) => {
      meter.step()
      meter.grow(cost)
    },
    at: (site: Site) => {
      place = site
    },
    extending: (context: Context, site: Site) => {
      place = site
      meter.step(50)
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
      throw new TemplateFault('misread', 'Nunjucks gives every name the whole list', site, {
        key: site.text,
        fix: 'set one name after the other',
      })
    },
    print: (value: unknown, site: Site): string => {
      const text = typeof value === 'string' ? value : printed(value, site)
      meter.grow(text.length)
      if (text.length > maxConfigLength)
        throw new TemplateFault('bounds', 'a text too long for a configuration', site)
      return text
    },
    regex: (value: RegExp): RegExp => value,
    handleError: (error: unknown): unknown => error,
  }
}
