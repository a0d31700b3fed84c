/**
 * Filters that build lists: `union`, `intersect`, `difference`, `symmetric_difference`, `flatten`.
 * @module
 */
import { flag, requireInteger } from './arguments.ts'
import { checkDepth, checkItems } from './bounds.ts'
import { isDict } from './dict.ts'
import { type Filter, FilterError } from './filter.ts'
import { typeName } from './python-value.ts'
import { ValueSet } from './value-set.ts'

type Items = readonly unknown[]

/** The filters of this file, by name. */
export const listFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['union', setFilter('union', union)],
  ['intersect', setFilter('intersect', intersect)],
  ['difference', setFilter('difference', difference)],
  [
    'symmetric_difference',
    setFilter('symmetric_difference', (a, b) => difference(union(a, b), intersect(a, b))),
  ],
  ['flatten', { params: ['levels', 'skip_nulls'], run: flatten }],
])

/** The items keep the order in which they first appear; each appears once. */
function setFilter(name: string, combine: (a: Items, b: Items) => Items): Filter {
  return {
    params: ['b'],
    run: (value, other) => combine(itemsOf(name, value), itemsOf(name, other)),
  }
}

function itemsOf(filter: string, value: unknown): Items {
  if (Array.isArray(value)) {
    checkItems(filter, value.length)
    return value
  }
  throw new FilterError(`${filter}: both sides must be lists, not ${typeName(value)}`)
}

function unique(items: Items): Items {
  const seen = new ValueSet()
  return items.filter((item) => {
    if (seen.has(item)) return false
    seen.add(item)
    return true
  })
}

function union(a: Items, b: Items): Items {
  return unique([...a, ...b])
}

function intersect(a: Items, b: Items): Items {
  const other = new ValueSet(b)
  return unique(a.filter((item) => other.has(item)))
}

function difference(a: Items, b: Items): Items {
  const other = new ValueSet(b)
  return unique(a.filter((item) => !other.has(item)))
}

function flatten(value: unknown, levels: unknown, skipNulls: unknown): Items {
  const depth =
    levels === undefined || levels === null
      ? Number.POSITIVE_INFINITY
      : Number(requireInteger('flatten', 'levels', levels))
  const skip = flag(skipNulls, true)
  const flat: unknown[] = []
  collect(iterable(value), depth, 0)
  return flat

  function collect(items: Items, left: number, level: number): void {
    checkDepth('flatten', level)
    for (const item of items) {
      if (skip && (item === null || item === 'None' || item === 'null')) continue
      if (Array.isArray(item) && left >= 1) collect(item, left - 1, level + 1)
      else flat.push(item)
      checkItems('flatten', flat.length)
    }
  }
}

/** What Python walks over: a list's items, a dictionary's keys, a text's characters. */
function iterable(value: unknown): Items {
  if (Array.isArray(value)) return value
  if (isDict(value)) return Object.keys(value)
  if (typeof value === 'string') return [...value]
  throw new FilterError(`flatten: the value must be a list, not ${typeName(value)}`)
}
