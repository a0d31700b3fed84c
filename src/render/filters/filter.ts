/**
 * What a filter is. Both template dialects take their network, data and text filters from this folder; each
 * dialect adds its own built-in ones.
 * @module
 */
import { ValueFault } from '../python/fault.ts'

/** A mistake in how a template uses a filter, told to the template's author. */
export class FilterError extends ValueFault {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    const [what = '', fix] = message.split(/\.? Fix: /)
    super(what, 'failed', fix)
    if (options.cause !== undefined) this.cause = options.cause
  }
}

/** A filter: Python's values in and out, see values.ts. Arguments given by name are put in the place `params` gives them. */
export interface Filter {
  /** The names of the arguments after the value, in order. */
  readonly params: readonly string[]
  /** The last parameter takes all further positional arguments (`combine(a, b, c)`). */
  readonly variadic?: boolean
  /** Names that can only be given by name, after the positional ones (`combine(b, recursive=true)`). */
  readonly keywordOnly?: readonly string[]
  /**
   * @param value what stands left of the `|`
   * @param args the arguments in the order of `params` (the variadic one's spread out is an array), then `keywordOnly`; undefined
   *   where the template gives none
   * @throws {FilterError}
   */
  run(value: unknown, ...args: unknown[]): unknown
}
