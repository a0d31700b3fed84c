/**
 * `is version(…)`: versions in the order that Python's distutils gives them.
 * @module
 */
import { needText } from '../python/arguments.ts'
import { truth } from '../python/compare.ts'
import { refused, ValueFault } from '../python/fault.ts'
import { str } from '../python/text.ts'
import { defined } from '../python/values.ts'

const operators: ReadonlyMap<string, (order: number) => boolean> = new Map(
  Object.entries({
    '==': (order: number) => order === 0,
    '=': (order: number) => order === 0,
    eq: (order: number) => order === 0,
    '<': (order: number) => order < 0,
    lt: (order: number) => order < 0,
    '<=': (order: number) => order <= 0,
    le: (order: number) => order <= 0,
    '>': (order: number) => order > 0,
    gt: (order: number) => order > 0,
    '>=': (order: number) => order >= 0,
    ge: (order: number) => order >= 0,
    '!=': (order: number) => order !== 0,
    '<>': (order: number) => order !== 0,
    ne: (order: number) => order !== 0,
  }),
)

/** @throws {ValueFault} where the two have no order: a word against a number */
export function compareVersions(value: unknown, ...args: unknown[]): boolean {
  const [version, operator = 'eq', strict, type] = args
  const read = operators.get(needText('"is version"', operator))
  if (read === undefined)
    throw new ValueFault(`"is version" has no operator "${String(operator).slice(0, 20)}"`)
  if (type !== undefined && type !== null && type !== 'loose' && type !== 'strict') {
    throw refused(`versions of the type "${str(type).slice(0, 20)}"`)
  }
  const one = str(defined(value))
  const other = str(defined(version))
  if (!truth(value) || !truth(version)) throw new ValueFault('"is version" needs two versions')
  const isStrict = type === 'strict' || (strict !== undefined && strict !== null && truth(strict))
  return read(isStrict ? compareStrict(one, other) : compareLoose(one, other))
}

/** Numbers and words, as they follow each other. */
function loose(text: string): (number | string)[] {
  return text
    .split(/(\d+|[a-z]+|\.)/)
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

function compareLoose(one: string, other: string): number {
  const [left, right] = [loose(one), loose(other)]
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [a = 0, b = 0] = [left[at], right[at]]
    if (a === b) continue
    if (typeof a !== typeof b) {
      throw new ValueFault(
        `the versions "${one.slice(0, 40)}" and "${other.slice(0, 40)}" have no order: a word stands against a number`,
      )
    }
    return a < b ? -1 : 1
  }
  return left.length - right.length
}

const strictPattern = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/

function strictParts(text: string): [number, number, number, string, number] {
  const [, major, minor, patch = '0', letter = 'z', number = '0'] = strictPattern.exec(text) ?? []
  if (major === undefined || minor === undefined) {
    throw new ValueFault(`"${text.slice(0, 40)}" is no strict version, such as 1.2.3`)
  }
  return [Number(major), Number(minor), Number(patch), letter, Number(number)]
}

function compareStrict(one: string, other: string): number {
  const [left, right] = [strictParts(one), strictParts(other)]
  for (const [at, a] of left.entries()) {
    const b = right[at] ?? 0
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}
