/**
 * `'…%s…' % value`
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { refused, undefinedFault, ValueFault } from './fault.ts'
import { type FormatSpec, formatNumber } from './format-spec.ts'
import {
  asInteger,
  asNumber,
  clampInteger,
  isFloat,
  type PyNumber,
  toBigInt,
  toDouble,
} from './number.ts'
import { repr, str, textLength } from './text.ts'
import { PyDict, Tuple, toInteger, typeName, Undefined } from './values.ts'

const directive = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.)/gsu

/** The values that a text takes one after the other. */
class Values {
  private at = 0
  private readonly values: unknown
  used = false
  constructor(values: unknown) {
    this.values = values
  }

  next(): unknown {
    const { values } = this
    const list = values instanceof Tuple ? values : [values]
    if (this.at >= list.length) throw new ValueFault('%: not enough values for the text')
    return list[this.at++]
  }

  named(name: string): unknown {
    if (!(this.values instanceof PyDict)) {
      throw new ValueFault(`%(${name})s needs a dictionary, found ${typeName(this.values)}`)
    }
    this.used = true
    const value = this.values.get(name)
    if (value === undefined) throw new ValueFault(`%: there is no key "${name.slice(0, 40)}"`)
    return value
  }

  /** Python refuses values that nothing asks for, but not a dictionary or a list. */
  get left(): boolean {
    const { values } = this
    if (values instanceof Tuple) return this.at < values.length
    return this.at === 0 && !(values instanceof PyDict) && !Array.isArray(values)
  }
}

/** @throws {ValueFault} */
export function percent(text: string, values: unknown): string {
  const given = new Values(values)
  let result = ''
  let end = 0
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', end)) {
    directive.lastIndex = at
    const match = directive.exec(text)
    if (match === null || match.index !== at) throw new ValueFault('%: the format is incomplete')
    result += text.slice(end, at) + expand(match, given)
    end = directive.lastIndex
    currentMeter().step()
  }
  if (given.left) throw new ValueFault('%: more values than the text asks for')
  result += text.slice(end)
  currentMeter().grow(result.length)
  return result
}

function expand(match: RegExpExecArray, given: Values): string {
  const [whole, key, flags = '', widthText = '', precisionText, type = ''] = match
  if (whole === '%%') return '%'
  if (type === '%') throw new ValueFault(`%: "${whole.slice(0, 40)}" has no meaning`)
  const starred = widthText === '*' ? count(given.next()) : Number(widthText)
  const width = Math.abs(starred)
  const precision =
    precisionText === undefined
      ? undefined
      : precisionText === '*'
        ? Math.max(0, count(given.next()))
        : Number(precisionText)
  if (width > 1_000_000 || (precision ?? 0) > 1_000_000) {
    throw new ValueFault('%: the format asks for more than any configuration needs')
  }
  const value = key === undefined ? given.next() : given.named(key)
  const left = flags.includes('-') || starred < 0
  const spec: FormatSpec = {
    fill: flags.includes('0') && !left ? '0' : ' ',
    align: left ? '<' : flags.includes('0') ? '=' : '>',
    sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
    alternate: flags.includes('#'),
    width,
    grouping: '',
    precision,
    type,
  }
  return expandValue(value, spec)
}

function count(value: unknown): number {
  const integer = asInteger(value)
  if (integer === undefined) throw new ValueFault('%: "*" needs an integer')
  return clampInteger(integer)
}

function expandValue(value: unknown, spec: FormatSpec): string {
  const { type } = spec
  switch (type) {
    case 's':
    case 'r':
      return padText(type === 's' ? str(value) : repr(value), spec)
    case 'a':
      throw refused('"%a"')
    case 'c':
      return padText(character(value), { ...spec, precision: undefined })
    case 'd':
    case 'i':
    case 'u':
      return padInteger(truncated(value, type), 10, '', spec)
    case 'x':
    case 'X':
    case 'o':
      return padInteger(whole(value, type), type === 'o' ? 8 : 16, type, spec)
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return formatNumber(asFloat(value, type), spec)
    default:
      throw new ValueFault(`%: there is no format "%${type}"`)
  }
}

function padText(text: string, { precision, width, align }: FormatSpec): string {
  const cut = precision === undefined ? text : [...text].slice(0, precision).join('')
  const missing = ' '.repeat(Math.max(0, width - textLength(cut)))
  return align === '<' ? cut + missing : missing + cut
}

function character(value: unknown): string {
  const code = asInteger(value)
  if (code !== undefined) {
    if (code < 0 || code > 0x10ffff) throw new ValueFault(`%c: there is no character ${code}`)
    return String.fromCodePoint(Number(code))
  }
  if (typeof value === 'string' && textLength(value) === 1) return value
  throw new ValueFault('%c needs one character or its number')
}

function needNumber(value: unknown, type: string): PyNumber {
  if (value instanceof Undefined) throw undefinedFault(value.what)
  const number = asNumber(value)
  if (number === undefined) {
    throw new ValueFault(
      `"%${type}" needs a number, found ${typeName(value)}`,
      'failed',
      'write "| int" before it',
    )
  }
  return number
}

/** A number without its fraction. */
function truncated(value: unknown, type: string): number | bigint {
  const number = needNumber(value, type)
  if (!isFloat(number)) return number as number | bigint
  const double = toDouble(number)
  if (!Number.isFinite(double)) throw new ValueFault(`"%${type}" needs a finite number`)
  return toInteger(BigInt(Math.trunc(double)))
}

function whole(value: unknown, type: string): number | bigint {
  const number = needNumber(value, type)
  if (isFloat(number)) throw new ValueFault(`"%${type}" needs an integer, found 'float'`)
  return number as number | bigint
}

function asFloat(value: unknown, type: string): PyNumber {
  return needNumber(value, type)
}

function padInteger(value: number | bigint, base: number, type: string, spec: FormatSpec): string {
  const { alternate, precision, sign, width, align, fill } = spec
  const integer = toBigInt(value)
  const negative = integer < 0n
  const lower = (negative ? -integer : integer).toString(base)
  const digits = (type === 'X' ? lower.toUpperCase() : lower).padStart(precision ?? 0, '0')
  const prefix = !alternate || type === '' ? '' : `0${type}`
  const before = (negative ? '-' : sign) + prefix
  const missing = Math.max(0, width - before.length - digits.length)
  if (align === '<') return before + digits + ' '.repeat(missing)
  return fill === '0'
    ? before + '0'.repeat(missing) + digits
    : ' '.repeat(missing) + before + digits
}
