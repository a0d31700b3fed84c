/**
 * How Python prints a value: `str()` and `repr()`. Characters are code points, as in Python.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { refused, undefinedFault, ValueFault } from './fault.ts'
import { numberText } from './number.ts'
import {
  Callable,
  DictView,
  Markup,
  Namespace,
  Nothing,
  PyDict,
  PyRange,
  Thing,
  Tuple,
  typeName,
  Undefined,
  WholeFloat,
} from './values.ts'

/** Nesting deeper than this is no configuration, and would overflow the stack. */
export const maxDepth = 200

/** `str(value)` */
export function str(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  if (value instanceof Nothing) return ''
  const text = (value instanceof Thing ? value.print() : undefined) ?? repr(value)
  currentMeter().grow(text.length)
  return text
}

/** `repr(value)`: texts stand in quotes. */
export function repr(value: unknown): string {
  return new Printer().print(value, 0)
}

/** Prints one value; what contains itself prints as dots there. */
class Printer {
  private readonly within: unknown[] = []

  print(value: unknown, depth: number): string {
    if (typeof value === 'string') return quoted(value)
    if (value === null) return 'None'
    if (typeof value === 'boolean') return value ? 'True' : 'False'
    if (typeof value === 'number' || typeof value === 'bigint') return numberText(value)
    if (value instanceof WholeFloat) return numberText(value)
    if (value instanceof Undefined) throw undefinedFault(value.what)
    if (value === undefined) throw undefinedFault('the value')
    currentMeter().step()
    if (depth > maxDepth) throw new ValueFault(`a value nested more than ${maxDepth} levels deep`)
    return this.printObject(value, depth)
  }

  private printObject(value: unknown, depth: number): string {
    if (Array.isArray(value)) return this.printList(value as unknown[], depth)
    if (value instanceof PyDict) {
      const pairs = () =>
        value
          .entries()
          .map(([key, item]) => `${this.print(key, depth + 1)}: ${this.print(item, depth + 1)}`)
      return this.once(value, '{...}', () => this.joined('{', pairs(), '}'))
    }
    if (value instanceof PyRange) {
      const step = value.step === 1 ? '' : `, ${value.step}`
      return `range(${value.start}, ${value.stop}${step})`
    }
    if (value instanceof DictView) {
      return `dict_${value.kind}(${this.printList(value.list(), depth + 1)})`
    }
    if (value instanceof Markup) return `Markup(${quoted(value.text)})`
    if (value instanceof Namespace) {
      return `<Namespace ${this.printObject(PyDict.from(value.members), depth)}>`
    }
    const shown =
      value instanceof Callable ? value.shown : value instanceof Thing ? value.show() : undefined
    if (shown !== undefined) return shown
    throw refused(`${typeName(value)} printed, which differs from run to run`)
  }

  private printList(list: readonly unknown[], depth: number): string {
    const items = () => list.map((item) => this.print(item, depth + 1))
    if (!(list instanceof Tuple)) {
      return this.once(list, '[...]', () => this.joined('[', items(), ']'))
    }
    return this.once(list, '(...)', () => this.joined('(', items(), list.length === 1 ? ',)' : ')'))
  }

  private joined(open: string, parts: readonly string[], close: string): string {
    const text = `${open}${parts.join(', ')}${close}`
    currentMeter().grow(text.length)
    return text
  }

  private once(value: unknown, instead: string, print: () => string): string {
    if (this.within.includes(value)) return instead
    this.within.push(value)
    const text = print()
    this.within.pop()
    return text
  }
}

const namedEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** `repr()` of a text. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replace(/[\\'"]|[^\P{C}]|[^\P{Z} ]/gu, (character) => {
    if (character === quote) return `\\${quote}`
    if (character === "'" || character === '"') return character
    return namedEscapes.get(character) ?? numericEscape(character)
  })
  return `${quote}${escaped}${quote}`
}

function numericEscape(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`
  if (hex.length <= 4) return `\\u${hex.padStart(4, '0')}`
  return `\\U${hex.padStart(8, '0')}`
}

const beyondBasicPlane = /[\ud800-\udbff][\udc00-\udfff]/

/** Whether a text has characters that JavaScript counts as two. */
export function hasWideCharacters(text: string): boolean {
  return beyondBasicPlane.test(text)
}

/** `len()` of a text. */
export function textLength(text: string): number {
  return hasWideCharacters(text) ? spread(text).length : text.length
}

/** The characters of a text, as a list of texts or, where that is the same, the text itself. */
export function characters(text: string): string | readonly string[] {
  return hasWideCharacters(text) ? spread(text) : text
}

function spread(text: string): string[] {
  currentMeter().step(text.length >> 4)
  return [...text]
}

/** White space as Python's `str.strip`, `str.split` and `\s` know it, for a character class. */
export const whiteSpace =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const leading = new RegExp(`^[${whiteSpace}]+`)
const whiteSpaceCharacter = new RegExp(`[${whiteSpace}]`)

/** `text.lstrip()` */
export function trimStart(text: string): string {
  return text.replace(leading, '')
}

/** `text.rstrip()` */
export function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && whiteSpaceCharacter.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** `text.strip()` */
export function trim(text: string): string {
  return trimStart(trimEnd(text))
}

/** The text with all decimal digits of the world as 0 to 9, as Python reads numbers. */
export function asciiDigits(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text
  return text.replace(/\p{Nd}/gu, (digit) => {
    // the digits of a script stand in a row, from its zero on
    let value = 0
    for (let code = digit.codePointAt(0) ?? 0; /\p{Nd}/u.test(String.fromCodePoint(code - 1)); ) {
      code--
      value++
    }
    return String(value % 10)
  })
}
