/**
 * The filters that Nunjucks documents, with their parameters, so that arguments by name arrive and one too many is noticed. What
 * Nunjucks does well is its own; what looks into objects by name, prints, or could build something huge is done here.
 * @module
 */
import original from 'nunjucks/src/filters.js'
import tests from 'nunjucks/src/tests.js'
import { type Filter, FilterError } from '../filters/filter.ts'
import { currentMeter } from './render-state.ts'
import { kindOf, member } from './values.ts'

/** Filters that get an undefined value, or undefined arguments, on purpose. */
export const acceptsUndefined: ReadonlySet<string> = new Set([
  'default',
  'd',
  'mandatory',
  'ansible.builtin.mandatory',
  'ternary',
  'ansible.builtin.ternary',
])

/** One of Nunjucks' own filters, with the names of its parameters. */
function own(name: string, params: readonly string[] = [], limits: Limits = {}): Filter {
  const run = original[name]
  if (run === undefined) throw new Error(`nunjucks has no filter ${name}`)
  return {
    params,
    run: (value, ...args) => {
      if (limits.elsewhere === true) currentMeter().leaveServingThread()
      if (limits.text === true && value === null) return ''
      if (limits.text === true && typeof value !== 'string' && typeof value !== 'number') {
        throw new FilterError(`needs a text, found ${kindOf(value)}`)
      }
      for (const arg of args) {
        if (typeof arg === 'object' && arg !== null)
          throw new FilterError(`takes no ${kindOf(arg).slice(2)} as an argument`)
        if (typeof arg === 'number' && Math.abs(arg) > 10_000)
          throw new FilterError(`${arg} is too large a number for it`)
      }
      const subject = limits.text === true ? String(value) : value
      const result = run(subject, ...args)
      return result instanceof String ? result.toString() : result
    },
  }
}

interface Limits {
  /** Takes a text; numbers are taken as texts. */
  readonly text?: boolean
  /** Searches with expressions that may take long: runs off the serving thread. */
  readonly elsewhere?: boolean
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  if (typeof value === 'string') return [...value]
  throw new FilterError(`needs a list, found ${kindOf(value)}`)
}

function dictionary(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new FilterError(`needs a dictionary, found ${kindOf(value)}`)
}

/** A member of an item along a dotted path, as `attribute="a.b"` names it. */
function attribute(item: unknown, path: unknown): unknown {
  if (typeof path !== 'string' && typeof path !== 'number') {
    throw new FilterError(`an attribute is named by a text, found ${kindOf(path)}`)
  }
  return String(path)
    .split('.')
    .reduce((value: unknown, name) => member(value, name), item)
}

function needAttribute(item: unknown, path: unknown): unknown {
  const value = attribute(item, path)
  if (value === undefined) throw new FilterError(`an item has no "${String(path)}"`)
  return value
}

function text(value: unknown): string {
  if (value === null) return ''
  if (value === undefined) throw new FilterError('an item is undefined')
  if (typeof value === 'object' || typeof value === 'function') {
    if (Array.isArray(value)) {
      currentMeter().step(value.length)
      return value.map(text).join(',')
    }
    throw new FilterError(
      `cannot make a text of ${kindOf(value)}; write "| to_json" or "| to_yaml"`,
    )
  }
  return String(value)
}

function order(left: unknown, right: unknown, caseSensitive: boolean): number {
  currentMeter().step()
  for (const value of [left, right]) {
    if (typeof value === 'object' && value !== null) {
      throw new FilterError(`cannot sort ${kindOf(value)}; name an attribute`)
    }
  }
  const [one, other] = [left, right].map((value) =>
    typeof value === 'string' && !caseSensitive ? value.toLowerCase() : value,
  ) as [string, string]
  return one < other ? -1 : one > other ? 1 : 0
}

function selectBy(wanted: boolean): Filter {
  return {
    params: ['attr'],
    run: (value, attr) =>
      list(value).filter((item) => Boolean(needAttribute(item, attr)) === wanted),
  }
}

