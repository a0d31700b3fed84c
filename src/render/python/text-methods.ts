/**
 * The methods of Python's `str`.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { needCount, needText, place, placeInOrder, type Signature } from './arguments.ts'
import { refused, undefinedFault, ValueFault } from './fault.ts'
import { formatText } from './format-text.ts'
import { iterate } from './iterate.ts'
import { hasWideCharacters, textLength, trim, trimEnd, trimStart, whiteSpace } from './text.ts'
import { type CallArguments, Markup, PyDict, Tuple, typeName, Undefined } from './values.ts'

type Method = (text: string, args: CallArguments) => unknown

/** Methods whose arguments may be given by name. */
const namedToo = new Set(['encode', 'expandtabs', 'rsplit', 'split', 'splitlines'])

/** A method with a signature; the arguments come in its order. */
function method(
  name: string,
  signature: Signature,
  run: (text: string, ...args: unknown[]) => unknown,
): [string, Method] {
  const put = namedToo.has(name) ? place : placeInOrder
  return [name, (text, args) => run(text, ...put(`.${name}()`, signature, args))]
}

/** Methods that take nothing and ask a question of all characters. */
function question(name: string, ask: (text: string) => boolean): [string, Method] {
  return method(name, [], (text) => ask(text))
}

/** Python's methods of a text, by name. */
export const textMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  method('capitalize', [], capitalize),
  method('casefold', [], foldCase),
  method('center', ['width', 'fillchar?'], (text, width, fill) => {
    const [count, character] = padding('center', text, width, fill)
    const length = textLength(text)
    // the odd one goes to the left when the width is odd
    const left = (count >> 1) + (count & (length + count) & 1)
    return character.repeat(left) + text + character.repeat(count - left)
  }),
  method('count', ['sub', 'start?', 'end?'], (text, sub, start, end) =>
    count(part(text, start, end), needText('.count()', sub)),
  ),
  method('endswith', ['suffix', 'start?', 'end?'], (text, suffix, start, end) =>
    oneOf('.endswith()', suffix, (each) => part(text, start, end)?.endsWith(each) === true),
  ),
  method('expandtabs', ['tabsize?'], (text, size) =>
    expandTabs(text, size === undefined ? 8 : needCount('.expandtabs()', size)),
  ),
  method('find', ['sub', 'start?', 'end?'], (text, sub, start, end) =>
    find('find', text, sub, start, end),
  ),
  ['format', (text, args) => formatText(text, args.positional, args.named ?? new Map())],
  method('format_map', ['mapping'], (text, mapping) => {
    if (!(mapping instanceof PyDict)) throw new ValueFault('.format_map() needs a dictionary')
    return formatText(text, [], mapping)
  }),
  method('index', ['sub', 'start?', 'end?'], (text, sub, start, end) =>
    found('index', find('find', text, sub, start, end)),
  ),
  question('isalnum', (text) => /^[\p{L}\p{Nd}\p{Nl}\p{No}]+$/u.test(text)),
  question('isalpha', (text) => /^\p{L}+$/u.test(text)),
  question('isascii', (text) => /^[\0-\x7f]*$/.test(text)),
  question('isdecimal', (text) => /^\p{Nd}+$/u.test(text)),
  question('isdigit', (text) => digitsOnly.test(text)),
  question('isidentifier', (text) => /^[\p{XID_Start}_][\p{XID_Continue}]*$/u.test(text)),
  question(
    'islower',
    (text) => /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text),
  ),
  question('isnumeric', (text) => {
    // some of the letters of Chinese are numbers
    if (/\p{Script=Han}/u.test(text)) throw refused('.isnumeric() of Chinese letters')
    return /^[\p{Nd}\p{Nl}\p{No}]+$/u.test(text)
  }),
  question('isprintable', (text) => !/[^\P{C}]|[^\P{Z} ]/u.test(text)),
  question('isspace', (text) => text !== '' && trim(text) === ''),
  question('istitle', isTitle),
  question(
    'isupper',
    (text) => /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text),
  ),
  method('join', ['iterable'], join),
  method('ljust', ['width', 'fillchar?'], (text, width, fill) => {
    const [missing, character] = padding('ljust', text, width, fill)
    return text + character.repeat(missing)
  }),
  method('lower', [], (text) => text.toLowerCase()),
  method('lstrip', ['chars?'], (text, chars) => strip('lstrip', text, chars)),
  method('partition', ['sep'], (text, separator) => {
    const by = needSeparator('partition', separator)
    const at = text.indexOf(by)
    return at === -1
      ? Tuple.with([text, '', ''])
      : Tuple.with([text.slice(0, at), by, text.slice(at + by.length)])
  }),
  method('removeprefix', ['prefix'], (text, prefix) => {
    const begin = needText('.removeprefix()', prefix)
    return text.startsWith(begin) ? text.slice(begin.length) : text
  }),
  method('removesuffix', ['suffix'], (text, suffix) => {
    const end = needText('.removesuffix()', suffix)
    return end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text
  }),
  method('replace', ['old', 'new', 'count?'], (text, old, by, most) =>
    replaceText(
      text,
      needText('.replace()', old),
      needText('.replace()', by),
      most === undefined ? -1 : needCount('.replace()', most),
    ),
  ),
  method('rfind', ['sub', 'start?', 'end?'], (text, sub, start, end) =>
    find('rfind', text, sub, start, end),
  ),
  method('rindex', ['sub', 'start?', 'end?'], (text, sub, start, end) =>
    found('rindex', find('rfind', text, sub, start, end)),
  ),
  method('rjust', ['width', 'fillchar?'], (text, width, fill) => {
    const [missing, character] = padding('rjust', text, width, fill)
    return character.repeat(missing) + text
  }),
  method('rpartition', ['sep'], (text, separator) => {
    const by = needSeparator('rpartition', separator)
    const at = text.lastIndexOf(by)
    return at === -1
      ? Tuple.with(['', '', text])
      : Tuple.with([text.slice(0, at), by, text.slice(at + by.length)])
  }),
  method('rsplit', ['sep?', 'maxsplit?'], (text, separator, most) =>
    split('rsplit', text, separator, most),
  ),
  method('rstrip', ['chars?'], (text, chars) => strip('rstrip', text, chars)),
  method('split', ['sep?', 'maxsplit?'], (text, separator, most) =>
    split('split', text, separator, most),
  ),
  method('splitlines', ['keepends?'], (text, keep) =>
    splitLines(text, keep !== undefined && needCount('.splitlines()', keep) !== 0),
  ),
  method('startswith', ['prefix', 'start?', 'end?'], (text, prefix, start, end) =>
    oneOf('.startswith()', prefix, (each) => part(text, start, end)?.startsWith(each) === true),
  ),
  method('strip', ['chars?'], (text, chars) => strip('strip', text, chars)),
  method('swapcase', [], (text) =>
    text.replace(/[\p{Lowercase}\p{Uppercase}]/gu, (letter) =>
      /\p{Lowercase}/u.test(letter) ? letter.toUpperCase() : letter.toLowerCase(),
    ),
  ),
  method('title', [], title),
  method('upper', [], (text) => text.toUpperCase()),
  method('zfill', ['width'], (text, width) => {
    const missing = Math.max(0, needCount('.zfill()', width) - textLength(text))
    currentMeter().grow(missing)
    const sign = /^[-+]/.test(text) ? text.charAt(0) : ''
    return sign + '0'.repeat(missing) + text.slice(sign.length)
  }),
])

