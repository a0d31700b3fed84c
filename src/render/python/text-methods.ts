/**
 * The methods of Python's `str`.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { needCount, needText, place, placeInOrder, type Signature } from './arguments.ts'
import { refused, undefinedFault, ValueFault } from './fault.ts'
import { formatText } from './format-text.ts'
import { iterate } from './iterate.ts'
import { textLength, trim } from './text.ts'
import { capitalize, foldCase, isTitle, title } from './text-case.ts'
import { needSeparator, replaceText, split, splitLines, strip } from './text-pieces.ts'
import { count, find, found, part } from './text-search.ts'
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

function padding(name: string, text: string, width: unknown, fill: unknown): [number, string] {
  const character = fill === undefined ? ' ' : needText(`.${name}()`, fill)
  if (textLength(character) !== 1) {
    throw new ValueFault(`.${name}() fills with exactly one character`)
  }
  const missing = Math.max(0, needCount(`.${name}()`, width) - textLength(text))
  currentMeter().grow(missing)
  return [missing, character]
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