/** `select("odd")`: items by a test; without one, by whether they are true. */
function selectByTest(wanted: boolean): Filter {
  return {
    params: ['test', 'argument'],
    run: (value, test, argument) => {
      if (test === undefined) return list(value).filter((item) => Boolean(item) === wanted)
      const run = typeof test === 'string' && Object.hasOwn(tests, test) ? tests[test] : undefined
      if (run === undefined) throw new FilterError(`there is no test "${text(test)}"`)
      return list(value).filter((item) => (run(item, argument) === true) === wanted)
    },
  }
}

const builtin: Readonly<Record<string, Filter>> = {
  abs: own('abs'),
  batch: own('batch', ['linecount', 'fill_with']),
  capitalize: own('capitalize', [], { text: true }),
  center: own('center', ['width'], { text: true }),
  default: {
    params: ['default_value', 'boolean'],
    run: (value, fallback, boolean) =>
      value === undefined || (boolean === true && !value) ? fallback : value,
  },
  dictsort: {
    params: ['case_sensitive', 'by'],
    run: (value, caseSensitive = false, by = 'key') => {
      const at = by === 'value' ? 1 : 0
      const pairs = Object.entries(dictionary(value))
      return pairs.sort((one, other) => order(one[at], other[at], caseSensitive === true))
    },
  },
  dump: {
    params: ['spaces'],
    run: (value, spaces) => {
      measure(value)
      return JSON.stringify(
        value,
        null,
        typeof spaces === 'number' || typeof spaces === 'string' ? spaces : undefined,
      )
    },
  },
  escape: own('escape', [], { text: true }),
  first: { params: [], run: (value) => list(value)[0] },
  float: {
    params: ['default'],
    run: (value, fallback = 0) =>
      typeof value === 'boolean'
        ? Number(value)
        : numberOr(Number.parseFloat(text(value)), fallback),
  },
  forceescape: own('forceescape', [], { text: true }),
  groupby: {
    params: ['attribute'],
    run: (value, path) => {
      const groups = new Map<string, unknown[]>()
      for (const item of list(value)) {
        const key = text(needAttribute(item, path))
        groups.set(key, [...(groups.get(key) ?? []), item])
      }
      return Object.fromEntries(groups)
    },
  },
  indent: {
    params: ['width', 'indentfirst'],
    run: (value, width = 4, first = false) => {
      const lines = text(value).split('\n')
      const spaces = typeof width === 'number' ? Math.max(0, width) : Number.NaN
      if (!Number.isInteger(spaces))
        throw new FilterError(`the width is a number, found ${kindOf(width)}`)
      currentMeter().grow(lines.length * (spaces + 1))
      return lines
        .map((line, at) => (at === 0 && first !== true ? line : `${' '.repeat(spaces)}${line}`))
        .join('\n')
    },
  },
  int: {
    params: ['default', 'base'],
    run: (value, fallback = 0, base = 10) => {
      if (typeof value === 'number' || typeof value === 'boolean') return Math.trunc(Number(value))
      return numberOr(Number.parseInt(text(value), Number(base)), fallback)
    },
  },
  join: {
    params: ['d', 'attribute'],
    run: (value, separator = '', path) => {
      const items = list(value).map((item) =>
        text(path === undefined ? item : needAttribute(item, path)),
      )
      return items.join(text(separator))
    },
  },
  last: { params: [], run: (value) => list(value).at(-1) },
  length: {
    params: [],
    run: (value) => {
      if (typeof value === 'string' || Array.isArray(value)) return value.length
      if (value === null) return 0
      return Object.keys(dictionary(value)).length
    },
  },
  list: {
    params: [],
    run: (value) => {
      if (typeof value === 'string' || Array.isArray(value)) return [...(value as unknown[])]
      return Object.entries(dictionary(value)).map(([key, item]) => ({ key, value: item }))
    },
  },
  lower: own('lower', [], { text: true }),
  nl2br: own('nl2br', [], { text: true }),
  reject: selectByTest(false),
  rejectattr: selectBy(false),
  replace: {
    params: ['old', 'new', 'count'],
    run: (value, old, replacement, count) => {
      if (old instanceof RegExp) {
        currentMeter().leaveServingThread()
        return text(value).replace(old, text(replacement))
      }
      const [subject, wanted, put] = [text(value), text(old), text(replacement)]
      // an empty text stands before, between and behind all characters
      const parts = wanted === '' ? ['', ...subject, ''] : subject.split(wanted)
      currentMeter().grow(parts.length * put.length)
      const times =
        typeof count === 'number' && count >= 0
          ? Math.min(count, parts.length - 1)
          : parts.length - 1
      return [
        ...parts.slice(0, times).map((part) => part + put),
        parts.slice(times).join(wanted),
      ].join('')
    },
  },
  reverse: {
    params: [],
    run: (value) => {
      const reversed = [...list(value)].reverse()
      return typeof value === 'string' ? reversed.join('') : reversed
    },
  },
  round: {
    params: ['precision', 'method'],
    run: (value, precision = 0, method = 'round') => {
      if (typeof value !== 'number') throw new FilterError(`needs a number, found ${kindOf(value)}`)
      if (typeof precision !== 'number')
        throw new FilterError(`the precision is a number, found ${kindOf(precision)}`)
      const factor = 10 ** precision
      const round = { ceil: Math.ceil, floor: Math.floor }[text(method)] ?? Math.round
      return round(value * factor) / factor
    },
  },
  safe: { params: [], run: (value) => value },
  select: selectByTest(true),
  selectattr: selectBy(true),
  slice: own('slice', ['slices', 'fill_with']),
  sort: {
    params: ['reverse', 'case_sensitive', 'attribute'],
    run: (value, reverse, caseSensitive, path) => {
      const key = (item: unknown) => (path === undefined ? item : needAttribute(item, path))
      const sorted = [...list(value)].sort((one, other) =>
        order(key(one), key(other), caseSensitive === true),
      )
      return reverse === true ? sorted.reverse() : sorted
    },
  },
  string: { params: [], run: text },
  striptags: own('striptags', ['preserve_linebreaks'], { text: true, elsewhere: true }),
  sum: {
    params: ['attribute', 'start'],
    run: (value, path, start = 0) => {
      const numbers = list(value).map((item) =>
        path === undefined ? item : needAttribute(item, path),
      )
      return numbers.reduce((sum: number, item) => {
        if (typeof item !== 'number') throw new FilterError(`cannot add ${kindOf(item)}`)
        return sum + item
      }, Number(start))
    },
  },
  title: own('title', [], { text: true }),
  trim: { params: [], run: (value) => text(value).trim() },
  truncate: own('truncate', ['length', 'killwords', 'end'], { text: true }),
  upper: own('upper', [], { text: true }),
  urlencode: {
    params: [],
    run: (value) => {
      if (typeof value !== 'object' || value === null) return encodeURIComponent(text(value))
      const pairs = Array.isArray(value) ? (value as unknown[]) : Object.entries(value)
      return pairs.map(queryPair).join('&')
    },
  },
  urlize: own('urlize', ['length', 'nofollow'], { text: true, elsewhere: true }),
  wordcount: own('wordcount', [], { text: true }),
}