/** Methods of a text that Python has and templates here do not. */
export const refusedTextMethods: ReadonlySet<string> = new Set(['encode', 'maketrans', 'translate'])

/** Decimal digits, and those that stand raised, lowered or in a circle. */
const digitsOnly =
  /^[\p{Nd}²³¹⁰⁴-⁹₀-₉\u1369-\u1371\u19da\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]+$/u

/** Capitals only where no cased letter stands before, small letters only where one does. */
function isTitle(text: string): boolean {
  let inWord = false
  let any = false
  for (const character of text) {
    const isCapital = /[\p{Uppercase}\p{Lt}]/u.test(character)
    if (isCapital ? inWord : /\p{Lowercase}/u.test(character) && !inWord) return false
    inWord = isCapital || /\p{Lowercase}/u.test(character)
    any ||= inWord
  }
  return any
}

/** `text.casefold()` */
function foldCase(text: string): string {
  return Array.from(text, foldCharacter).join('')
}

function foldCharacter(character: string): string {
  if (character === 'ı') return character
  if (character === 'ẞ') return 'ss'
  // Cherokee alone is folded to its capitals
  if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(character)) return character.toUpperCase()
  return character.toUpperCase().toLowerCase()
}

/** The first character in title case, the rest in lower case. */
export function capitalize(text: string): string {
  const [first = ''] = text
  return titleCase(first) + text.slice(first.length).toLowerCase()
}

