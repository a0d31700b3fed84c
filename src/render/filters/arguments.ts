/**
 * What filters ask of their value and arguments, with one wording for every refusal.
 * @module
 */
import { numberText } from '../python/number.ts'
import { Markup, PyDict, WholeFloat } from '../python/values.ts'
import { FilterError } from './filter.ts'
import { isTruthy, parsePythonInteger, typeName } from './python-value.ts'

const SHOWN_CHARACTERS = 60

/** A value as error messages show it: at most 60 characters of it, in quotes when it is a text. */
export function shown(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (typeof value === 'string') return `'${cut(value)}'`
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value)
  }
  if (value instanceof WholeFloat) return numberText(value)
  if (value === null) return 'none'
  return typeName(value)
}

function cut(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}

/** The value as a text. */
export function requireText(filter: string, name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  throw new FilterError(`${filter}: ${name} must be a text, not ${describe(value)}`)
}

/** The value as a list. */
export function requireList(filter: string, name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new FilterError(`${filter}: ${name} must be a list, not ${describe(value)}`)
}

/** The value as a dictionary. */
export function requireDict(filter: string, name: string, value: unknown): PyDict {
  if (value instanceof PyDict) return value
  throw new FilterError(`${filter}: ${name} must be a dictionary, not ${describe(value)}`)
}

/** The value as an integer; the text of one will do, as it does in Ansible. */
export function requireInteger(filter: string, name: string, value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  const parsed = typeof value === 'string' ? parsePythonInteger(value) : undefined
  if (parsed !== undefined) return parsed
  throw new FilterError(`${filter}: ${name} must be an integer, not ${describe(value)}`)
}

/** {@link requireInteger} for counts and sizes: a JavaScript number from `least` to `most`. */
export function requireCount(
  filter: string,
  name: string,
  value: unknown,
  [least, most]: readonly [number, number],
): number {
  const integer = requireInteger(filter, name, value)
  if (integer < least || integer > most) {
    throw new FilterError(`${filter}: ${name} must be from ${least} to ${most}, not ${integer}`)
  }
  return Number(integer)
}

/** A switch such as `ignorecase=true`: any value, by Python's truth; `otherwise` when it was not given. */
export function flag(value: unknown, otherwise = false): boolean {
  return value === undefined ? otherwise : isTruthy(value)
}

function describe(value: unknown): string {
  const type = typeName(value)
  return typeof value === 'string' || typeof value === 'number' ? `${type} (${shown(value)})` : type
}
