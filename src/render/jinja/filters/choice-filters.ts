/**
 * Filters that take what is not there: `default`, `mandatory`, `ternary`, and what tells the type of a value.
 * @module
 */
import { truth } from '../../python/compare.ts'
import { undefinedFault, ValueFault } from '../../python/fault.ts'
import { str } from '../../python/text.ts'
import { defined, Markup, typeOf, Undefined } from '../../python/values.ts'
import { type Filters, lenientFilter } from './define.ts'

function otherwise(value: unknown, [instead = '', boolean = false]: readonly unknown[]): unknown {
  if (value instanceof Undefined) return instead
  return truth(boolean) && !truth(value) ? instead : value
}

function mandatory(value: unknown, [message]: readonly unknown[]): unknown {
  if (!(value instanceof Undefined)) return value
  if (message === undefined || message === null) throw undefinedFault(value.what)
  throw new ValueFault(str(message).slice(0, 300), 'undefined')
}

function ternary(value: unknown, [whenTrue, whenFalse, whenNone]: readonly unknown[]): unknown {
  if (defined(value) === null && whenNone !== undefined && whenNone !== null) return whenNone
  return truth(value) ? whenTrue : whenFalse
}

/** Filters that decide. */
export const choiceFilters: Filters = new Map([
  lenientFilter('default', ['default_value?', 'boolean?'], otherwise),
  lenientFilter('d', ['default_value?', 'boolean?'], otherwise),
  lenientFilter('mandatory', ['msg?'], mandatory),
  lenientFilter('ternary', ['true_val', 'false_val', 'none_val?'], ternary),
  lenientFilter('type_debug', [], (value) => (value instanceof Markup ? 'Markup' : typeOf(value))),
])
