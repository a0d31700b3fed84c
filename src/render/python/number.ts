/**
 * Arithmetic as Python has it: integers without a bound, floats apart from them, booleans as 0 and 1.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { ValueFault } from './fault.ts'
import { exactRatio, power } from './power.ts'
import { toFloat, toInteger, typeName, WholeFloat } from './values.ts'

/** A number of a template: an integer, or a float in either form. */
export type PyNumber = number | bigint | WholeFloat

/** The value as a number, booleans too; undefined where it is none. */
export function asNumber(value: unknown): PyNumber | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return Number(value)
  return value instanceof WholeFloat ? value : undefined
}

export function isFloat(value: PyNumber): boolean {
  return value instanceof WholeFloat || (typeof value === 'number' && !Number.isInteger(value))
}

/** A number as JavaScript's double. */
export function toDouble(value: PyNumber): number {
  if (typeof value === 'number') return value
  if (value instanceof WholeFloat) return value.value
  const double = Number(value)
  if (!Number.isFinite(double)) throw new ValueFault('int too large to convert to float')
  return double
}

/** An integer as a bigint. */
export function toBigInt(value: number | bigint): bigint {
  return typeof value === 'bigint' ? value : BigInt(value)
}

/** An integer, also from a boolean; undefined where the value is none. */
export function asInteger(value: unknown): number | bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined
  return typeof value === 'boolean' ? Number(value) : undefined
}

/** An integer that JavaScript can count with, for lengths and places; what is larger is cut to the nearest. */
export function clampInteger(value: number | bigint): number {
  if (typeof value === 'number') return value
  return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER
}

export type NumberOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**'

/** @throws {ValueFault} for a division by zero and for what gets too large */
export function arithmetic(operator: NumberOperator, left: PyNumber, right: PyNumber): PyNumber {
  if (operator === '/') return divide(left, right)
  if (isFloat(left) || isFloat(right)) {
    return floatArithmetic(operator, toDouble(left), toDouble(right))
  }
  return integerArithmetic(operator, left as number | bigint, right as number | bigint)
}

function divide(left: PyNumber, right: PyNumber): PyNumber {
  const divisor = toDouble(right)
  if (divisor === 0) {
    throw new ValueFault(
      isFloat(left) || isFloat(right) ? 'float division by zero' : 'division by zero',
    )
  }
  if (typeof left === 'bigint' || typeof right === 'bigint') return divideLarge(left, right)
  return toFloat(toDouble(left) / divisor)
}

/** Integers beyond 2^53: rounded once, not three times. */
function divideLarge(left: PyNumber, right: PyNumber): PyNumber {
  if (isFloat(left) || isFloat(right)) return toFloat(toDouble(left) / toDouble(right))
  const [one, other] = [toBigInt(left as bigint), toBigInt(right as bigint)]
  if (one % other === 0n) return toFloat(toDouble(toInteger(one / other)))
  // 64 bits more than a double holds, the last of them standing for all that follow
  const negative = one < 0n !== other < 0n
  const [a, b] = [one < 0n ? -one : one, other < 0n ? -other : other]
  const shift = BigInt(Math.max(0, b.toString(2).length - a.toString(2).length + 66))
  const scaled = (a << shift) / b
  const sticky = (a << shift) % b === 0n ? scaled : scaled | 1n
  const result = Number(sticky) / 2 ** Number(shift)
  return toFloat(negative ? -result : result)
}

function floatArithmetic(operator: NumberOperator, left: number, right: number): PyNumber {
  switch (operator) {
    case '+':
      return toFloat(left + right)
    case '-':
      return toFloat(left - right)
    case '*':
      return toFloat(left * right)
    case '//':
    case '%': {
      if (right === 0)
        throw new ValueFault(operator === '%' ? 'float modulo' : 'float floor division by zero')
      const [quotient, remainder] = floatDivMod(left, right)
      return toFloat(operator === '//' ? quotient : remainder)
    }
    default:
      return floatPower(left, right)
  }
}