/** Letters that stand for two have a form of their own in title case; Georgian has capitals, but not in titles. */
function titleCase(character: string): string {
  const pair = /[Ǆ-ǌǱ-ǳ]/.test(character) ? titlePairs[character.toLowerCase()] : undefined
  if (pair !== undefined) return pair
  if (/[\u10d0-\u10ff]/.test(character)) return character
  if (character === 'ŉ') return 'ʼN'
  if (greekWithIota.test(character)) throw refused(`a capital of "${character}"`)
  const upper = character.toUpperCase()
  // one letter that becomes two, such as ß, begins with a capital only
  return upper.length > character.length ? upper.charAt(0) + upper.slice(1).toLowerCase() : upper
}

const titlePairs: Readonly<Record<string, string>> = { ǆ: 'ǅ', ǉ: 'ǈ', ǌ: 'ǋ', ǳ: 'ǲ' }
const greekWithIota =
  /[\u1f80-\u1faf\u1fb2-\u1fb4\u1fb7\u1fbc\u1fc2-\u1fc4\u1fc7\u1fcc\u1ff2-\u1ff4\u1ff7\u1ffc]/

/** Every letter after something that is no letter is a capital. */
export function title(text: string): string {
  const cased = /[\p{Lt}\p{Uppercase}\p{Lowercase}]+/gu
  return text.replace(cased, capitalize)
}

function padding(name: string, text: string, width: unknown, fill: unknown): [number, string] {
  const character = fill === undefined ? ' ' : needText(`.${name}()`, fill)
  if (textLength(character) !== 1) {
    throw new ValueFault(`.${name}() fills with exactly one character`)
  }
  const missing = Math.max(0, needCount(`.${name}()`, width) - textLength(text))
  currentMeter().grow(missing)
  return [missing, character]
}

/** `text[start:end]`; undefined where the start is beyond the end, in which nothing is found. */
function part(text: string, start: unknown, end: unknown): string | undefined {
  if (start === undefined && end === undefined) return text
  const all = hasWideCharacters(text) ? [...text] : text
  const from = placeOf(start, 0, all.length)
  const to = Math.min(placeOf(end, all.length, all.length), all.length)
  if (from > all.length || from > to) return undefined
  return typeof all === 'string' ? all.slice(from, to) : all.slice(from, to).join('')
}

function placeOf(value: unknown, otherwise: number, size: number): number {
  if (value === undefined || value === null) return otherwise
  const at = needCount('a place in a text', value)
  return at < 0 ? Math.max(0, at + size) : at
}

function find(
  way: 'find' | 'rfind',
  text: string,
  sub: unknown,
  start: unknown,
  end: unknown,
): number {
  const wanted = needText(`.${way}()`, sub)
  const within = part(text, start, end)
  if (within === undefined) return -1
  const at = way === 'find' ? within.indexOf(wanted) : within.lastIndexOf(wanted)
  if (at === -1) return -1
  const before = hasWideCharacters(text) ? textLength(within.slice(0, at)) : at
  return before + placeOf(start, 0, textLength(text))
}

function found(name: string, at: number): number {
  if (at === -1) throw new ValueFault(`.${name}(): the text is not in there`)
  return at
}

function count(text: string | undefined, sub: string): number {
  if (text === undefined) return 0
  return sub === '' ? textLength(text) + 1 : text.split(sub).length - 1
}

function oneOf(name: string, wanted: unknown, test: (each: string) => boolean): boolean {
  if (wanted instanceof Tuple) return wanted.some((each) => test(needText(name, each)))
  return test(needText(name, wanted))
}

/** `text.expandtabs(size)` */
function expandTabs(text: string, size: number): string {
  let column = 0
  return text.replace(/\t|[\r\n]|[^\t\r\n]+/gu, (piece) => {
    if (piece === '\n' || piece === '\r') {
      column = 0
      return piece
    }
    if (piece !== '\t') {
      column += textLength(piece)
      return piece
    }
    if (size <= 0) return ''
    const spaces = size - (column % size)
    column += spaces
    currentMeter().grow(spaces)
    return ' '.repeat(spaces)
  })
}

