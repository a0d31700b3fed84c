/**
 * Filters that build lists: `union`, `intersect`, `difference`, `symmetric_difference`, `flatten`.
 * @module
 */
import { isIterable, listOf } from '../python/iterate.ts'
import { PyRange, Tuple } from '../python/values.ts'
import { flag, requireInteger } from './arguments.ts'
import { checkDepth, checkItems } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'
import { typeName } from './python-value.ts'
import { ValueSet } from './value-set.ts'

type Items = readonly unknown[]

/** The filters of this file, by name. */
export const listFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['union', setFilter('union', (a, b) => [...a, ...b])],
  ['intersect', setFilter('intersect', (a, b) => intersection('intersect', a, b))],
  ['difference', setFilter('difference', (a, b) => rest('difference', a, b))],
  [
    'symmetric_difference',
    setFilter('symmetric_difference', (a, b) => {
      const both = intersection('symmetric_difference', a, b)
      return rest('symmetric_difference', [...a, ...b], both)
    }),
  ],
  ['flatten', { params: ['levels', 'skip_nulls'], run: flatten }],
])

/** The items keep the order in which they first appear; each appears once. */
function setFilter(name: string, combine: (a: Items, b: Items) => Items): Filter {
  return {
    params: ['b'],
    run: (value, other) => {
      const [left, right] = [itemsOf(name, value), itemsOf(name, other)]
      // Ansible makes sets of tuples, whose order nobody knows, and joins no tuple with a list
      const tuples = [left, right].filter((each) => each instanceof Tuple).length
      if (tuples === 2 || (tuples === 1 && (name === 'union' || name === 'symmetric_difference'))) {
        throw new FilterError(`${name}: a tuple is no list. Fix: write "| list"`)
      }
      return unique(name, combine(left, right))
    },
  }
}

function itemsOf(filter: string, value: unknown): Items {
  if (Array.isArray(value)) {
    checkItems(filter, value.length)
    return value
  }
  throw new FilterError(`${filter}: both sides must be lists, not ${typeName(value)}`)
}

function unique(filter: string, items: Items): Items {
  const seen = new ValueSet(filter)
  return items.filter((item) => {
    if (seen.has(item)) return false
    seen.add(item)
    return true
  })
}

function intersection(filter: string, a: Items, b: Items): Items {
  const other = new ValueSet(filter, b)
  return a.filter((item) => other.has(item))
}

function rest(filter: string, a: Items, b: Items): Items {
  const other = new ValueSet(filter, b)
  return a.filter((item) => !other.has(item))
}

function flatten(value: unknown, levels: unknown, skipNulls: unknown): Items {
  const depth =
    levels === undefined || levels === null
      ? Number.POSITIVE_INFINITY
      : Number(requireInteger('flatten', 'levels', typeof levels === 'string' ? undefined : levels))
  const skip = flag(skipNulls, true)
  const flat: unknown[] = []
  collect(iterable(value), depth, 0)
  return flat

  function collect(items: Items, left: number, level: number): void {
    checkDepth('flatten', level)
    for (const item of items) {
      if (skip && (item === null || item === 'None' || item === 'null')) continue
      const inner = item instanceof PyRange ? listOf(item) : item
      if (Array.isArray(inner) && left >= 1) collect(inner, left - 1, level + 1)
      else flat.push(item)
      checkItems('flatten', flat.length)
    }
  }
}

/** What Python walks over: a list's items, a dictionary's keys, a text's characters. */
function iterable(value: unknown): Items {
  if (isIterable(value)) return Array.isArray(value) ? value : listOf(value)
  throw new FilterError(`flatten: the value must be a list, not ${typeName(value)}`)
}
