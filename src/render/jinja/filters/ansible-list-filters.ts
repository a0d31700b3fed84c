/**
 * Ansible's filters on lists and dictionaries that Nunjucks' templates do not share.
 * @module
 */
import { currentMeter } from '../../current-meter.ts'
import { needCount, needText, place } from '../../python/arguments.ts'
import { equal, truth } from '../../python/compare.ts'
import { refused, undefinedFault, ValueFault } from '../../python/fault.ts'
import { item } from '../../python/item.ts'
import { listOf } from '../../python/iterate.ts'
import { attribute } from '../../python/member.ts'
import { asNumber } from '../../python/number.ts'
import { str } from '../../python/text.ts'
import {
  Callable,
  DictView,
  isList,
  PyDict,
  Thing,
  Tuple,
  typeName,
  Undefined,
} from '../../python/values.ts'
import type { JinjaFilter } from '../vocabulary.ts'
import { type Filters, filter } from './define.ts'

/** More combinations than this are no configuration. */
const maxTuples = 1_000_000

function needRoom(count: number): void {
  if (count > maxTuples) throw new ValueFault(`more than ${maxTuples} combinations`, 'refused')
}

function grow(count: number, width: number): void {
  needRoom(count)
  currentMeter().step(count)
  currentMeter().grow(count * width * 8)
}

function zip(lists: readonly unknown[][], length: number, fill: unknown): unknown[] {
  grow(length, lists.length)
  return Array.from({ length }, (_, at) =>
    Tuple.with(lists.map((list) => (at < list.length ? list[at] : fill))),
  )
}

function product(lists: readonly unknown[][]): unknown[] {
  grow(
    lists.reduce((count, list) => count * list.length, 1),
    lists.length,
  )
  const all = lists.reduce<unknown[][]>(
    (tuples, list) => tuples.flatMap((tuple) => list.map((each) => [...tuple, each])),
    [[]],
  )
  return all.map((each) => Tuple.with(each))
}

/** How many are chosen; undefined where there are not as many. */
function choice(name: string, items: readonly unknown[], size: unknown): number | undefined {
  const count = needCount(name, size)
  if (count < 0) throw new ValueFault(`${name} of a negative number`)
  return count > items.length ? undefined : count
}

function combinations(items: readonly unknown[], size: number): unknown[] {
  const found: unknown[] = []
  const choose = (from: number, chosen: readonly unknown[]): void => {
    currentMeter().step()
    if (chosen.length === size) {
      needRoom(found.length + 1)
      currentMeter().grow(size << 3)
      found.push(Tuple.with(chosen))
      return
    }
    const last = items.length - (size - chosen.length)
    for (let at = from; at <= last; at++) choose(at + 1, [...chosen, items[at]])
  }
  choose(0, [])
  return found
}

function permutations(items: readonly unknown[], size: number): unknown[] {
  const found: unknown[] = []
  const choose = (chosen: readonly number[]): void => {
    currentMeter().step()
    if (chosen.length === size) {
      needRoom(found.length + 1)
      currentMeter().grow(size << 3)
      found.push(Tuple.with(chosen.map((at) => items[at])))
      return
    }
    for (let at = 0; at < items.length; at++) if (!chosen.includes(at)) choose([...chosen, at])
  }
  choose([])
  return found
}

function step(container: unknown, key: unknown): unknown {
  if (container instanceof Undefined) return container
  const found = item(container, key)
  if (found !== undefined) return found
  const member = typeof key === 'string' ? attribute(container, key) : undefined
  return member === undefined ? new Undefined('what extract() looks for') : member
}

function extract(key: unknown, [container, more]: readonly unknown[]): unknown {
  const keys =
    more === undefined || more === null ? [] : Array.isArray(more) ? (more as unknown[]) : [more]
  return [key, ...keys].reduce(step, container)
}

