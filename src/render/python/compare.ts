/**
 * Truth, equality and order of Python's values.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { PyDate } from './date.ts'
import { undefinedFault, ValueFault } from './fault.ts'
import { asNumber, compareNumbers } from './number.ts'
import { maxDepth } from './text.ts'
import {
  DictView,
  defined,
  Markup,
  Nothing,
  PyDict,
  PyRange,
  Tuple,
  typeName,
  Undefined,
  WholeFloat,
} from './values.ts'

/** Python's truth: empty texts, lists and dictionaries, zero and None are false. */
export function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value !== ''
  if (value === null) return false
  if (typeof value === 'number') return value !== 0
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof PyDict) return value.size > 0
  if (value instanceof Undefined) return defined(value) !== value
  if (value instanceof WholeFloat) return value.value !== 0
  if (value instanceof PyRange) return value.length > 0
  if (value instanceof DictView) return value.dict.size > 0
  return value instanceof Markup ? value.text !== '' : true
}

/** Python's `==`: lists, tuples and dictionaries by content, numbers by value, `1 == True`. */
export function equal(left: unknown, right: unknown, depth = 0): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right
  if (left instanceof Undefined || right instanceof Undefined) {
    const [one, other] = [defined(left), defined(right)]
    return one instanceof Nothing && other instanceof Nothing
  }
  if (left === right) return !Number.isNaN(left)
  const a = asNumber(left)
  if (a !== undefined) {
    const b = asNumber(right)
    return b !== undefined && compareNumbers(a, b) === 0
  }
  if (depth > maxDepth) throw new ValueFault(`a value nested more than ${maxDepth} levels deep`)
  if (Array.isArray(left)) return Array.isArray(right) && equalLists(left, right, depth)
  if (left instanceof PyDict) return right instanceof PyDict && equalDicts(left, right, depth)
  if (left instanceof Markup) return equal(left.text, right, depth)
  if (right instanceof Markup) return left === right.text
  if (left instanceof PyRange) {
    return right instanceof PyRange && equalLists(rangeList(left), rangeList(right), depth)
  }
  if (left instanceof DictView) return equalViews(left, right, depth)
  if (left instanceof PyDate) return right instanceof PyDate && left.print() === right.print()
  return false
}

function rangeList({ length, start, step }: PyRange): readonly number[] {
  // two ranges are equal when they give the same numbers: how many, the first, and the distance
  return length === 0 ? [0] : length === 1 ? [1, start] : [length, start, step]
}

function equalLists(left: readonly unknown[], right: readonly unknown[], depth: number): boolean {
  const areTuples = left instanceof Tuple
  if (areTuples !== right instanceof Tuple) return false
  // lists are told apart by their lengths first, tuples by what they hold
  if (!areTuples && left.length !== right.length) return false
  const shorter = Math.min(left.length, right.length)
  currentMeter().step(1 + (shorter >> 3))
  for (let at = 0; at < shorter; at++) {
    if (!same(left[at], right[at], depth + 1)) return false
  }
  return left.length === right.length
}

function equalDicts(left: PyDict, right: PyDict, depth: number): boolean {
  if (left.size !== right.size) return false
  currentMeter().step(1 + (left.size >> 2))
  for (const [key, value] of left.entries()) {
    const other = right.get(key)
    if (other === undefined || !same(value, other, depth + 1)) return false
  }
  return true
}

function equalViews(left: DictView, right: unknown, depth: number): boolean {
  if (!(right instanceof DictView) || left.kind === 'values' || right.kind === 'values')
    return false
  if (left.dict.size !== right.dict.size) return false
  if (left.kind !== right.kind) return left.dict.size === 0
  if (left.kind === 'items') return equalDicts(left.dict, right.dict, depth)
  return left.list().every((key) => right.dict.has(key))
}

/** What a list takes for the same when it looks for something: the object itself, or what is equal. */
export function same(left: unknown, right: unknown, depth = 0): boolean {
  return left === right || equal(left, right, depth)
}

export type OrderOperator = '<' | '<=' | '>' | '>='

/** @throws {ValueFault} for what Python cannot put in order */
export function ordered(operator: OrderOperator, left: unknown, right: unknown): boolean {
  const order = compareValues(operator, left, right, 0)
  if (order === undefined) return false
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}

/** Negative, 0 or positive; undefined where one of two numbers is none (`nan`). */
export function compareValues(
  operator: string,
  left: unknown,
  right: unknown,
  depth: number,
): number | undefined {
  if (left instanceof Undefined) throw undefinedFault(left.what)
  if (right instanceof Undefined) throw undefinedFault(right.what)
  const a = asNumber(left)
  const b = asNumber(right)
  if (a !== undefined && b !== undefined) return compareNumbers(a, b)
  const one = left instanceof Markup ? left.text : left
  const other = right instanceof Markup ? right.text : right
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other)
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one instanceof Tuple === other instanceof Tuple) {
      return compareLists(operator, one, other, depth)
    }
  }
  throw new ValueFault(`'${operator}' does not go between ${typeName(left)} and ${typeName(right)}`)
}

function compareLists(
  operator: string,
  left: readonly unknown[],
  right: readonly unknown[],
  depth: number,
): number | undefined {
  if (depth > maxDepth) throw new ValueFault(`a value nested more than ${maxDepth} levels deep`)
  const shorter = Math.min(left.length, right.length)
  currentMeter().step(1 + (shorter >> 3))
  for (let at = 0; at < shorter; at++) {
    if (!same(left[at], right[at], depth + 1)) {
      return compareValues(operator, left[at], right[at], depth + 1)
    }
  }
  return left.length - right.length
}

/** Orders texts by code point, as Python does; `<` would order by UTF-16 unit. */
function compareTexts(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length)
  for (let index = 0; index < shorter; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) {
      // surrogates stand for code points above every other unit
      const aIsSurrogate = a >= 0xd800 && a <= 0xdfff
      const bIsSurrogate = b >= 0xd800 && b <= 0xdfff
      if (aIsSurrogate !== bIsSurrogate) return aIsSurrogate ? 1 : -1
      return a - b
    }
  }
  return left.length - right.length
}

/** Python's `item in container`. */
export function contains(container: unknown, item: unknown): boolean {
  if (container instanceof Undefined) throw undefinedFault(container.what)
  const text = container instanceof Markup ? container.text : container
  if (typeof text === 'string') {
    const part = item instanceof Markup ? item.text : item
    if (item instanceof Undefined) throw undefinedFault(item.what)
    if (typeof part === 'string') return text.includes(part)
    throw new ValueFault(`'in <text>' needs a text on its left, not ${typeName(item)}`)
  }
  if (Array.isArray(container)) {
    currentMeter().step(1 + (container.length >> 3))
    return container.some((each) => same(each, item))
  }
  if (container instanceof PyDict) return container.has(item)
  if (container instanceof PyRange) return inRange(container, item)
  if (container instanceof DictView) {
    return container.kind === 'keys'
      ? container.dict.has(item)
      : container.list().some((each) => same(each, item))
  }
  throw new ValueFault(`${typeName(container)} is nothing to look into with "in"`)
}

function inRange(range: PyRange, item: unknown): boolean {
  if (item instanceof Undefined) throw undefinedFault(item.what)
  const number = asNumber(item)
  const value = number instanceof WholeFloat ? number.value : number
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  const steps = (value - range.start) / range.step
  return Number.isInteger(steps) && steps >= 0 && steps < range.length
}
