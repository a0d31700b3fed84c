/**
 * Jinja2's filters on lists and dictionaries.
 * @module
 */
import { currentMeter } from '../../current-meter.ts'
import { ValueSet } from '../../filters/value-set.ts'
import { needCount, needText, place } from '../../python/arguments.ts'
import { compareValues, equal, truth } from '../../python/compare.ts'
import { ValueFault } from '../../python/fault.ts'
import { isIterable, length, listOf } from '../../python/iterate.ts'
import { attribute } from '../../python/member.ts'
import { binary } from '../../python/operators.ts'
import { sortValues } from '../../python/sort.ts'
import { str } from '../../python/text.ts'
import {
  type CallArguments,
  DictView,
  Markup,
  NamedTuple,
  PyDict,
  Tuple,
  typeName,
  Undefined,
} from '../../python/values.ts'
import type { JinjaFilter, Vocabulary } from '../vocabulary.ts'
import { attributeGetter, ignoreCase } from './attribute.ts'
import { type Filters, filter, lenientFilter } from './define.ts'

function join(value: unknown, [separator = '', name]: readonly unknown[]): string {
  const get = attributeGetter(name)
  const by = str(separator)
  const parts = listOf(value).map((item) => str(get(item)))
  currentMeter().grow(parts.reduce((sum, part) => sum + part.length + by.length, 0))
  return parts.join(by)
}

function reverse(value: unknown): unknown {
  if (typeof value === 'string') return [...value].reverse().join('')
  if (value instanceof Markup) return new Markup([...value.text].reverse().join(''))
  if (value instanceof PyDict || isIterable(value)) return listOf(value).reverse()
  throw new ValueFault(`reverse() needs a list or a text, found ${typeName(value)}`)
}

function last(value: unknown): unknown {
  const items = listOf(value)
  if (items.length === 0) return new Undefined('the last item of nothing')
  return value instanceof Markup ? new Markup(String(items.at(-1))) : items.at(-1)
}

function sort(
  value: unknown,
  [reversed = false, caseSensitive = false, name]: readonly unknown[],
): unknown {
  const adjust = truth(caseSensitive) ? undefined : ignoreCase
  const names = typeof name === 'string' ? name.split(',') : [name]
  const [only] = names
  if (names.length === 1)
    return sortValues(listOf(value), attributeGetter(only, adjust), truth(reversed))
  const getters = names.map((each) => attributeGetter(each, adjust))
  const key = (item: unknown) => getters.map((get) => get(item))
  return sortValues(listOf(value), key, truth(reversed))
}

function dictSort(
  value: unknown,
  [caseSensitive = false, by = 'key', reversed = false]: readonly unknown[],
): unknown {
  const at = needText('dictsort()', by) === 'key' ? 0 : by === 'value' ? 1 : undefined
  if (at === undefined) throw new ValueFault('dictsort() sorts by "key" or by "value"')
  if (!(value instanceof PyDict))
    throw new ValueFault(`dictsort() needs a dictionary, found ${typeName(value)}`)
  const pairs = value.entries().map((pair) => Tuple.with(pair))
  const key = (pair: unknown) => {
    const part = (pair as Tuple)[at]
    return truth(caseSensitive) ? part : ignoreCase(part)
  }
  return sortValues(pairs, key, truth(reversed))
}

/** As in Ansible: what cannot be a key is compared with every one before. */
function unique(value: unknown, [caseSensitive = null, name]: readonly unknown[]): unknown {
  const sensitive = truth(caseSensitive)
  const get = attributeGetter(name, sensitive ? undefined : ignoreCase)
  const items = listOf(value)
  const seen = new ValueSet('unique')
  const hashable = items.every((item) => isHashable(get(item)))
  if (!hashable && (caseSensitive === false || (name !== undefined && name !== null))) {
    throw new ValueFault('unique() of lists or dictionaries takes no arguments')
  }
  const key = hashable ? get : (item: unknown) => item
  return items.filter((item) => {
    const of = key(item)
    if (seen.has(of)) return false
    seen.add(of)
    return true
  })
}

