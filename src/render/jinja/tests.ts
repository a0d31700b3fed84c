/**
 * Jinja2's tests: what stands behind `is`.
 * @module
 */
import { place, type Signature } from '../python/arguments.ts'
import { contains, equal, ordered } from '../python/compare.ts'
import { ValueFault } from '../python/fault.ts'
import { isIterable } from '../python/iterate.ts'
import { arithmetic, asInteger, asNumber, compareNumbers, isFloat } from '../python/number.ts'
import { str } from '../python/text.ts'
import { textMethods } from '../python/text-methods.ts'
import {
  Callable,
  defined,
  Markup,
  Nothing,
  PyDict,
  PyRange,
  Thing,
  typeName,
  Undefined,
  WholeFloat,
} from '../python/values.ts'
import type { JinjaTest } from './vocabulary.ts'

function test(
  name: string,
  signature: Signature,
  run: (value: unknown, ...args: unknown[]) => boolean,
): [string, JinjaTest] {
  return [name, (value, args) => run(value, ...place(`"is ${name}"`, signature, args))]
}

function comparison(
  names: readonly string[],
  run: (value: unknown, other: unknown) => boolean,
): [string, JinjaTest][] {
  return names.map((name) => test(name, ['other'], run))
}

/** Whether a division by a number leaves so much. */
function leaves(value: unknown, by: unknown, wanted: number): boolean {
  const number = asNumber(defined(value))
  const divisor = asNumber(defined(by))
  if (number === undefined || divisor === undefined) {
    throw new ValueFault(
      `a division needs numbers, found ${typeName(number === undefined ? value : by)}`,
    )
  }
  return compareNumbers(arithmetic('%', number, divisor), wanted) === 0
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value instanceof Markup
}

function question(name: 'islower' | 'isupper', value: unknown): boolean {
  return textMethods.get(name)?.(str(value), { positional: [], named: undefined }) === true
}

function isNumber(value: unknown): boolean {
  return asNumber(value) !== undefined
}

/** The same object; small integers, texts and constants are one object each. */
function sameAs(value: unknown, other: unknown): boolean {
  return value === other
}

/** Jinja2's tests by name. */
export const jinjaTests: ReadonlyMap<string, JinjaTest> = new Map<string, JinjaTest>([
  test('defined', [], (value) => !(value instanceof Undefined)),
  test('undefined', [], (value) => value instanceof Undefined),
  test('none', [], (value) => value === null),
  test('true', [], (value) => value === true),
  test('false', [], (value) => value === false),
  test('boolean', [], (value) => typeof value === 'boolean'),
  test('integer', [], (value) => typeof value !== 'boolean' && asInteger(value) !== undefined),
  test('float', [], (value) => {
    return value instanceof WholeFloat || (typeof value === 'number' && isFloat(value))
  }),
  test('number', [], isNumber),
  test('string', [], isText),
  test('mapping', [], (value) => value instanceof PyDict),
  test('sequence', [], (value) => {
    return (
      isText(value) || Array.isArray(value) || value instanceof PyDict || value instanceof PyRange
    )
  }),
  test('iterable', [], (value) => isIterable(defined(value)) || value instanceof Nothing),
  test('callable', [], (value) => {
    const isCalled = value instanceof Thing && value.call !== Thing.prototype.call
    return value instanceof Callable || isCalled || value instanceof Undefined
  }),
  test('sameas', ['other'], sameAs),
  // what is not there has every member, and so the one that marks text as safe
  test('escaped', [], (value) => value instanceof Markup || value instanceof Undefined),
  test('in', ['seq'], (value, container) => contains(container, value)),
  test('even', [], (value) => leaves(value, 2, 0)),
  test('odd', [], (value) => leaves(value, 2, 1)),
  test('divisibleby', ['num'], (value, by) => leaves(value, by, 0)),
  test('lower', [], (value) => question('islower', value)),
  test('upper', [], (value) => question('isupper', value)),
  ...comparison(['eq', '==', 'equalto'], (value, other) => equal(value, other)),
  ...comparison(['ne', '!='], (value, other) => !equal(value, other)),
  ...comparison(['lt', '<', 'lessthan'], (value, other) => ordered('<', value, other)),
  ...comparison(['le', '<='], (value, other) => ordered('<=', value, other)),
  ...comparison(['gt', '>', 'greaterthan'], (value, other) => ordered('>', value, other)),
  ...comparison(['ge', '>='], (value, other) => ordered('>=', value, other)),
])
