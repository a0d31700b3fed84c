/**
 * The operators of templates. Where JavaScript's silent conversions would give another result than an engineer expects, they fail.
 * @module
 */
import { failed, undefinedFault } from './faults.ts'
import { currentMeter } from './render-state.ts'
import type { Site } from './site.ts'
import { kindOf } from './values.ts'

export function add(left: unknown, right: unknown, site: Site): unknown {
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

export function arithmetic(symbol: string, compute: (left: number, right: number) => number) {
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
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw failed(
      `the result of ${site.text} is too large to be exact`,
      site,
      'calculate with smaller numbers',
    )
  }
  if (!Number.isFinite(value))
    throw failed(`the result of ${site.text} is ${value}, not a number`, site)
  return value
}

function grown(text: string): string {
  currentMeter().grow(text.length)
  return text
}

export function concat(left: unknown, right: unknown, site: Site): string {
  return grown(printed(left, site) + printed(right, site))
}

/** What a value prints as. Null prints nothing, a list its items with commas. */
export function printed(value: unknown, site: Site): string {
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
    currentMeter().step(value.length)
    return (value as unknown[]).map((item) => printed(item, site)).join(',')
  }
  const fix =
    typeof value === 'function'
      ? 'call it with ()'
      : 'print its members, or write "| to_json" or "| to_yaml"'
  throw failed(`${site.text} is ${kindOf(value)}, which has no text`, site, fix)
}

export function compare(operator: string, left: unknown, right: unknown, site: Site): boolean {
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
      const equal = looselyEqual(left, right)
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

/** Nunjucks compares with ==, so that "10" == 10 as its users know it; but an empty text is no 0, and no text is true. */
function looselyEqual(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'number') return looselyEqual(right, left)
  if (typeof left === 'number' && typeof right === 'string') {
    return right.trim() !== '' && Number(right) === left
  }
  if (typeof left === 'string' || typeof right === 'string') return left === right
  // biome-ignore lint/suspicious/noDoubleEquals: the template language's own operator
  return left == right
}

export function contains(needle: unknown, target: unknown, site: Site): boolean {
  if (Array.isArray(target)) {
    currentMeter().step(1 + (target.length >> 5))
    return target.includes(needle)
  }
  if (typeof target === 'string') return target.includes(printed(needle, site))
  if (typeof target === 'object' && target !== null)
    return Object.hasOwn(target, printed(needle, site))
  throw failed(`"in" needs a list, a dictionary or a text, found ${kindOf(target)}`, site)
}
