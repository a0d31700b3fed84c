/**
 * Python's format specifications: what stands behind the colon in `'{:>10.2f}'.format(x)`.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { refused, ValueFault } from './fault.ts'
import {
  asNumber,
  fixed,
  isFloat,
  numberText,
  type PyNumber,
  toBigInt,
  toDouble,
} from './number.ts'
import { str, textLength } from './text.ts'
import { Markup, typeName, WholeFloat } from './values.ts'

/** A specification, read. */
export interface FormatSpec {
  readonly fill: string
  /** `<`, `>`, `^`, `=`; empty: the usual one of the value. */
  readonly align: string
  readonly sign: string
  readonly alternate: boolean
  readonly width: number
  /** `,` or `_` between groups of digits, or empty. */
  readonly grouping: string
  readonly precision: number | undefined
  /** The last letter, or empty. */
  readonly type: string
}

const pattern =
  /^(?:(.)?([<>=^]))?([-+ ]?)(z?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([bcdeEfFgGnosxX%]?)$/su

/** More than this is no column of a configuration. */
const maxWidth = 1_000_000

/** @throws {ValueFault} where Python raises a ValueError */
function parseSpec(spec: string): FormatSpec {
  const match = pattern.exec(spec)
  if (match === null) throw new ValueFault(`"${spec.slice(0, 40)}" is no format specification`)
  const [
    ,
    fill,
    align = '',
    sign = '',
    z,
    hash,
    zero,
    width = '',
    grouping = '',
    precision,
    type = '',
  ] = match
  if (grouping !== '' && type === 'n') {
    throw new ValueFault(`"${grouping}" does not go with "n"`)
  }
  if (z === 'z') throw refused('the "z" of a format specification')
  for (const number of [width, precision ?? '']) {
    if (number.length > 7 || Number(number) > maxWidth) {
      throw new ValueFault('the format asks for more than any configuration needs')
    }
  }
  return {
    fill: fill ?? (zero === '0' ? '0' : ' '),
    align: align !== '' ? align : zero === '0' ? '=' : '',
    sign,
    alternate: hash === '#',
    width: Number(width),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  }
}

/** `format(value, spec)` */
export function formatValue(value: unknown, specText: string): string {
  const text = value instanceof Markup ? value.text : value
  if (specText === '') return str(text)
  const spec = parseSpec(specText)
  if (typeof text === 'string') return formatString(text, spec)
  // a boolean is an integer to a specification, but prints as one only with a type
  if (typeof text === 'boolean' && spec.type === '') {
    return formatNumber(Number(text), { ...spec, type: 'd' })
  }
  const number = asNumber(text)
  if (number === undefined) {
    throw new ValueFault(`${typeName(text)} takes no format specification`)
  }
  return formatNumber(number, spec)
}

function formatString(text: string, spec: FormatSpec): string {
  const { type, sign, alternate, grouping, precision } = spec
  if (type !== '' && type !== 's') throw new ValueFault(`the format "${type}" is not for a text`)
  if (sign !== '' || alternate || grouping !== '' || spec.align === '=') {
    // a zero before the width only fills, from Python 3.10 on
    if (sign !== '' || alternate || grouping !== '' || spec.fill !== '0') {
      throw new ValueFault('signs and groups of digits are not for a text')
    }
  }
  const cut = precision === undefined ? text : [...text].slice(0, precision).join('')
  return pad(cut, '', spec, spec.align === '' || spec.align === '=' ? '<' : spec.align)
}

/** Fills up to the width; `sign` stays before the zeros. */
function pad(text: string, sign: string, { fill, width }: FormatSpec, align: string): string {
  const missing = Math.max(0, width - textLength(sign + text))
  currentMeter().grow(missing)
  const filled = (count: number) => fill.repeat(count)
  if (align === '=') return sign + filled(missing) + text
  if (align === '<') return sign + text + filled(missing)
  if (align === '>') return filled(missing) + sign + text
  const left = missing >> 1
  return filled(left) + sign + text + filled(missing - left)
}

const integerTypes = new Set(['b', 'c', 'd', 'o', 'x', 'X', 'n'])

/** A number with its sign, groups and width. */
export function formatNumber(number: PyNumber, spec: FormatSpec): string {
  const { type } = spec
  if (type === 's') throw new ValueFault('the format "s" is not for a number')
  if (integerTypes.has(type) && !(type === 'n' && isFloat(number))) {
    if (isFloat(number)) throw new ValueFault(`the format "${type}" is not for a float`)
    return formatInteger(number as number | bigint, spec)
  }
  if (type === '' && !isFloat(number))
    return formatInteger(number as number | bigint, { ...spec, type: 'd' })
  return formatFloat(number, spec)
}

function formatInteger(number: number | bigint, spec: FormatSpec): string {
  const { type, precision, alternate } = spec
  if (precision !== undefined) throw new ValueFault('an integer has no precision')
  if (type === 'c') {
    if (spec.sign !== '' || alternate || spec.grouping !== '')
      throw new ValueFault('signs and groups are not for "c"')
    const code = Number(number)
    if (code < 0 || code > 0x10ffff) throw new ValueFault(`there is no character ${number}`)
    return pad(String.fromCodePoint(code), '', spec, spec.align === '' ? '>' : spec.align)
  }
  const value = toBigInt(number)
  const magnitude = value < 0n ? -value : value
  const [base, prefix] = { b: [2, '0b'], o: [8, '0o'], x: [16, '0x'], X: [16, '0X'] }[type] ?? [
    10,
    '',
  ]
  if (spec.grouping === ',' && base !== 10) throw new ValueFault(`"," does not go with "${type}"`)
  const lower = magnitude.toString(base as number)
  const digits = type === 'X' ? lower.toUpperCase() : lower
  const sign = signOf(value < 0n, spec.sign) + (alternate ? prefix : '')
  return padDigits(digits, '', sign, spec, base === 10 ? 3 : 4)
}

function signOf(negative: boolean, sign: string): string {
  return negative ? '-' : sign === '-' ? '' : sign
}

/** Groups digits, also the zeros that fill up to a width. */
function padDigits(
  digits: string,
  rest: string,
  sign: string,
  spec: FormatSpec,
  size: number,
): string {
  const { grouping, align, fill, width } = spec
  const how = align === '' ? '>' : align
  if (grouping === '') return pad(digits + rest, sign, spec, how)
  let grouped = group(digits, grouping, size)
  if (how === '=' && fill === '0') {
    let padded = digits
    while (sign.length + grouped.length + rest.length < width) {
      padded = `0${padded}`
      grouped = group(padded, grouping, size)
    }
  }
  return pad(grouped + rest, sign, spec, how)
}

function group(digits: string, separator: string, size: number): string {
  const first = digits.length % size
  const groups = first === 0 ? [] : [digits.slice(0, first)]
  for (let at = first; at < digits.length; at += size) groups.push(digits.slice(at, at + size))
  return groups.join(separator)
}

function formatFloat(number: PyNumber, spec: FormatSpec): string {
  const value = toDouble(number)
  const negative = value < 0 || Object.is(value, -0)
  const sign = signOf(negative, spec.sign)
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'nan' : 'inf'
    const text = /[EFG]/.test(spec.type) ? name.toUpperCase() : name
    return pad(
      `${text}${spec.type === '%' ? '%' : ''}`,
      Number.isNaN(value) ? signOf(false, spec.sign) : sign,
      spec,
      spec.align === '' ? '>' : spec.align,
    )
  }
  const text = floatDigits(Math.abs(value), spec)
  const [, whole = '', rest = ''] = /^(\d+)(.*)$/s.exec(text) ?? []
  return padDigits(whole, rest, sign, spec, 3)
}