function isHashable(value: unknown): boolean {
  currentMeter().step()
  if (value instanceof Tuple) return value.every(isHashable)
  return !Array.isArray(value) && !(value instanceof PyDict)
}

function batch(value: unknown, [count, fill = null]: readonly unknown[]): unknown {
  const size = needCount('batch()', count)
  const batches: unknown[][] = []
  let current: unknown[] = []
  for (const item of listOf(value)) {
    if (current.length === size) {
      batches.push(current)
      current = []
    }
    current.push(item)
  }
  if (current.length > 0) {
    if (fill !== null && current.length < size) {
      currentMeter().grow((size - current.length) * 8)
      while (current.length < size) current.push(fill)
    }
    batches.push(current)
  }
  return batches
}

function slice(value: unknown, [count, fill = null]: readonly unknown[]): unknown {
  const slices = needCount('slice()', count)
  const items = listOf(value)
  if (slices === 0) throw new ValueFault('slice(): division by zero')
  currentMeter().grow(Math.max(0, slices) * 8)
  const size = Math.floor(items.length / slices)
  const more = items.length - size * slices
  const result: unknown[][] = []
  for (let number = 0, at = 0; number < slices; number++) {
    const end = at + size + (number < more ? 1 : 0)
    const part = items.slice(at, end)
    if (fill !== null && number >= more) part.push(fill)
    result.push(part)
    at = end
  }
  return result
}

function sum(value: unknown, [name, start = 0]: readonly unknown[]): unknown {
  if (typeof start === 'string') throw new ValueFault('sum() adds no texts', 'failed', 'use join')
  const get = attributeGetter(name)
  return listOf(value).reduce((total: unknown, item) => binary('+', total, get(item)), start)
}

function extreme(name: 'min' | 'max', value: unknown, args: readonly unknown[]): unknown {
  const [caseSensitive = false, of] = args
  const get = attributeGetter(of, truth(caseSensitive) ? undefined : ignoreCase)
  const items = listOf(value)
  if (items.length === 0) return new Undefined(`the ${name} of nothing`)
  const operator = name === 'min' ? '<' : '>'
  const sign = name === 'min' ? -1 : 1
  return items.reduce((best, item) => {
    const order = compareValues(operator, get(item), get(best), 0) ?? 0
    return order * sign > 0 ? item : best
  })
}

const groupNames = ['grouper', 'list']

function groupBy(value: unknown, args: readonly unknown[]): unknown {
  const [name, otherwise, caseSensitive = false] = args
  const adjust = truth(caseSensitive) ? undefined : ignoreCase
  const plain = attributeGetter(name)
  const get = (item: unknown) => {
    const found = plain(item)
    const given =
      found instanceof Undefined && otherwise !== undefined && otherwise !== null
        ? otherwise
        : found
    return given
  }
  const key = (item: unknown) => (adjust === undefined ? get(item) : adjust(get(item)))
  const groups: { key: unknown; items: unknown[] }[] = []
  for (const item of sortValues(listOf(value), key, false)) {
    const of = key(item)
    const group = groups.at(-1)
    if (group !== undefined && equal(group.key, of)) group.items.push(item)
    else groups.push({ key: of, items: [item] })
  }
  return groups.map(({ items }) => NamedTuple.named(groupNames, [get(items[0]), items]))
}

function items(value: unknown): unknown {
  if (value instanceof Undefined) return []
  if (value instanceof PyDict) return new DictView('items', value).list()
  throw new ValueFault(`items() needs a dictionary, found ${typeName(value)}`)
}

/** The items that a value gives; what is false gives none, whatever it is. */
function itemsOf(value: unknown): unknown[] {
  return truth(value) ? listOf(value) : []
}

function map(value: unknown, args: CallArguments, vocabulary: Vocabulary): unknown {
  const list = itemsOf(value)
  // nobody asks then what is to be done with the items
  if (list.length === 0) return list
  const run = mapper(args, vocabulary)
  return list.map((item) => {
    currentMeter().step(4)
    return run(item)
  })
}

