/**
 * What filters say of values, and the numbers that Python reads from a text.
 * @module
 */
import { truth } from '../python/compare.ts'
import { WholeFloat } from '../python/values.ts'

/** Python's truth; what is not given is false. */
export function isTruthy(value: unknown): boolean {
  return value !== undefined && truth(value)
}

/** What a template's author calls the type of a value. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (value === null) return 'none'
  if (typeof value === 'boolean') return 'a boolean'
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof WholeFloat)
    return 'a number'
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