function join(separator: string, iterable: unknown): string {
  const parts: string[] = []
  const items = iterate(iterable)
  let size = 0
  for (let next = items.next(); next.done !== true; next = items.next()) {
    currentMeter().step()
    if (next.value instanceof Undefined) throw undefinedFault(next.value.what)
    const text = next.value instanceof Markup ? next.value.text : next.value
    if (typeof text !== 'string') {
      throw new ValueFault(
        `.join() needs texts, found ${typeName(text)}`,
        'failed',
        'write "| join(…)"',
      )
    }
    size += text.length + separator.length
    parts.push(text)
  }
  currentMeter().grow(size)
  return parts.join(separator)
}

function needSeparator(name: string, value: unknown): string {
  const separator = needText(`.${name}()`, value)
  if (separator === '') throw new ValueFault(`.${name}(): the separator is empty`)
  return separator
}

/** `text.replace(old, new, most)`; all of them where `most` is negative. */
export function replaceText(text: string, old: string, by: string, most: number): string {
  if (old === '') return replaceNothing(text, by, most)
  const pieces = text.split(old)
  const times = most < 0 ? pieces.length - 1 : Math.min(most, pieces.length - 1)
  currentMeter().step(1 + (text.length >> 6))
  currentMeter().grow(text.length + times * by.length)
  if (times === pieces.length - 1) return pieces.join(by)
  return pieces.slice(0, times + 1).join(by) + old + pieces.slice(times + 1).join(old)
}

/** Between all characters, before the first and after the last. */
function replaceNothing(text: string, by: string, most: number): string {
  const all = [...text]
  const times = most < 0 ? all.length + 1 : Math.min(most, all.length + 1)
  currentMeter().grow(text.length + times * by.length)
  const pieces = all.map((character, at) => (at < times ? by : '') + character)
  return pieces.join('') + (times > all.length ? by : '')
}

function strip(way: 'strip' | 'lstrip' | 'rstrip', text: string, chars: unknown): string {
  if (chars === undefined || chars === null) {
    if (way === 'strip') return trim(text)
    return way === 'lstrip' ? trimStart(text) : trimEnd(text)
  }
  return stripCharacters(way, text, needText(`.${way}()`, chars))
}

/** Takes characters of a set away from one end or both. */
export function stripCharacters(
  way: 'strip' | 'lstrip' | 'rstrip',
  text: string,
  chars: string,
): string {
  const set = new Set(chars)
  const all = [...text]
  let start = 0
  let end = all.length
  if (way !== 'rstrip') while (start < end && set.has(all[start] ?? '')) start++
  if (way !== 'lstrip') while (end > start && set.has(all[end - 1] ?? '')) end--
  return all.slice(start, end).join('')
}

const words = new RegExp(`[^${whiteSpace}]+`, 'g')

function split(way: 'split' | 'rsplit', text: string, separator: unknown, most: unknown): string[] {
  const limit = most === undefined ? -1 : needCount(`.${way}()`, most)
  currentMeter().step(1 + (text.length >> 6))
  const pieces =
    separator === undefined || separator === null
      ? splitWords(way, text, limit)
      : splitBy(way, text, needSeparator(way, separator), limit)
  currentMeter().grow(text.length + (pieces.length << 3))
  return pieces
}

function splitBy(way: 'split' | 'rsplit', text: string, by: string, limit: number): string[] {
  const pieces = text.split(by)
  if (limit < 0 || pieces.length <= limit + 1) return pieces
  if (way === 'split') return [...pieces.slice(0, limit), pieces.slice(limit).join(by)]
  const rest = pieces.length - limit
  return [pieces.slice(0, rest).join(by), ...pieces.slice(rest)]
}

function splitWords(way: 'split' | 'rsplit', text: string, limit: number): string[] {
  const found = [...text.matchAll(words)]
  const all = found.map(([word]) => word)
  if (limit < 0 || all.length <= limit) return all
  if (way === 'split') {
    const rest = found[limit]
    return rest === undefined ? all : [...all.slice(0, limit), trimEnd(text.slice(rest.index))]
  }
  const last = found[found.length - limit - 1]
  if (last === undefined) return all
  const rest = trimStart(text.slice(0, last.index + last[0].length))
  return [rest, ...all.slice(found.length - limit)]
}

/** Lines, at every line end that Python knows. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines =
    text.match(
      /[^\n\v\f\r\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]|$)/g,
    ) ?? []
  // the pattern also matches nothing at the end
  if (lines.at(-1) === '') lines.pop()
  currentMeter().grow(text.length + (lines.length << 3))
  return keepEnds
    ? lines
    : lines.map((line) => line.replace(/(?:\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029])$/, ''))
}
