/**
 * The values of Nunjucks' templates, which are JavaScript's, as the shared filters have them, which are Python's; and back.
 * @module
 */

import { MAX_DEPTH } from '../filters/bounds.ts'
import { FilterError } from '../filters/filter.ts'
import { str } from '../python/text.ts'
import { Markup, PyDict, toInteger, Undefined, WholeFloat } from '../python/values.ts'

/** A value for a filter; what is undefined at the top stays so: it is not given. What stands in two places still does. */
export function fromPlain(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structure(value, new Map(), 0) : value
}

function structure(value: object, known: Map<object, unknown>, depth: number): unknown {
  const before = known.get(value)
  if (before !== undefined) return before
  if (depth > MAX_DEPTH) {
    throw new FilterError(`the value is nested more than ${MAX_DEPTH} levels deep`)
  }
  const inner = (item: unknown): unknown => {
    if (item === undefined) return new Undefined('an item of the value')
    return typeof item === 'object' && item !== null ? structure(item, known, depth + 1) : item
  }
  if (Array.isArray(value)) {
    const list: unknown[] = []
    known.set(value, list)
    for (const item of value as unknown[]) list.push(inner(item))
    return list
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return value
  const dict = new PyDict()
  known.set(value, dict)
  for (const [key, item] of Object.entries(value)) dict.set(key, inner(item))
  return dict
}

/** A filter's result for a template. An integer that a number would not hold exactly is its digits. */
export function toPlain(value: unknown, known: Map<object, unknown> = new Map()): unknown {
  if (typeof value === 'bigint') {
    const integer = toInteger(value)
    return typeof integer === 'bigint' ? integer.toString() : integer
  }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof WholeFloat) return value.value
  if (value instanceof Markup) return value.text
  const before = known.get(value)
  if (before !== undefined) return before
  if (Array.isArray(value)) {
    const list: unknown[] = []
    known.set(value, list)
    for (const item of value as unknown[]) list.push(toPlain(item, known))
    return list
  }
  if (!(value instanceof PyDict)) return value
  const plain: Record<string, unknown> = {}
  known.set(value, plain)
  for (const [key, item] of value.entries()) define(plain, keyText(key), toPlain(item, known))
  return plain
}

function keyText(key: unknown): string {
  return typeof key === 'string' ? key : str(key)
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  // an assignment to __proto__ would change the prototype instead
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}
