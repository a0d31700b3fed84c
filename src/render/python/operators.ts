/**
 * Python's binary operators.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { refused, undefinedFault, ValueFault } from './fault.ts'
import { percent } from './format-percent.ts'
import { arithmetic, asInteger, asNumber, clampInteger, type NumberOperator } from './number.ts'
import { DictView, Markup, Tuple, typeName, Undefined } from './values.ts'

/** @throws {ValueFault} where Python raises a TypeError, a ZeroDivisionError and the like */
export function binary(operator: NumberOperator, left: unknown, right: unknown): unknown {
  const a = asNumber(left)
  const b = asNumber(right)
  if (a !== undefined && b !== undefined) return arithmetic(operator, a, b)
  if (typeof left === 'string' && operator === '%') return percent(left, right)
  if (left instanceof Undefined) throw undefinedFault(left.what)
  if (right instanceof Undefined) throw undefinedFault(right.what)
  if (left instanceof Markup || right instanceof Markup) {
    throw refused(
      `"${operator}" with text that is marked as safe`,
      'leave "| safe" or "| escape" away, or put the parts together with ~',
    )
  }
  if (operator === '+') return add(left, right)
  if (operator === '*') return repeat(left, right)
  if (operator === '-' && left instanceof DictView) throw refused('sets')
  return mismatch(operator, left, right)
}

function mismatch(operator: string, left: unknown, right: unknown): never {
  const fix =
    operator === '+' && (typeof left === 'string' || typeof right === 'string')
      ? 'put texts together with ~'
      : undefined
  throw new ValueFault(
    `"${operator}" does not go between ${typeName(left)} and ${typeName(right)}`,
    'failed',
    fix,
  )
}

function add(left: unknown, right: unknown): unknown {
  if (typeof left === 'string' && typeof right === 'string') {
    currentMeter().grow(left.length + right.length)
    return left + right
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left instanceof Tuple === right instanceof Tuple) {
      currentMeter().grow((left.length + right.length) << 3)
      currentMeter().step((left.length + right.length) >> 3)
      const items = [...(left as unknown[]), ...(right as unknown[])]
      return left instanceof Tuple ? Tuple.with(items) : items
    }
  }
  return mismatch('+', left, right)
}

function repeat(left: unknown, right: unknown): unknown {
  const times = asInteger(left) ?? asInteger(right)
  const value = asInteger(left) === undefined ? left : right
  if (times === undefined) return mismatch('*', left, right)
  if (typeof times === 'bigint' && BigInt.asIntN(64, times) !== times) {
    throw new ValueFault('a number as large as this repeats nothing')
  }
  const count = Math.max(0, clampInteger(times))
  if (typeof value === 'string') {
    currentMeter().grow(value.length * count)
    return value.repeat(count)
  }
  if (!Array.isArray(value)) return mismatch('*', left, right)
  currentMeter().grow(value.length * count * 8)
  currentMeter().step((value.length * count) >> 3)
  const items: unknown[] = []
  for (let at = 0; at < count && value.length > 0; at++) items.push(...(value as unknown[]))
  return value instanceof Tuple ? Tuple.with(items) : items
}