/** The digits of a float that is not negative. */
function floatDigits(value: number, spec: FormatSpec): string {
  const { type, alternate } = spec
  const precision = Math.min(spec.precision ?? 6, 10_000)
  switch (type) {
    case 'f':
    case 'F':
      return withPoint(fixed(value, precision), alternate)
    case '%':
      return `${withPoint(fixed(value * 100, precision), alternate)}%`
    case 'e':
    case 'E':
      return cased(exponential(value, precision, alternate), type)
    case 'g':
    case 'G':
    case 'n':
      return cased(general(value, Math.max(1, precision), alternate, false), type)
    default:
      // without a type: as printed, or like "g" with at least one digit behind the point
      return spec.precision === undefined
        ? numberText(new WholeFloat(value))
        : general(value, Math.max(1, precision), alternate, true)
  }
}

function cased(text: string, type: string): string {
  return type === type.toUpperCase() ? text.toUpperCase() : text
}

function withPoint(text: string, alternate: boolean): string {
  return alternate && !text.includes('.') ? `${text}.` : text
}

function exponential(value: number, precision: number, alternate: boolean): string {
  const [digits, exponent] = significant(value, precision + 1)
  const mantissa = precision === 0 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`
  return `${withPoint(mantissa, alternate)}e${exponentText(exponent)}`
}

function exponentText(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** So many digits of a value that is not negative, and the exponent of the first; half to even of the exact value. */
function significant(value: number, count: number): [string, number] {
  if (value === 0) return ['0'.repeat(count), 0]
  // the shortest text of a double has the exponent of the double itself
  const exponent = Number(value.toExponential().split('e')[1])
  const digits = digitsAt(value, count - 1 - exponent)
  // rounding may have made one digit more
  return digits.length > count ? [digits.slice(0, count), exponent + 1] : [digits, exponent]
}

/** The value times 10^places, rounded. */
function digitsAt(value: number, places: number): string {
  if (places >= 0)
    return fixed(value, places)
      .replace('.', '')
      .replace(/^0+(?=\d)/, '')
  const unit = 10n ** BigInt(-places)
  const whole = BigInt(Math.floor(value))
  const quotient = whole / unit
  const twice = (whole % unit) * 2n
  const exact = Number.isInteger(value)
  const up = twice > unit || (twice === unit && (!exact || quotient % 2n === 1n))
  return (up ? quotient + 1n : quotient).toString()
}

function general(value: number, precision: number, alternate: boolean, keepsOne: boolean): string {
  const [digits, exponent] = significant(value, precision)
  const strip = (text: string) =>
    alternate || !text.includes('.') ? text : text.replace(/\.?0+$/, '')
  const limit = keepsOne ? precision - 1 : precision
  if (exponent < -4 || exponent >= limit) {
    const mantissa = precision === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`
    return `${withPoint(strip(mantissa), alternate)}e${exponentText(exponent)}`
  }
  const text = strip(withPoint(fixedDigits(digits, exponent), alternate))
  return keepsOne && !text.includes('.') ? `${text}.0` : text
}

function fixedDigits(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1)
  const rest = digits.slice(exponent + 1)
  return rest === '' ? whole : `${whole}.${rest}`
}
