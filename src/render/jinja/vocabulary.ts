/**
 * Filters and tests as compiled templates call them.
 * @module
 */
import type { CallArguments } from '../python/values.ts'

/** What filters that name other filters need: `map('upper')`, `select('defined')`. */
export interface Vocabulary {
  filter(name: string): JinjaFilter | undefined
  test(name: string): JinjaTest | undefined
}

/** @throws {ValueFault} and FilterError */
export type JinjaFilter = (value: unknown, args: CallArguments, vocabulary: Vocabulary) => unknown

/** @throws {ValueFault} */
export type JinjaTest = (value: unknown, args: CallArguments) => boolean