/** `name=value` of a pair, for a query. */
function queryPair(pair: unknown): string {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new FilterError('needs a text, a dictionary or a list of pairs')
  }
  return pair.map((part: unknown) => encodeURIComponent(text(part))).join('=')
}

/** Counts what a value holds, since writing it out takes as much. A list that holds itself a billion times ends here. */
export function measure(value: unknown): void {
  const meter = currentMeter()
  const walk = (part: unknown): void => {
    meter.step()
    if (typeof part === 'string') meter.grow(part.length)
    if (typeof part !== 'object' || part === null) return
    for (const item of Object.values(part)) walk(item)
  }
  walk(value)
}

function numberOr(value: number, fallback: unknown): unknown {
  return Number.isNaN(value) ? fallback : value
}

const aliases: Readonly<Record<string, string>> = { d: 'default', e: 'escape' }

/** A filter of Nunjucks by its name. `random` is left out: a configuration is the same each time it is fetched. */
export function findBuiltinFilter(name: string): Filter | undefined {
  const known = Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name
  return Object.hasOwn(builtin, known) ? builtin[known] : undefined
}

/** The names of all of them, for the reference. */
export const builtinFilterNames: readonly string[] = [
  ...Object.keys(builtin),
  ...Object.keys(aliases),
].sort()
