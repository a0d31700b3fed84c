/**
 * Filters that build dictionaries: `dict2items`, `items2dict`, `combine`.
 * @module
 */
import { equal } from '../python/compare.ts'
import { defined, PyDict } from '../python/values.ts'
import { flag, requireDict, requireList, requireText, shown } from './arguments.ts'
import { checkDepth, checkItems } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'
import { ValueSet } from './value-set.ts'

/** `dict2items`, `items2dict`, `combine`. */
export const dictFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['dict2items', { params: ['key_name', 'value_name'], run: dictToItems }],
  ['items2dict', { params: ['key_name', 'value_name'], run: itemsToDict }],
  [
    'combine',
    { params: ['terms'], variadic: true, keywordOnly: ['recursive', 'list_merge'], run: combine },
  ],
])

function dictToItems(value: unknown, keyName: unknown, valueName: unknown): readonly PyDict[] {
  const dict = requireDict('dict2items', 'the value', value)
  const key = requireText('dict2items', 'key_name', keyName ?? 'key')
  const name = requireText('dict2items', 'value_name', valueName ?? 'value')
  return dict.entries().map(([each, item]) =>
    PyDict.from([
      [key, each],
      [name, item],
    ]),
  )
}

function itemsToDict(value: unknown, keyName: unknown, valueName: unknown): PyDict {
  const items = requireList('items2dict', 'the value', value)
  const key = requireText('items2dict', 'key_name', keyName ?? 'key')
  const name = requireText('items2dict', 'value_name', valueName ?? 'value')
  return PyDict.from(
    items.map((item) => {
      if (!(item instanceof PyDict) || !item.has(key) || !item.has(name)) {
        throw new FilterError(
          `items2dict: every item must be a dictionary with ${shown(key)} and ${shown(name)}`,
        )
      }
      return [item.get(key), item.get(name)]
    }),
  )
}

const listMerges = ['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp'] as const
type ListMerge = (typeof listMerges)[number]

interface Merge {
  readonly recursive: boolean
  readonly lists: ListMerge
}

/** The value and the terms, or the lists they hold, merged; the later one wins. */
function combine(value: unknown, terms: unknown, recursive: unknown, listMerge: unknown): unknown {
  const given = [value, ...(Array.isArray(terms) ? terms : [])]
  const dicts = given.flatMap((term: unknown) =>
    Array.isArray(term) ? term.flatMap(notNull) : notNull(term),
  )
  const merge: Merge = { recursive: flag(recursive), lists: readListMerge(listMerge) }
  return dicts
    .map((dict) => requireDict('combine', 'every term', dict))
    .map(allDefined)
    .reduceRight((high, low) => mergeDicts(low, high, merge, 0), new PyDict())
}

function allDefined(dict: PyDict): PyDict {
  for (const value of dict.values()) defined(value)
  return dict
}

// Ansible passes over what is none, in lists too
function notNull(term: unknown): readonly unknown[] {
  return term === null ? [] : [term]
}

function readListMerge(value: unknown): ListMerge {
  const lists = listMerges.find((each) => each === (value ?? 'replace'))
  if (lists !== undefined) return lists
  throw new FilterError(
    `combine: unknown list_merge ${shown(value)}. Fix: use one of ${listMerges.join(', ')}`,
  )
}

function mergeDicts(low: PyDict, high: PyDict, merge: Merge, depth: number): PyDict {
  checkDepth('combine', depth)
  if (equal(low, high)) return high
  const merged = low.copy()
  for (const [key, highValue] of high.entries()) {
    merged.set(key, mergeValues(low.get(key), highValue, merge, depth))
  }
  return merged
}

function mergeValues(low: unknown, high: unknown, merge: Merge, depth: number): unknown {
  if (merge.recursive && low instanceof PyDict && high instanceof PyDict)
    return mergeDicts(low, high, merge, depth + 1)
  if (Array.isArray(low) && Array.isArray(high)) return mergeLists(low, high, merge.lists)
  return high
}

function mergeLists(
  low: readonly unknown[],
  high: readonly unknown[],
  lists: ListMerge,
): readonly unknown[] {
  checkItems('combine', low.length + high.length)
  if (lists === 'replace') return high
  if (lists === 'keep') return low
  if (lists === 'append') return [...low, ...high]
  if (lists === 'prepend') return [...high, ...low]
  const present = new ValueSet('combine', high)
  const rest = low.filter((item) => !present.has(item))
  return lists === 'append_rp' ? [...rest, ...high] : [...high, ...rest]
}
