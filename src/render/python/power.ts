/**
 * `**` of floats, to the last digit.
 * @module
 */
import { refused } from './fault.ts'

/** The larger of two numbers that are both exact needs no more bits than this. */
const maxBits = 200_000

/** Bits of a quotient, of which a double keeps 53. */
const quotientBits = 117
const droppedBits = BigInt(quotientBits - 53)

/**
 * `left ** right` as C's `pow` has it, which Python asks. `pow` may be wrong by a hair more than half of the last bit: where that hair
 * decides, there is no telling what Python prints.
 * @throws {ValueFault}
 */
export function power(left: number, right: number): number {
  if (left === 0 || !Number.isFinite(left) || !Number.isFinite(right)) return left ** right
  const magnitude = Math.abs(left)
  const sign = left < 0 && Math.abs(right % 2) === 1 ? -1 : 1
  if (magnitude === 1) return sign
  const size = Math.log2(magnitude) * right
  if (size > 1030) return sign * Number.POSITIVE_INFINITY
  if (size < -1080) return sign * 0
  const [numerator, denominator] = exactRatio(magnitude)
  const [exponent, halved] = Number.isInteger(right) ? [right, false] : [right * 2, true]
  const bits = Math.max(numerator.toString(16).length, denominator.toString(16).length) * 4
  if (!Number.isInteger(exponent) || bits * Math.abs(exponent) > maxBits) {
    return sign * fractionalPower(numerator, denominator, right)
  }
  const times = BigInt(Math.abs(exponent))
  const [above, below] = right > 0 ? [numerator, denominator] : [denominator, numerator]
  return sign * nearest(above ** times, below ** times, halved)
}

/** The double nearest to a fraction, or to its root. */
function nearest(numerator: bigint, denominator: bigint, root: boolean): number {
  const wanted = root ? quotientBits * 2 : quotientBits
  let shift = wanted - (bitLength(numerator) - bitLength(denominator))
  if (root && shift % 2 !== 0) shift++
  const scaled =
    shift > 0
      ? (numerator << BigInt(shift)) / denominator
      : numerator / (denominator << BigInt(-shift))
  const quotient = root ? squareRoot(scaled) : scaled
  const exponent = (root ? -shift / 2 : -shift) + bitLength(quotient)
  if (exponent < -1020) throw refused('a power as small as this')
  const dropped = droppedBits + BigInt(bitLength(quotient) - quotientBits)
  const half = 1n << (dropped - 1n)
  const rest = quotient & ((1n << dropped) - 1n)
  const fromHalf = rest > half ? rest - half : half - rest
  if (fromHalf * 25n < half) throw refused('a power that cannot be told to the last digit')
  const mantissa = (quotient >> dropped) + (rest > half ? 1n : 0n)
  return exponent > 1024 ? Number.POSITIVE_INFINITY : scaleUp(Number(mantissa), exponent - 53)
}

/** Bits behind the point of logarithms, far more than a double keeps. */
const places = 192n
const one = 1n << places

/** A power by its logarithm. */
function fractionalPower(numerator: bigint, denominator: bigint, exponent: number): number {
  const [times, parts] = exactRatio(Math.abs(exponent))
  const logarithm = (naturalLog(numerator, denominator) * times) / parts
  const value = exponent < 0 ? -logarithm : logarithm
  const turns = value / logOfTwo
  const result = exponential(value - turns * logOfTwo)
  return turns >= 0n ? nearest(result << turns, one, false) : nearest(result, one << -turns, false)
}

const logOfTwo = atanhTwice(1n, 3n)

/** The natural logarithm of a fraction. */
function naturalLog(numerator: bigint, denominator: bigint): bigint {
  const shift = bitLength(numerator) - bitLength(denominator)
  const [above, below] =
    shift > 0
      ? [numerator, denominator << BigInt(shift)]
      : [numerator << BigInt(-shift), denominator]
  // from half of one to two of it is left
  return BigInt(shift) * logOfTwo + atanhTwice(above - below, above + below)
}

/** 2 × artanh of a fraction whose size is at most a third. */
function atanhTwice(above: bigint, below: bigint): bigint {
  const z = (above << places) / below
  const square = (z * z) >> places
  let sum = 0n
  let power = z
  for (let odd = 1n; power !== 0n && power !== -1n; odd += 2n) {
    sum += power / odd
    power = (power * square) >> places
  }
  return sum * 2n
}

/** e to the power of a small number. */
function exponential(value: bigint): bigint {
  let sum = one
  let term = one
  for (let step = 1n; term !== 0n && term !== -1n; step++) {
    term = ((term * value) >> places) / step
    sum += term
  }
  return sum
}

/** value × 2^exponent, in two steps: one could leave what a double holds. */
function scaleUp(value: number, exponent: number): number {
  const first = Math.trunc(exponent / 2)
  return value * 2 ** first * 2 ** (exponent - first)
}

function bitLength(value: bigint): number {
  const text = value.toString(16)
  return text.length * 4 - Math.clz32(Number.parseInt(text.charAt(0), 16)) + 28
}

/** The largest integer whose square is not above. */
function squareRoot(value: bigint): bigint {
  let guess = 1n << BigInt((bitLength(value) + 1) >> 1)
  for (;;) {
    const next = (guess + value / guess) >> 1n
    if (next >= guess) return guess
    guess = next
  }
}

/** A finite double that is not negative as a fraction. */
export function exactRatio(value: number): [bigint, bigint] {
  if (Number.isInteger(value)) return [BigInt(value), 1n]
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n
  return [mantissa, 1n << BigInt(1075 - Math.max(1, exponent))]
}
