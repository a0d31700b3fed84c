/**
 * Jinja2's and Ansible's filters on numbers.
 * @module
 */
import { parsePythonInteger } from '../../filters/python-value.ts'
import { needCount, needText } from '../../python/arguments.ts'
import { refused, undefinedFault, ValueFault } from '../../python/fault.ts'
import {
  absolute,
  arithmetic,
  asNumber,
  isFloat,
  type PyNumber,
  roundFloat,
  toBigInt,
  toDouble,
} from '../../python/number.ts'
import { power as exactPower } from '../../python/power.ts'
import { asciiDigits, trim } from '../../python/text.ts'
import { defined, toFloat, toInteger, typeName, Undefined } from '../../python/values.ts'
import { type Filters, filter, textOf } from './define.ts'

const floatPattern =
  /^[-+]?(?:(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?|inf(?:inity)?|nan)$/i

/** The pattern goes back and forth over what it does not match. */
const maxFloat = 2_000

/** The float that a text stands for; undefined where Python refuses it. */
function parseFloatText(text: string): number | undefined {
  const bare = asciiDigits(trim(text))
  if (bare.length > maxFloat) throw refused(`a number of more than ${maxFloat} characters`)
  if (!floatPattern.test(bare)) return undefined
  const lower = bare.toLowerCase().replaceAll('_', '')
  if (lower.includes('inf'))
    return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return lower.includes('nan') ? Number.NaN : Number(lower)
}

/** `float(value)`; undefined where Python refuses it. */
function readFloat(value: unknown): number | undefined {
  const text = textOf(value)
  if (text !== undefined) return parseFloatText(text)
  if (value instanceof Undefined) throw undefinedFault(value.what)
  const number = asNumber(value)
  return number === undefined ? undefined : toDouble(number)
}

/** `float(value)` @throws {ValueFault} */
export function toFloatValue(value: unknown): PyNumber {
  const number = readFloat(value)
  if (number === undefined) throw new ValueFault(`${typeName(value)} is no number`)
  return toFloat(number)
}

function toInt(value: unknown, [otherwise = 0, base = 10]: readonly unknown[]): unknown {
  const text = textOf(value)
  if (text !== undefined) {
    const integer = parseBased(asciiDigits(trim(text)), needCount('int()', base))
    if (integer !== undefined) return toInteger(integer)
  } else {
    const number = asNumber(value)
    if (number !== undefined && !isFloat(number)) return number
  }
  const double = readFloat(value)
  if (double === undefined || Number.isNaN(double)) return otherwise
  if (!Number.isFinite(double)) {
    throw new ValueFault('int(): infinity is no integer')
  }
  return toInteger(BigInt(Math.trunc(double)))
}

const prefixes: Readonly<Record<string, number>> = { '0x': 16, '0o': 8, '0b': 2 }

/** The integer that a text stands for in a base; base 0 goes by its prefix. */
function parseBased(text: string, base: number): bigint | undefined {
  if (base === 10) return parsePythonInteger(text)
  if (base !== 0 && (base < 2 || base > 36)) return undefined
  const [, sign = '', prefix = '', digits = ''] =
    /^([-+]?)(0[xob]_?)?([\da-z]+(?:_[\da-z]+)*)$/i.exec(text) ?? []
  const named = prefixes[prefix.slice(0, 2).toLowerCase()]
  const isPrefix = named !== undefined && (base === 0 || base === named)
  const radix = base === 0 ? (named ?? 10) : base
  const all = (isPrefix ? digits : prefix + digits).replaceAll('_', '').toLowerCase()
  if (all === '') return undefined
  if (all.length > 4300) throw refused('int() of more than 4300 digits')
  if (base === 0 && named === undefined && /^0+[1-9]/.test(all)) return undefined
  let value = 0n
  for (const digit of all) {
    const number = Number.parseInt(digit, radix)
    if (Number.isNaN(number)) return undefined
    value = value * BigInt(radix) + BigInt(number)
  }
  return sign === '-' ? -value : value
}

function round(value: unknown, [precision = 0, method = 'common']: readonly unknown[]): unknown {
  const how = needText('round()', method)
  const places = needCount('round()', precision)
  if (how !== 'common' && how !== 'ceil' && how !== 'floor') {
    throw new ValueFault('round(): the method is "common", "ceil" or "floor"')
  }
  const number = asNumber(value)
  if (number === undefined) throw new ValueFault(`round() needs a number, found ${typeName(value)}`)
  if (how === 'common')
    return isFloat(number) ? roundHalfEven(toDouble(number), places) : roundInteger(number, places)
  const scale = arithmetic('**', 10, places)
  const scaled = arithmetic('*', number, scale)
  return arithmetic('/', isFloat(scaled) ? wholePart(how, toDouble(scaled)) : scaled, scale)
}

/** An integer: it has no zero with a sign. */
function wholePart(how: 'ceil' | 'floor', value: number): PyNumber {
  if (!Number.isFinite(value)) throw new ValueFault('round(): the number is not finite')
  return toInteger(BigInt(how === 'ceil' ? Math.ceil(value) : Math.floor(value)))
}

function roundHalfEven(value: number, places: number): unknown {
  return toFloat(roundFloat(value, places))
}

/** `round(1250, -2)` */
function roundInteger(value: PyNumber, places: number): unknown {
  const integer = toBigInt(value as number | bigint)
  if (places >= 0) return toInteger(integer)
  if (places < -4300) return 0
  const unit = 10n ** BigInt(-places)
  const magnitude = integer < 0n ? -integer : integer
  const quotient = magnitude / unit
  const twice = (magnitude % unit) * 2n
  const up = twice > unit || (twice === unit && quotient % 2n === 1n)
  const rounded = (up ? quotient + 1n : quotient) * unit
  return toInteger(integer < 0n ? -rounded : rounded)
}

function needNumber(name: string, value: unknown): PyNumber {
  const number = asNumber(defined(value))
  if (number === undefined)
    throw new ValueFault(`${name}() needs a number, found ${typeName(value)}`)
  return number
}

function logarithm(value: unknown, [base]: readonly unknown[]): unknown {
  const number = toDouble(needNumber('log', value))
  if (number <= 0) throw new ValueFault('log() needs a positive number')
  if (base === undefined) return toFloat(Math.log(number))
  const of = toDouble(needNumber('log', base))
  if (of === 10) return toFloat(Math.log10(number))
  if (of <= 0 || of === 1) throw new ValueFault(`log() has no base ${of}`)
  return toFloat(Math.log(number) / Math.log(of))
}

function power(name: string, value: unknown, exponent: number): unknown {
  const base = toDouble(needNumber(name, value))
  const result = exactPower(base, exponent)
  const isReal =
    base >= 0 || !Number.isFinite(base) || Number.isInteger(exponent) || !Number.isFinite(exponent)
  const overflows = Number.isFinite(base) && Number.isFinite(exponent) && !Number.isFinite(result)
  if (Number.isNaN(result) || !isReal || overflows)
    throw new ValueFault(`${name}() has no real result`)
  return toFloat(result)
}

/** Filters that give numbers. */
export const numberFilters: Filters = new Map([
  filter('abs', [], (value) => absolute(needNumber('abs', value))),
  filter('int', ['default?', 'base?'], toInt),
  filter('float', ['default?'], (value, [otherwise = toFloat(0)]) => {
    const number = readFloat(value)
    return number === undefined ? otherwise : toFloat(number)
  }),
  filter('round', ['precision?', 'method?'], round),
  filter('log', ['base?'], logarithm),
  filter('pow', ['y'], (value, [exponent]) =>
    power('pow', value, toDouble(needNumber('pow', exponent))),
  ),
  filter('root', ['base?'], (value, [base = 2]) => {
    const degree = toDouble(needNumber('root', base))
    if (degree === 0) throw new ValueFault('root() of the degree 0')
    const root = degree === 2 ? Math.sqrt(toDouble(needNumber('root', value))) : 0
    if (Number.isNaN(root)) throw new ValueFault('root() has no real result')
    return degree === 2 ? toFloat(root) : power('root', value, 1 / degree)
  }),
])