/** Quotient and remainder as Python's `divmod`: the remainder has the sign of the divisor. */
function floatDivMod(left: number, right: number): [number, number] {
  let remainder = left % right
  let quotient = (left - remainder) / right
  if (remainder !== 0) {
    if (right < 0 !== remainder < 0) {
      remainder += right
      quotient -= 1
    }
  } else {
    remainder = right < 0 ? -0 : 0
  }
  if (quotient === 0) return [left / right < 0 || Object.is(left / right, -0) ? -0 : 0, remainder]
  const floor = Math.floor(quotient)
  return [quotient - floor > 0.5 ? floor + 1 : floor, remainder]
}

function floatPower(left: number, right: number): PyNumber {
  if (left === 0 && right < 0) throw new ValueFault('0.0 cannot be raised to a negative power')
  if (left < 0 && Number.isFinite(left) && Number.isFinite(right) && !Number.isInteger(right)) {
    throw new ValueFault('a negative number to a fractional power is a complex number', 'refused')
  }
  // JavaScript has no number for these, Python has 1
  if (left === 1 || right === 0) return new WholeFloat(1)
  if (left === -1 && !Number.isFinite(right) && !Number.isNaN(right)) return new WholeFloat(1)
  const result = power(left, right)
  if (!Number.isFinite(result) && Number.isFinite(left) && Number.isFinite(right)) {
    throw new ValueFault('numerical result out of range')
  }
  return toFloat(result)
}

function integerArithmetic(
  operator: NumberOperator,
  left: number | bigint,
  right: number | bigint,
): PyNumber {
  if (typeof left === 'number' && typeof right === 'number') {
    const quick = safeArithmetic(operator, left, right)
    if (quick !== undefined) return quick
  }
  const [one, other] = [toBigInt(left), toBigInt(right)]
  switch (operator) {
    case '+':
      return toInteger(one + other)
    case '-':
      return toInteger(one - other)
    case '*':
      growDigits(digits(one) + digits(other))
      return toInteger(one * other)
    case '//':
    case '%':
      return largeDivMod(operator, one, other)
    default:
      return largePower(one, other)
  }
}

/** The result of numbers that doubles hold exactly; undefined where it takes more. */
function safeArithmetic(operator: NumberOperator, left: number, right: number): number | undefined {
  let result: number
  switch (operator) {
    case '+':
      result = left + right
      break
    case '-':
      result = left - right
      break
    case '*':
      result = left * right
      break
    case '//':
      if (right === 0) throw new ValueFault('integer division or modulo by zero')
      result = Math.floor(left / right)
      // a quotient of large numbers may be rounded up to the next integer
      if (Math.abs(left) > 2 ** 52) return undefined
      break
    case '%':
      if (right === 0) throw new ValueFault('integer modulo by zero')
      result = left % right
      if (result !== 0 && right < 0 !== result < 0) result += right
      break
    default:
      if (right < 0) return undefined
      result = left ** right
  }
  return Number.isSafeInteger(result) ? result + 0 : undefined
}

function largeDivMod(operator: '//' | '%', left: bigint, right: bigint): PyNumber {
  if (right === 0n) throw new ValueFault('integer division or modulo by zero')
  const remainder = left % right
  const odd = remainder !== 0n && right < 0n !== remainder < 0n
  if (operator === '%') return toInteger(odd ? remainder + right : remainder)
  const quotient = left / right
  return toInteger(odd ? quotient - 1n : quotient)
}

function largePower(left: bigint, right: bigint): PyNumber {
  if (right < 0n) {
    return floatPower(toDouble(toInteger(left)), toDouble(toInteger(right)))
  }
  if (left === 0n || left === 1n) return right === 0n ? 1 : Number(left)
  if (left === -1n) return right % 2n === 0n ? 1 : -1
  growDigits(digits(left) * clampInteger(toInteger(right)))
  return toInteger(left ** right)
}

function digits(value: bigint): number {
  return value.toString(16).length
}

/** A number of more digits than this is no number of a configuration, and takes ever longer to work with. */
const maxDigits = 20_000

function growDigits(count: number): void {
  if (count > maxDigits) {
    throw new ValueFault(`a number of more than ${maxDigits} digits`, 'refused')
  }
  currentMeter().grow(count)
  currentMeter().step(count >> 4)
}

export function negate(value: unknown): PyNumber {
  const number = asNumber(value)
  if (number === undefined) throw new ValueFault(`bad operand type for unary -: ${typeName(value)}`)
  if (number instanceof WholeFloat) return new WholeFloat(-number.value)
  return typeof number === 'bigint' ? toInteger(-number) : 0 - number
}