function mapper(
  { positional, named }: CallArguments,
  vocabulary: Vocabulary,
): (item: unknown) => unknown {
  if (positional.length === 0 && named?.has('attribute') === true) {
    const [name, otherwise] = place('map()', ['attribute', 'default?'], { positional, named })
    const get = attributeGetter(name)
    return (item) => {
      const found = get(item)
      return found instanceof Undefined && otherwise !== undefined && otherwise !== null
        ? otherwise
        : found
    }
  }
  const [name, ...rest] = positional
  if (name === undefined) throw new ValueFault('map() needs the name of a filter, or attribute=…')
  const filterName = needText('map()', name)
  const found = vocabulary.filter(filterName)
  if (found === undefined) throw nobodyHas('filter', filterName)
  return (item) => found(item, { positional: rest, named }, vocabulary)
}

function nobodyHas(kind: 'filter' | 'test', name: string): ValueFault {
  return new ValueFault(`there is no ${kind} "${name}"`, 'refused')
}

/** `select`, `reject` and the two that look at an attribute. */
function selector(wanted: boolean, byAttribute: boolean): JinjaFilter {
  return (value, { positional, named }, vocabulary) => {
    const list = itemsOf(value)
    if (list.length === 0) return list
    const [first, ...more] = positional
    if (byAttribute && first === undefined)
      throw new ValueFault('selectattr() needs the name of an attribute')
    const get = byAttribute ? attributeGetter(first) : (item: unknown) => item
    const [name, ...args] = byAttribute ? more : positional
    const test = testOf(name, { positional: args, named }, vocabulary)
    return list.filter((item) => {
      currentMeter().step(2)
      return test(get(item)) === wanted
    })
  }
}

function testOf(
  name: unknown,
  args: CallArguments,
  vocabulary: Vocabulary,
): (value: unknown) => boolean {
  if (name === undefined) return truth
  const testName = needText('select()', name)
  const test = vocabulary.test(testName)
  if (test === undefined) throw nobodyHas('test', testName)
  return (value) => test(value, args)
}

/** Filters on lists and dictionaries. What is a generator in Jinja2 is a list, as in Ansible. */
export const listFilters: Filters = new Map<string, JinjaFilter>([
  filter('list', [], (value) => listOf(value)),
  filter('length', [], (value) => length(value)),
  filter('count', [], (value) => length(value)),
  filter('first', [], (value) => {
    const all = listOf(value)
    return all.length === 0 ? new Undefined('the first item of nothing') : all[0]
  }),
  filter('last', [], last),
  filter('join', ['d?', 'attribute?'], join),
  filter('reverse', [], reverse),
  filter('sort', ['reverse?', 'case_sensitive?', 'attribute?'], sort),
  filter('dictsort', ['case_sensitive?', 'by?', 'reverse?'], dictSort),
  filter('unique', ['case_sensitive?', 'attribute?'], unique),
  filter('batch', ['linecount', 'fill_with?'], batch),
  filter('slice', ['slices', 'fill_with?'], slice),
  filter('sum', ['attribute?', 'start?'], sum),
  filter('min', ['case_sensitive?', 'attribute?'], (value, args) => extreme('min', value, args)),
  filter('max', ['case_sensitive?', 'attribute?'], (value, args) => extreme('max', value, args)),
  filter('groupby', ['attribute', 'default?', 'case_sensitive?'], groupBy),
  lenientFilter('items', [], items),
  lenientFilter('attr', ['name'], (value, [name]) => {
    if (value instanceof Undefined) return value
    const key = str(name)
    const found = attribute(value, key)
    return found === undefined ? new Undefined(`the attribute "${key}"`) : found
  }),
  ['map', map],
  ['select', selector(true, false)],
  ['reject', selector(false, false)],
  ['selectattr', selector(true, true)],
  ['rejectattr', selector(false, true)],
])
