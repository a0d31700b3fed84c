/**
 * Dictionaries with their keys in order.
 * @module
 */
import { compareValues } from '../python/compare.ts'
import { ValueFault } from '../python/fault.ts'
import { FilterError } from './filter.ts'

/**
 * Sorts entries by their keys, in place.
 * @throws {FilterError} for keys that Python cannot put in order
 */
export function sortByKey(filter: string, entries: [unknown, unknown][]): [unknown, unknown][] {
  try {
    return entries.sort(([a], [b]) => compareValues('<', a, b, 0) ?? 0)
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error
    throw new FilterError(`${filter}: keys of different types have no order`, { cause: error })
  }
}
