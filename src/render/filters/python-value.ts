/**
 * Which values Python takes for true, for equal, and what it calls their types.
 * @module
 */
import { isDict, ownValue } from './dict.ts'

/** Python's truth: empty texts, lists and dictionaries, zero and None are false. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (isDict(value)) return Object.keys(value).length > 0
  // unlike JavaScript, Python takes NaN for true
  return Boolean(value) || Number.isNaN(value)
}

/** Python's `==`: lists and dictionaries by content, `1 == True`. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isEqual(item, right[index]))
    )
  }
  if (isDict(left)) {
    if (!isDict(right)) return false
    const keys = Object.keys(left)
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && isEqual(ownValue(left, key), right[key]))
    )
  }
  const a = asNumber(left)
  const b = asNumber(right)
  // biome-ignore lint/suspicious/noDoubleEquals: `==` compares a number with a bigint by value
  if (a !== undefined && b !== undefined) return a == b
  return left === right
}

function asNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  return typeof value === 'boolean' ? Number(value) : undefined
}

/** What a template's author calls the type of a value. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (value === null) return 'none'
  if (typeof value === 'boolean') return 'a boolean'
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number'
  if (typeof value === 'string') return 'a text'
  return Array.isArray(value) ? 'a list' : 'a dictionary'
}

const integerPattern = /^\s*([-+]?)(\d+(?:_\d+)*)\s*$/
// Python itself refuses longer ones
const MAX_DIGITS = 4300

/** The integer that Python's `int(text)` reads, undefined when it would refuse. */
export function parsePythonInteger(text: string): bigint | undefined {
  const [, sign = '', digits] = integerPattern.exec(text) ?? []
  if (digits === undefined || digits.length > MAX_DIGITS) return undefined
  const magnitude = BigInt(digits.replaceAll('_', ''))
  return sign === '-' ? -magnitude : magnitude
}

const MAX_FLOAT = 400
const floatPattern =
  /^\s*[-+]?(?:(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?|inf(?:inity)?|nan)\s*$/i

/** Whether Python's `float(text)` reads a number. */
export function isPythonFloat(text: string): boolean {
  // no one writes a longer one, and the pattern goes back and forth over what it does not match
  return text.length <= MAX_FLOAT && floatPattern.test(text)
}

/** What a filter gives back for an integer: a number when it keeps every digit, else its decimal text. */
export function integerResult(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}