function rekey(value: unknown, [key, duplicates = 'error']: readonly unknown[]): unknown {
  const name = needText('rekey_on_member()', key)
  const how = needText('rekey_on_member()', duplicates)
  if (how !== 'error' && how !== 'overwrite') {
    throw new ValueFault('rekey_on_member(): duplicates is "error" or "overwrite"')
  }
  const result = new PyDict()
  if (!(value instanceof PyDict || Array.isArray(value))) {
    throw new ValueFault(`rekey_on_member() needs a list or a dictionary, found ${typeName(value)}`)
  }
  for (const each of value instanceof PyDict ? value.values() : listOf(value)) {
    if (!(each instanceof PyDict)) throw new ValueFault('rekey_on_member() needs dictionaries')
    const of = each.get(name)
    if (of === undefined) throw new ValueFault(`rekey_on_member(): an item has no "${name}"`)
    if (how === 'error' && result.has(of))
      throw new ValueFault('rekey_on_member(): a key comes twice')
    result.set(of, each)
  }
  return result
}

function subelements(value: unknown, [path, skipMissing = false]: readonly unknown[]): unknown {
  const names = Array.isArray(path)
    ? (path as unknown[])
    : needText('subelements()', path).split('.')
  if (!(value instanceof PyDict || isList(value))) {
    throw new ValueFault(`subelements() needs a list or a dictionary, found ${typeName(value)}`)
  }
  const items = value instanceof PyDict ? [...value.values()] : (value as unknown[])
  const results: unknown[] = []
  for (const each of items) {
    let inner: unknown = each
    for (const name of names) {
      if (!(inner instanceof PyDict)) {
        throw new ValueFault(`subelements() needs dictionaries, found ${typeName(inner)}`)
      }
      const next = inner.get(name)
      if (next === undefined && skipMissing !== true) {
        throw new ValueFault(`subelements(): an item has no "${String(name)}"`)
      }
      inner = next ?? []
    }
    if (!Array.isArray(inner)) throw new ValueFault('subelements(): the elements are no list')
    for (const element of inner as unknown[]) results.push(Tuple.with([each, element]))
    grow(results.length, 2)
  }
  return results
}

