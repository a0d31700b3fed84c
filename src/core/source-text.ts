/**
 * Text that an operator wrote, kept as the bytes of the file, and places in it.
 * @module
 */
import type { SourceLocation } from './problem.ts'

/** One file as it was read. Offsets count bytes from 0; a byte order mark, if any, is part of the bytes. */
export interface SourceText {
  readonly file: string
  readonly bytes: Uint8Array
  /** The text between two offsets. Both must be at the border of a character. */
  text(start: number, end: number): string
  /** Whether a piece of ASCII text stands anywhere in the file. */
  includes(text: string): boolean
}

/** How many bytes a UTF-8 byte order mark takes at the beginning: 3 or 0. */
export function byteOrderMarkLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** Line and column at every so many bytes of a file, found as far as somebody has asked. */
interface PlaceIndex {
  readonly lines: number[]
  readonly columns: number[]
}

const indexStep = 4096

// kept as long as the bytes are: a mistake in a group can make every one of 100,000 switches ask for its place
const placeIndexes = new WeakMap<Uint8Array, PlaceIndex>()

/** File, line and column of an offset. Columns count characters, not bytes. */
export function locate(source: SourceText, offset: number): SourceLocation {
  const { bytes } = source
  const end = Math.min(offset, bytes.length)
  const step = Math.floor(end / indexStep)
  const index = placeIndexes.get(bytes) ?? beginIndex(bytes)
  while (index.lines.length <= step) {
    const at = index.lines.length
    const next = placeAt(bytes, index, at - 1, at * indexStep)
    index.lines.push(next.line)
    index.columns.push(next.column)
  }
  const { line, column } = placeAt(bytes, index, step, end)
  return { file: source.file, line, column: Math.max(1, column) }
}

function beginIndex(bytes: Uint8Array): PlaceIndex {
  // a byte order mark would count as one character
  const index = { lines: [1], columns: [byteOrderMarkLength(bytes) > 0 ? 0 : 1] }
  placeIndexes.set(bytes, index)
  return index
}

function placeAt(
  bytes: Uint8Array,
  index: PlaceIndex,
  step: number,
  end: number,
): { line: number; column: number } {
  let line = index.lines[step] ?? 1
  let column = index.columns[step] ?? 1
  for (let at = step * indexStep; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte === 10) {
      line++
      column = 1
    } else if ((byte & 0xc0) !== 0x80) {
      // continuation bytes of a UTF-8 character have the form 10xxxxxx
      column++
    }
  }
  return { line, column }
}

/**
 * A function from places in a text (UTF-16 units) to byte offsets of its source, of which the text is the part between `start`
 * and `end`. Quick for ASCII, and where one place is near the one asked for before.
 */
export function byteOffsets(text: string, start: number, end: number): (place: number) => number {
  if (text.length === end - start) return (place) => start + place
  let lastPlace = 0
  let lastOffset = start
  return (place) => {
    lastOffset +=
      place < lastPlace ? -utf8Length(text, place, lastPlace) : utf8Length(text, lastPlace, place)
    lastPlace = place
    return lastOffset
  }
}

function utf8Length(text: string, from: number, to: number): number {
  let bytes = 0
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at)
    // each half of a surrogate pair counts for two of the four bytes
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return bytes
}

/** Data as JSON and YAML can state it. */
export type Data = null | boolean | number | string | readonly Data[] | Dictionary

/** A mapping of an operator's file: only own keys count, and any name may be one of them. */
export interface Dictionary {
  readonly [key: string]: Data
}

export function isDictionary(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Sets an own key. A plain assignment of `__proto__` would change the prototype instead. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else {
    target[key] = value
  }
}

/** The value of an own key, else undefined: what a prototype holds is not data. */
export function ownValue(dictionary: Dictionary, key: string): Data | undefined {
  return Object.hasOwn(dictionary, key) ? dictionary[key] : undefined
}

/**
 * A value with its place in a text: `start` is the offset of its first character. `text` is how a plain scalar was written,
 * undefined for one that is text whatever it looks like: it is quoted, or an identifier.
 */
export type SourceNode =
  | {
      readonly kind: 'scalar'
      readonly start: number
      readonly value: Data
      readonly text: string | undefined
    }
  | { readonly kind: 'list'; readonly start: number; readonly items: readonly SourceNode[] }
  | { readonly kind: 'dictionary'; readonly start: number; readonly pairs: readonly SourcePair[] }

export interface SourcePair {
  readonly key: string
  readonly keyStart: number
  readonly value: SourceNode
}

/** The value of a node, without loss. Of a key that comes twice the last one counts. */
export function nodeValue(node: SourceNode): Data {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(nodeValue)
  const result: Record<string, Data> = {}
  for (const pair of node.pairs) setOwn(result, pair.key, nodeValue(pair.value))
  return result
}

/**
 * What a number means in a template: the number, or its text where a JavaScript number would lose digits
 * (integers above 2^53 and numbers that overflow).
 */
export function numberFromText(text: string): number | string {
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value
}

/** A finite float as JSON writes it, with the fewest digits that give it back: always with a point or an exponent. */
export function floatJson(value: number): string {
  const shortest = String(value)
  return /[.e]/.test(shortest) ? shortest : `${Object.is(value, -0) ? '-0' : shortest}.0`
}

/** A decimal like `4.30` or `1.0`, which a template would print as `4.3` and `1`. */
export function isVersionLike(text: string): boolean {
  return /^[-+]?\d*\.\d*0$/.test(text)
}

/** A decimal with more digits than a JavaScript number holds. */
export function isTooPrecise(text: string): boolean {
  return significantDigits(text) !== significantDigits(String(Number(text)))
}

function significantDigits(number: string): string {
  const [mantissa = ''] = number.split(/e/i)
  return mantissa.replace(/\D/g, '').replace(/^0+|0+$/g, '')
}

/** Nesting beyond this is refused: no configuration needs it, and every later step may recurse. */
export const maxDepth = 100

/** At most `max` characters of a value, for a message; control characters are shown as escapes. */
export function excerpt(value: unknown, max = 60): string {
  const text =
    typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  return text.length <= max ? text : `${text.slice(0, max)}…`
}
