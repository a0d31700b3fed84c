/**
 * What templates call: methods, macros, filters, tests.
 * @module
 */
import tests from 'nunjucks/src/tests.js'
import { ValueFault } from '../python/fault.ts'
import { TemplateFault } from '../template-fault.ts'
import { acceptsUndefined } from './builtin-filters.ts'
import { failed, misread, orRename, pythonMethods, undefinedFault } from './faults.ts'
import { isMacro, KeywordArguments } from './macro.ts'
import { printed } from './operators.ts'
import { currentMeter } from './render-state.ts'
import type { Site } from './site.ts'
import { boundMethod, isCallable, kindOf } from './values.ts'

export function call(fn: unknown, args: readonly unknown[], site: Site): unknown {
  if (!isCallable(fn)) {
    const name = site.text.replace(/\(\)$/, '')
    const fix = pythonMethods.get(name.split('.').at(-1) ?? '')
    if (fn === undefined)
      throw new TemplateFault('undefined', `there is no ${name}() to call`, site, {
        key: name,
        fix: fix === undefined ? undefined : orRename(fix),
      })
    throw failed(`${name} is ${kindOf(fn)} and cannot be called`, site)
  }
  currentMeter().step(8)
  const method = boundMethod(fn)
  if (method !== undefined) checkMethod(method.target, method.name, args, site)
  else if (!isMacro(fn) && args.includes(undefined)) {
    throw undefinedFault({ ...site, text: `an argument of ${site.text}` })
  }
  try {
    const result =
      method?.name === 'flat'
        ? flatten(method.target as unknown[], Math.min(50, Number(args[0] ?? 1)))
        : fn(...args)
    if (typeof result === 'string') currentMeter().grow(result.length)
    else if (Array.isArray(result)) currentMeter().grow(result.length)
    return result
  } catch (error) {
    if (error instanceof RangeError)
      throw failed(`${site.text}: ${error.message.toLowerCase()}`, site)
    throw error instanceof ValueFault ? failed(`${site.text}: ${error.message}`, site) : error
  }
}

/** Methods that could build something huge, search for ever, or mean something else in Python: looked at before they run. */
function checkMethod(target: unknown, name: string, args: readonly unknown[], site: Site): void {
  for (const arg of args) checkMethodArgument(target, name, arg, site)
  const [first, second] = args
  const meter = currentMeter()
  const length = typeof target === 'string' || Array.isArray(target) ? target.length : 0
  meter.step(1 + (length >> 4))
  if (length > largeSubject) meter.leaveServingThread()
  if (target instanceof RegExp || args.some((arg) => arg instanceof RegExp))
    meter.leaveServingThread()
  switch (name) {
    case 'repeat':
      meter.grow(length * Math.max(0, Number(first)))
      break
    case 'padStart':
    case 'padEnd':
      meter.grow(Math.max(0, Number(first)))
      break
    case 'concat':
      meter.grow(8 * args.reduce((sum: number, arg) => sum + weightOf(arg), length))
      break
    case 'slice':
    case 'split':
      meter.grow(8 * length)
      break
    case 'match':
    case 'search':
      meter.leaveServingThread()
      break
    case 'sort':
      // the original compares what its items print as
      if (Array.isArray(target)) for (const item of target as unknown[]) refuseStructure(item, site)
      break
    case 'join':
    case 'toString':
      printed(target, site)
      break
    case 'replaceAll':
      meter.grow((length + 1) * (weightOf(second) + 1))
      break
  }
  refusePythonUse(target, name, args, site)
}

/** Subjects larger than this are worked on elsewhere: what is done to them cannot be interrupted. */
const largeSubject = 20_000

function weightOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 1
}

function checkMethodArgument(target: unknown, name: string, arg: unknown, site: Site): void {
  if (arg === undefined) throw undefinedFault({ ...site, text: `an argument of ${site.text}` })
  if (arg instanceof KeywordArguments) throw failed(`${site.text} takes no arguments by name`, site)
  if (typeof arg === 'function') throw failed(`${site.text} takes no macro as an argument`, site)
  const takesAnything = ['push', 'unshift', 'concat', 'includes', 'indexOf', 'lastIndexOf']
  if (typeof arg !== 'object' || arg === null || arg instanceof RegExp) return
  if (!Array.isArray(target) || !takesAnything.includes(name)) {
    throw failed(`${site.text} cannot take ${kindOf(arg)} as an argument`, site)
  }
}

function refuseStructure(item: unknown, site: Site): void {
  currentMeter().step()
  if (typeof item === 'object' && item !== null) {
    throw failed(`${site.text} cannot sort ${kindOf(item)}`, site, 'write | sort(attribute=…)')
  }
}

/** JavaScript's methods that share a name with Python's and lose something when they are used as in Python. */
function refusePythonUse(
  target: unknown,
  name: string,
  args: readonly unknown[],
  site: Site,
): void {
  const refuse = (message: string, fix: string) => misread(message, site, site.text, fix)
  if (name === 'split' && typeof target === 'string' && args.length !== 1) {
    throw refuse(
      '.split() does not split at white space, and its second argument drops the rest',
      'write .split(" ")',
    )
  }
  if (name === 'pop' && args.length > 0)
    throw refuse('.pop() takes the last item, always', 'write .shift() for the first')
  const [wanted] = args
  if (name === 'replace' && typeof target === 'string' && typeof wanted === 'string') {
    const once = target.indexOf(wanted) === target.lastIndexOf(wanted)
    if (!once)
      throw refuse(
        '.replace() replaces the first place only',
        'write | replace(…) or .replaceAll(…)',
      )
  }
}

/** Our own `.flat()`: the original cannot be stopped, and a list may hold itself. */
export function flatten(
  list: readonly unknown[],
  depth: number,
  result: unknown[] = [],
): unknown[] {
  for (const item of list) {
    currentMeter().step()
    if (Array.isArray(item) && depth > 0) {
      flatten(item as unknown[], depth - 1, result)
    } else {
      currentMeter().grow(8)
      result.push(item)
    }
  }
  return result
}

export function filter(value: unknown, args: readonly unknown[], site: Site): unknown {
  const { filter: spec, filterName = '' } = site
  if (spec === undefined) throw failed(`there is no filter "${filterName}"`, site)
  const lenient = acceptsUndefined.has(filterName)
  if (value === undefined && !lenient) throw undefinedFault(site)
  currentMeter().step(4 + weight(value))
  if (weightOf(value) > largeSubject) currentMeter().leaveServingThread()
  try {
    const result = spec.run(value, ...placeArguments(spec, args, lenient, site))
    currentMeter().grow(weight(result) << 4)
    return result
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error
    if (value === undefined) {
      throw new TemplateFault('undefined', error.message || `"${site.text}" is undefined`, site, {
        key: site.text,
      })
    }
    throw filterFault(error, filterName, site)
  }
}

/** The filter's own words, its name before them once, and its fix where a fix belongs. */
function filterFault(error: ValueFault, filterName: string, site: Site): TemplateFault {
  const { message: what, fix } = error
  const bare = filterName.split('.').at(-1) ?? filterName
  return failed(what.startsWith(`${bare}:`) ? what : `${bare}: ${what}`, site, fix)
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

export function test(name: string, value: unknown, args: readonly unknown[], site: Site): boolean {
  const run = tests[name]
  if (run === undefined) throw failed(`there is no test "${name}"`, site)
  if (args.includes(undefined))
    throw undefinedFault({ ...site, text: `an argument of the test ${name}` })
  if (name === 'callable') return isCallable(value)
  return run(value, ...args) === true
}
