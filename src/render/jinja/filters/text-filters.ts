/**
 * Jinja2's filters on text.
 * @module
 */
import { currentMeter } from '../../current-meter.ts'
import { needCount, needText, type Signature } from '../../python/arguments.ts'
import { truth } from '../../python/compare.ts'
import { refused, ValueFault } from '../../python/fault.ts'
import { percent } from '../../python/format-percent.ts'
import { isIterable, listOf } from '../../python/iterate.ts'
import { toDouble } from '../../python/number.ts'
import { repr, str, textLength, trim } from '../../python/text.ts'
import { capitalize } from '../../python/text-case.ts'
import { textMethods } from '../../python/text-methods.ts'
import { replaceText, splitLines, stripCharacters } from '../../python/text-pieces.ts'
import { Markup, PyDict, Tuple, typeName, Undefined } from '../../python/values.ts'
import type { JinjaFilter } from '../vocabulary.ts'
import { type Filters, filter, textFilter, textOf } from './define.ts'
import { toFloatValue } from './number-filters.ts'
import { wrapLine } from './text-wrap.ts'

const wordStart = /([-\s({[<]+)/u

function title(text: string): string {
  return text
    .split(wordStart)
    .map((part) => {
      const [first = ''] = part
      return first.toUpperCase() + part.slice(first.length).toLowerCase()
    })
    .join('')
}

function center(text: string, width: unknown): string {
  const run = textMethods.get('center')
  return String(run?.(text, { positional: [width ?? 80], named: undefined }))
}

/** What is made of text that is marked as safe is marked, too. */
function alike(value: unknown, text: string): unknown {
  return value instanceof Markup ? new Markup(text) : text
}

/** A filter on text that keeps the mark. */
function keepingFilter(
  name: string,
  signature: Signature,
  run: (text: string, args: readonly unknown[]) => string,
): [string, JinjaFilter] {
  return filter(name, signature, (value, args) => alike(value, run(str(value), args)))
}

function indent(
  value: unknown,
  [width = 4, first = false, blank = false]: readonly unknown[],
): unknown {
  const text = textOf(value)
  if (text === undefined) throw new ValueFault(`indent() needs a text, found ${typeName(value)}`)
  const by =
    typeof width === 'string' ? width : ' '.repeat(Math.max(0, needCount('indent()', width)))
  const lines = splitLines(`${text}\n`)
  currentMeter().grow(text.length + lines.length * by.length)
  const indented = lines.map((line, at) =>
    at > 0 && (truth(blank) || line !== '') ? by + line : line,
  )
  return alike(value, (truth(first) ? by : '') + indented.join('\n'))
}

function truncate(value: unknown, text: string, args: readonly unknown[]): unknown {
  const [length = 255, killWords = false, end = '...', leeway = 5] = args
  const most = needCount('truncate()', length)
  const mark = needText('truncate()', end)
  const markLength = textLength(mark)
  if (most < markLength) throw new ValueFault(`truncate(): the length is at least ${markLength}`)
  const spare = needCount('truncate()', leeway ?? 5)
  if (spare < 0) throw new ValueFault('truncate(): the leeway is not negative')
  const all = [...text]
  if (all.length <= most + spare) return value
  const cut = all.slice(0, most - markLength).join('')
  const space = truth(killWords) ? -1 : cut.lastIndexOf(' ')
  const kept = space === -1 ? cut : cut.slice(0, space)
  return alike(value, kept + (value instanceof Markup ? escapeHtml(mark) : mark))
}

function wordwrap(text: string, args: readonly unknown[]): string {
  const [width = 79, breakLong = true, wrapString = '\n', breakHyphens = true] = args
  const columns = needCount('wordwrap()', width)
  if (columns <= 0) throw new ValueFault('wordwrap(): the width is at least 1')
  const by = wrapString === null ? '\n' : needText('wordwrap()', wrapString)
  const rules = { width: columns, breakLong: truth(breakLong), breakHyphens: truth(breakHyphens) }
  return splitLines(text)
    .map((line) => wrapLine(line, rules).join(by))
    .join(by)
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, (character) => htmlEscapes[character] ?? character)
}

function escaped(value: unknown): Markup {
  return value instanceof Markup ? value : new Markup(escapeHtml(str(value)))
}

/** ` name="value"` for each pair that has a value. */
function xmlAttributes(value: unknown, [space = true]: readonly unknown[]): string {
  if (!(value instanceof PyDict)) {
    throw new ValueFault(`xmlattr() needs a dictionary, found ${typeName(value)}`)
  }
  const pairs = value
    .entries()
    .filter(([, each]) => each !== null && !(each instanceof Undefined))
    .map(([key, each]) => `${attributeName(key)}="${escaped(each).text}"`)
  const text = pairs.join(' ')
  return text !== '' && truth(space) ? ` ${text}` : text
}

/** Names that would begin another attribute, or end the tag, are refused. */
function attributeName(key: unknown): string {
  const name = needText('xmlattr()', key)
  if (/[ \t-\r/>=]/.test(name)) {
    throw new ValueFault(`xmlattr(): "${name.slice(0, 40)}" is no name of an attribute`)
  }
  return escaped(key).text
}

/** The text without what stands from one mark to the next other one. */
function without(text: string, from: string, to: string): string {
  const kept: string[] = []
  let at = 0
  for (;;) {
    const start = text.indexOf(from, at)
    const end = start === -1 ? -1 : text.indexOf(to, start + from.length)
    if (end === -1) break
    kept.push(text.slice(at, start))
    at = end + to.length
  }
  return kept.join('') + text.slice(at)
}

function stripTags(value: unknown): string {
  const bare = without(without(str(value), '<!--', '-->'), '<', '>')
  const text = trim(bare).split(/\s+/).join(' ')
  return text.replace(/&(?:(amp|lt|gt|quot)|#(\d{1,7}));|&\w+;/g, (whole, name, code) => {
    if (name !== undefined)
      return { amp: '&', lt: '<', gt: '>', quot: '"' }[name as string] ?? whole
    if (code !== undefined) return String.fromCodePoint(Number(code))
    throw refused(`the HTML entity ${whole} in striptags()`)
  })
}

/** Python's `quote`: everything but letters, digits and a few marks in percent signs. */
function quote(value: unknown, safe: string): string {
  return encodeURIComponent(str(value))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', safe.includes('/') ? '/' : '%2F')
}

function urlencode(value: unknown): string {
  if (textOf(value) !== undefined || !isIterable(value)) return quote(value, '/')
  const pairs: unknown[] = value instanceof PyDict ? value.entries() : listOf(value)
  return pairs
    .map((pair) => {
      if (!Array.isArray(pair) || pair.length !== 2) throw new ValueFault('urlencode() needs pairs')
      return pair.map((part: unknown) => quote(part, '').replaceAll('%20', '+')).join('=')
    })
    .join('&')
}

const decimalUnits = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
const binaryUnits = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']

function fileSizeFormat(value: unknown, [binary = false]: readonly unknown[]): string {
  const bytes = toDouble(toFloatValue(value))
  const [base, units] = truth(binary) ? [1024, binaryUnits] : [1000, decimalUnits]
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${BigInt(Math.trunc(bytes))} Bytes`
  for (const [at, unit] of units.entries()) {
    const next = Number(BigInt(base) ** BigInt(at + 2))
    if (bytes < next || at === units.length - 1) {
      return `${percent('%.1f', (base * bytes) / next)} ${unit}`
    }
  }
  return ''
}

function format(value: unknown, positional: readonly unknown[], named: PyDict): unknown {
  if (positional.length > 0 && named.size > 0) {
    throw new ValueFault('format() takes values by place or by name, not both')
  }
  if (value instanceof Markup) throw refused('format() of text that is marked as safe')
  return percent(str(value), named.size > 0 ? named : Tuple.with(positional))
}

/** One line of `pprint`; what takes several is not printed here. */
function pretty(value: unknown): string {
  const text = repr(sorted(value))
  if (text.length > 80)
    throw refused('pprint() of what takes more than one line', 'use to_nice_json')
  return text
}

function sorted(value: unknown): unknown {
  currentMeter().step()
  if (Array.isArray(value))
    return value instanceof Tuple ? Tuple.with(value.map(sorted)) : value.map(sorted)
  if (!(value instanceof PyDict)) return value
  const entries = value.entries().map(([key, inner]) => [key, sorted(inner)] as const)
  if (entries.some(([key]) => typeof key !== 'string'))
    throw refused('pprint() of keys that are no texts')
  return PyDict.from(entries.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)))
}

/** Filters that give text for text. */
export const textFilters: Filters = new Map([
  keepingFilter('upper', [], (text) => text.toUpperCase()),
  keepingFilter('lower', [], (text) => text.toLowerCase()),
  keepingFilter('capitalize', [], (text) => capitalize(text)),
  textFilter('title', [], (text) => title(text)),
  keepingFilter('trim', ['chars?'], (text, [chars]) =>
    chars === undefined || chars === null
      ? trim(text)
      : stripCharacters('strip', text, needText('trim()', chars)),
  ),
  keepingFilter('center', ['width?'], (text, [width]) => center(text, width)),
  textFilter('replace', ['old', 'new', 'count?'], (text, [old, by, count]) => {
    const most = count === undefined || count === null ? -1 : needCount('replace()', count)
    return replaceText(text, str(old), str(by), most)
  }),
  filter('indent', ['width?', 'first?', 'blank?'], indent),
  filter('truncate', ['length?', 'killwords?', 'end?', 'leeway?'], (value, args) => {
    const text = textOf(value)
    if (text === undefined)
      throw new ValueFault(`truncate() needs a text, found ${typeName(value)}`)
    return truncate(value, text, args)
  }),
  filter(
    'wordwrap',
    ['width?', 'break_long_words?', 'wrapstring?', 'break_on_hyphens?'],
    (value, args) => wordwrap(needText('wordwrap()', value), args),
  ),
  textFilter('wordcount', [], (text) => (text.match(/[\p{L}\p{N}_]+/gu) ?? []).length),
  filter('string', [], (value) => (value instanceof Markup ? value : str(value))),
  filter('escape', [], escaped),
  filter('e', [], escaped),
  filter('forceescape', [], (value) => new Markup(escapeHtml(str(value)))),
  filter('safe', [], (value) => (value instanceof Markup ? value : new Markup(str(value)))),
  filter('xmlattr', ['autospace?'], xmlAttributes),
  filter('striptags', [], stripTags),
  filter('urlencode', [], urlencode),
  filter('filesizeformat', ['binary?'], fileSizeFormat),
  filter('pprint', [], pretty),
  ['format', (value, { positional, named }) => format(value, positional, PyDict.from(named ?? []))],
])
