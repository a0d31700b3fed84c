/**
 * Filters that decide: `ternary`, `bool`, `mandatory`.
 * @module
 */
import { equal } from '../python/compare.ts'
import { str } from '../python/text.ts'
import { type Filter, FilterError } from './filter.ts'
import { isTruthy } from './python-value.ts'

/** `ternary`, `bool`, `mandatory`. */
export const choiceFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['ternary', { params: ['true_val', 'false_val', 'none_val'], run: ternary }],
  ['bool', { params: [], run: toBool }],
  ['mandatory', { params: ['msg'], run: mandatory }],
])

function ternary(
  value: unknown,
  whenTrue: unknown,
  whenFalse: unknown,
  whenNone: unknown,
): unknown {
  if (value === undefined) throw new FilterError('ternary: the value is undefined')
  if (value === null && whenNone !== null && whenNone !== undefined) return whenNone
  return isTruthy(value) ? whenTrue : whenFalse
}

const trueTexts: readonly unknown[] = ['yes', 'on', '1', 'true', 1]

function toBool(value: unknown): boolean | null {
  if (value === undefined) throw new FilterError('bool: the value is undefined')
  if (value === null) return null
  const lower = typeof value === 'string' ? value.toLowerCase() : value
  return trueTexts.some((each) => equal(each, lower))
}

const MAX_MESSAGE = 300

function mandatory(value: unknown, message: unknown): unknown {
  if (value !== undefined) return value
  if (message === undefined || message === null) {
    throw new FilterError(
      'mandatory: the variable is not defined. Fix: give it a value in the inventory',
    )
  }
  throw new FilterError(str(message).slice(0, MAX_MESSAGE))
}
