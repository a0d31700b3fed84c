/**
 * How Python prints a value: what `str()` and `repr()` give, which Ansible's text filters apply to whatever they get.
 * @module
 */
import { checkCharacters, checkDepth } from './bounds.ts'
import { isDict } from './dict.ts'
import { FilterError } from './filter.ts'

/**
 * A value as Python's `str()` prints it.
 * @throws {FilterError} for undefined, and for what no template value can be
 */
export function pythonStr(filter: string, value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(filter, value)
}

/** A value as Python's `repr()` prints it: texts stand in quotes. */
export function pythonRepr(filter: string, value: unknown, depth = 0): string {
  checkDepth(filter, depth)
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return pythonNumber(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${joined(filter, value.map(repr))}]`
  if (isDict(value)) {
    const pairs = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${repr(item)}`)
    return `{${joined(filter, pairs)}}`
  }
  if (value === undefined) throw new FilterError(`${filter}: the value is undefined`)
  throw new FilterError(`${filter}: a value of type ${typeof value} cannot be printed`)

  function repr(item: unknown): string {
    return pythonRepr(filter, item, depth + 1)
  }
}

/** A number as Python prints it; a whole number prints as an integer. */
export function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString()
  // Python writes 1e-05 and 1e+16 where JavaScript still writes the digits out
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent >= -4 && exponent < 16)
    return value.toFixed(Math.max(0, decimals(digits) - exponent))
  const sign = exponent < 0 ? '-' : '+'
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function decimals(digits: string): number {
  return digits.includes('.') ? digits.length - digits.indexOf('.') - 1 : 0
}

function joined(filter: string, parts: readonly string[]): string {
  const text = parts.join(', ')
  checkCharacters(filter, text.length)
  return text
}

const namedEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

function quoted(text: string): string {
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