/** `abs()` */
export function absolute(number: PyNumber): PyNumber {
  if (number instanceof WholeFloat) return new WholeFloat(Math.abs(number.value))
  if (typeof number === 'number') return Math.abs(number)
  return number < 0n ? -number : number
}

/** -1, 0 or 1, or undefined where one of them is not a number (`nan`). */
export function compareNumbers(left: PyNumber, right: PyNumber): number | undefined {
  const a = left instanceof WholeFloat ? left.value : left
  const b = right instanceof WholeFloat ? right.value : right
  if (a < b) return -1
  if (a > b) return 1
  // biome-ignore lint/suspicious/noDoubleEquals: `==` compares a number with a bigint by value
  return a == b ? 0 : undefined
}

/** A float as Python prints it, and an integer with all its digits. */
export function numberText(value: PyNumber): string {
  if (value instanceof WholeFloat) return floatText(value.value)
  if (typeof value === 'bigint') return value.toString()
  return Number.isInteger(value) ? String(value + 0) : floatText(value)
}

/** `repr()` of a float: the shortest text that gives it back. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [digitsText = '', exponentText = '0'] = shortest(value).split('e')
  const exponent = Number(exponentText)
  if (exponent >= -4 && exponent < 16) {
    const text = plainDigits(digitsText, exponent)
    return text.includes('.') ? text : `${text}.0`
  }
  const sign = exponent < 0 ? '-' : '+'
  return `${digitsText}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** The shortest text with an exponent. Of two that are equally near JavaScript takes the larger, Python the even one. */
function shortest(value: number): string {
  const text = value.toExponential()
  const count = text.replace(/e.*|\D/g, '').length
  if (count < 15) return text
  const [exact = '', exponent = ''] = value.toExponential(count + 20).split('e')
  const [, even = ''] = /^(.*[02468])50+$/.exec(exact) ?? []
  return even.replace(/\D/g, '').length === count ? `${even}e${exponent}` : text
}

/** `1.25` and an exponent of 1: `12.5`. */
function plainDigits(text: string, exponent: number): string {
  const sign = text.startsWith('-') ? '-' : ''
  const digits = text.replace(/\D/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const rest = digits.slice(exponent + 1)
  return sign + (rest === '' ? whole : `${whole}.${rest}`)
}

/** A double rounded to so many decimals, half to even of its exact value, as Python's `round` does. */
export function roundFloat(value: number, places: number): number {
  if (!Number.isFinite(value) || places > 300) return value
  if (places < -308) return Math.sign(value) * 0
  if (places < 0) {
    const unit = 10n ** BigInt(-places)
    // the sign of zero stays
    return Math.sign(value) * Number(roundRatio(Math.abs(value), unit) * unit)
  }
  return Number(fixed(value, places))
}

/** `format(value, '.Nf')`: from the exact value of the double, half to even. */
export function fixed(value: number, places: number): string {
  // JavaScript rounds exact halves up, and goes no further than 100 places
  const negative = value < 0 || Object.is(value, -0)
  const scale = 10n ** BigInt(places)
  const digitsText = scaledInteger(Math.abs(value), scale)
    .toString()
    .padStart(places + 1, '0')
  const whole = digitsText.slice(0, digitsText.length - places)
  const text = places === 0 ? whole : `${whole}.${digitsText.slice(-places)}`
  return negative ? `-${text}` : text
}

/** value × scale, rounded half to even. */
function scaledInteger(value: number, scale: bigint): bigint {
  const [numerator, denominator] = exactRatio(value)
  return divideHalfEven(numerator * scale, denominator)
}

/** value ÷ unit of a value that is not negative, rounded half to even. */
function roundRatio(value: number, unit: bigint): bigint {
  const [numerator, denominator] = exactRatio(value)
  return divideHalfEven(numerator, denominator * unit)
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n)
  return up ? quotient + 1n : quotient
}

/** A number as JSON has it: with a point or an exponent it is a float. */
export function readNumber(json: string): PyNumber {
  return /[.eE]/.test(json) ? toFloat(Number(json)) : toInteger(BigInt(json))
}