/** `a.b[0]['c']`; Ansible reads what stands there as a template, which makes texts of numbers and of None. */
function getPath(value: unknown, path: unknown): unknown {
  const text = needText('get_path()', path)
  if (text.trim() === '') throw new ValueFault('get_path() needs a path')
  if (!/^[\w.]+(?:$|\[)/.test(text)) throw refused('get_path() along what is no name')
  let found: unknown = value
  for (const [whole, name, index, key] of text.matchAll(
    /(?:^|\.)([^.[\]]+)|\[(-?\d+)\]|\[['"]([^'"]*)['"]\]|./g,
  )) {
    if (name === undefined && index === undefined && key === undefined) {
      throw new ValueFault(`get_path(): unexpected "${whole}" in "${text.slice(0, 40)}"`)
    }
    found = step(found, index === undefined ? (name ?? key) : Number(index))
  }
  if (found instanceof Undefined) throw undefinedFault(`"${text.slice(0, 40)}" of get_path()`)
  if (typeof found === 'string' && /^\s*[[{]|^(?:True|False)$|\{[{%#]/.test(found)) {
    throw refused('get_path() to a text that Ansible makes something else of')
  }
  const becomesText = typeof found !== 'boolean' && asNumber(found) !== undefined
  return becomesText ? str(found) : found === null ? '' : found
}

const noTest = new Set(['==', 'eq', 'equalto'])

function indexOf(value: unknown, args: readonly unknown[]): unknown {
  const [test, wanted, key, failOnMissing, wantList = false] = args
  if (key !== undefined || failOnMissing !== undefined) throw refused('keys in index_of()')
  if (!noTest.has(needText('index_of()', test)))
    throw refused('tests other than "eq" in index_of()')
  if (!isList(value)) throw new ValueFault(`index_of() needs a list, found ${typeName(value)}`)
  const places = (value as unknown[]).flatMap((each, at) => (equal(each, wanted) ? [at] : []))
  return places.length === 1 && wantList !== true ? places[0] : places
}

/** What Ansible can copy. */
function isPlain(value: unknown): boolean {
  return !(value instanceof Thing || value instanceof DictView || value instanceof Callable)
}

function toPaths(value: unknown, [prepend, wantList = false]: readonly unknown[]): unknown {
  const paths = new PyDict()
  const walk = (inner: unknown, path: string): void => {
    currentMeter().step()
    currentMeter().grow(path.length + 8)
    if (inner instanceof PyDict && inner.size > 0) {
      for (const [key, each] of inner.entries()) {
        if (typeof key !== 'string' || !/^[A-Za-z_]\w*$/.test(key))
          throw refused('to_paths() with keys that are no names')
        walk(each, path === '' ? key : `${path}.${key}`)
      }
    } else if (isList(inner) && inner.length > 0) {
      for (const [at, each] of (inner as unknown[]).entries()) walk(each, `${path}[${at}]`)
    } else if (isPlain(inner)) {
      paths.set(path, inner)
    } else {
      throw refused(`to_paths() of ${typeName(inner)}`)
    }
  }
  const isEmpty =
    (isList(value) && value.length === 0) || (value instanceof PyDict && value.size === 0)
  const root = prepend === undefined || prepend === null ? '' : needText('to_paths()', prepend)
  if (isEmpty && root === '') return truth(wantList) ? [value] : value
  walk(value, root)
  return truth(wantList) ? [paths] : paths
}

/** Filters that Ansible adds. */
export const ansibleListFilters: Filters = new Map<string, JinjaFilter>([
  [
    'zip',
    (value, { positional, named }) => {
      const [strict = false] = place('zip()', ['*', 'strict?'], { positional: [], named })
      const lists = [value, ...positional].map(listOf)
      const lengths = lists.map((list) => list.length)
      if (truth(strict) && lengths.some((each) => each !== lengths[0])) {
        throw new ValueFault('zip() of lists that differ in length')
      }
      return zip(lists, Math.min(...lengths), null)
    },
  ],
  [
    'zip_longest',
    (value, { positional, named }) => {
      const [fill = null] = place('zip_longest()', ['*', 'fillvalue?'], { positional: [], named })
      const lists = [value, ...positional].map(listOf)
      return zip(lists, Math.max(...lists.map((list) => list.length)), fill)
    },
  ],
  [
    'product',
    (value, { positional, named }) => {
      const [repeat = 1] = place('product()', ['*', 'repeat?'], { positional: [], named })
      const lists = [value, ...positional].map(listOf)
      const times = needCount('product()', repeat)
      if (times < 0) throw new ValueFault('product() of a negative number of times')
      if (times > 20) throw new ValueFault('product() of more than 20 times')
      return product(Array.from({ length: times }, () => lists).flat())
    },
  ],
  filter('combinations', ['n'], (value, [size]) => {
    const items = listOf(value)
    const count = choice('combinations()', items, size)
    return count === undefined ? [] : combinations(items, count)
  }),
  filter('permutations', ['n?'], (value, [size]) => {
    const items = listOf(value)
    const count = choice('permutations()', items, size ?? items.length)
    return count === undefined ? [] : permutations(items, count)
  }),
  filter('extract', ['container', 'morekeys?'], extract),
  filter('rekey_on_member', ['key', 'duplicates?'], rekey),
  filter('subelements', ['subelements', 'skip_missing?'], subelements),
  filter('get_path', ['path', 'wantlist?'], (value, args) => {
    const found = getPath(value, args[0])
    return truth(args[1] ?? false) ? [found] : found
  }),
  filter('index_of', ['test', 'value?', 'key?', 'fail_on_missing?', 'wantlist?'], indexOf),
  filter('to_paths', ['prepend?', 'wantlist?'], toPaths),
])
