/**
 * Filters that build dictionaries: `dict2items`, `items2dict`, `combine`.
 * @module
 */
import { flag, requireDict, requireList, requireText, shown } from './arguments.ts'
import { checkDepth, checkItems } from './bounds.ts'
import { type Dict, dictOf, isDict, setOwn } from './dict.ts'
import { type Filter, FilterError } from './filter.ts'
import { isEqual, typeName } from './python-value.ts'
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

function dictToItems(value: unknown, keyName: unknown, valueName: unknown): readonly Dict[] {
  const dict = requireDict('dict2items', 'the value', value)
  const key = requireText('dict2items', 'key_name', keyName ?? 'key')
  const name = requireText('dict2items', 'value_name', valueName ?? 'value')
  return Object.entries(dict).map(([each, item]) =>
    dictOf([
      [key, each],
      [name, item],
    ]),
  )
}

function itemsToDict(value: unknown, keyName: unknown, valueName: unknown): Dict {
  const items = requireList('items2dict', 'the value', value)
  const key = requireText('items2dict', 'key_name', keyName ?? 'key')
  const name = requireText('items2dict', 'value_name', valueName ?? 'value')
  return dictOf(
    items.map((item) => {
      if (!isDict(item) || !Object.hasOwn(item, key) || !Object.hasOwn(item, name)) {
        throw new FilterError(
          `items2dict: every item must be a dictionary with ${shown(key)} and ${shown(name)}`,
        )
      }
      return [keyText(item[key]), item[name]]
    }),
  )
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key
  if (typeof key === 'number' || typeof key === 'bigint') return String(key)
  throw new FilterError(`items2dict: a key must be a text or a number, not ${typeName(key)}`)
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
    .reduceRight((high, low) => mergeDicts(low, high, merge, 0), {})
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

function mergeDicts(low: Dict, high: Dict, merge: Merge, depth: number): Dict {
  checkDepth('combine', depth)
  if (isEqual(low, high)) return high
  const merged = dictOf(Object.entries(low))
  for (const [key, highValue] of Object.entries(high)) {
    const lowValue = Object.hasOwn(low, key) ? low[key] : undefined
    setOwn(merged, key, mergeValues(lowValue, highValue, merge, depth))
  }
  return merged
}

function mergeValues(low: unknown, high: unknown, merge: Merge, depth: number): unknown {
  if (merge.recursive && isDict(low) && isDict(high)) return mergeDicts(low, high, merge, depth + 1)
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
