/**
 * What templates call: methods, macros, filters, tests.
 * @module
 */
import tests from 'nunjucks/src/tests.js'
import { FilterError } from '../filters/filter.ts'
import { acceptsUndefined } from './builtin-filters.ts'
import { failed, pythonMethods, undefinedFault } from './faults.ts'
import { KeywordArguments } from './macro.ts'
import { printed } from './operators.ts'
import { currentMeter } from './render-state.ts'
import { type Site, TemplateFault } from './site.ts'
import { boundMethod, isCallable, kindOf } from './values.ts'

export function call(fn: unknown, args: readonly unknown[], site: Site): unknown {
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
  currentMeter().step(8)
  const method = boundMethod(fn)
  if (method !== undefined) checkMethod(method.target, method.name, args, site)
  try {
    const result = fn(...args)
    if (typeof result === 'string') currentMeter().grow(result.length)
    else if (Array.isArray(result)) currentMeter().grow(result.length)
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
  currentMeter().step(length >> 6)
  if (name === 'repeat') currentMeter().grow(length * Math.max(0, Number(first)))
  if (name === 'padStart' || name === 'padEnd') currentMeter().grow(Math.max(0, Number(first)))
  if (target instanceof RegExp || args.some((arg) => arg instanceof RegExp))
    currentMeter().leaveServingThread()
  if (['match', 'search'].includes(name)) currentMeter().leaveServingThread()
  if (name.startsWith('replace') && typeof first === 'string' && typeof args[1] === 'string') {
    currentMeter().grow((length + 1) * (args[1].length + 1))
  }
  if (name === 'join' || name === 'toString') printed(target, site)
}

export function filter(value: unknown, args: readonly unknown[], site: Site): unknown {
  const { filter: spec, filterName = '' } = site
  if (spec === undefined) throw failed(`there is no filter "${filterName}"`, site)
  const lenient = acceptsUndefined.has(filterName)
  if (value === undefined && !lenient) throw undefinedFault(site)
  currentMeter().step(4 + weight(value))
  try {
    const result = spec.run(value, ...placeArguments(spec, args, lenient, site))
    currentMeter().grow(weight(result) << 4)
    return result
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    if (value === undefined) {
      throw new TemplateFault('undefined', error.message || `"${site.text}" is undefined`, site, {
        key: site.text,
      })
    }
    throw filterFault(error, filterName, site)
  }
}

/** The filter's own words, its name before them once, and its fix where a fix belongs. */
function filterFault(error: FilterError, filterName: string, site: Site): TemplateFault {
  const [what = '', fix] = error.message.split(/\.? Fix: /)
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
