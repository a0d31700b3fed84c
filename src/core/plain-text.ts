/**
 * Whether plain data loses anything of an operator's text: floats with a whole value (`1.0`), digits of large integers, the order of
 * keys that look like integers. A quick look: where it says no, a closer one may find that nothing is lost.
 * @module
 */

const quote = 34
const minus = 45
const point = 46
const zero = 48
const nine = 57
const colon = 58
const upperE = 69
const openList = 91
const backslash = 92
const closeList = 93
const lowerE = 101
const openObject = 123
const closeObject = 125

/** Any number of so many digits is safe in JavaScript. */
const safeDigits = 15

/** So many digits in a key are an index of a JavaScript object for sure. */
const indexDigits = 9

/** Whether `JSON.parse` loses nothing of the value between two offsets. The bytes must be JSON. */
export function isPlainJson(bytes: Uint8Array, start: number, end: number): boolean {
  // of each dictionary around the place, the last key
  const outer: number[] = []
  let lastKey = -1
  let stringStart = 0
  let stringEnd = 0
  for (let at = start; at < end; ) {
    const byte = bytes[at] ?? 0
    if (byte === quote) {
      stringStart = at + 1
      stringEnd = closingQuote(bytes, stringStart, end)
      at = stringEnd + 1
    } else if (byte === colon) {
      const key = keyOrder(bytes, stringStart, stringEnd)
      if (key <= lastKey && key !== Number.POSITIVE_INFINITY) return false
      lastKey = key
      at++
    } else if (isDigit(byte) || byte === minus) {
      at = plainNumberEnd(bytes, at, end)
      if (at === -1) return false
    } else {
      if (byte === openObject || byte === openList) {
        outer.push(lastKey)
        lastKey = -1
      } else if (byte === closeObject || byte === closeList) {
        lastKey = outer.pop() ?? -1
      }
      at++
    }
  }
  return true
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine
}

function closingQuote(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at
}

/** Where a JavaScript object puts a key: integers by their value, then all others as they come; -1 where a closer look is needed. */
function keyOrder(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start]
  if (first === backslash) return -1
  if (!isDigit(first) || (first === zero && end - start > 1)) return Number.POSITIVE_INFINITY
  let value = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte === backslash) return -1
    if (!isDigit(byte)) return Number.POSITIVE_INFINITY
    value = value * 10 + byte - zero
  }
  return end - start > indexDigits ? -1 : value
}

/** Where the number that begins at `start` ends; -1 when plain data may lose something of it. */
function plainNumberEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  let isFloat = false
  let isWhole = true
  for (; at < end; at++) {
    const byte = bytes[at]
    if (byte === point) isFloat = true
    else if (byte === lowerE || byte === upperE) return -1
    else if (isDigit(byte)) isWhole &&= !isFloat || byte === zero
    else if (byte !== minus) break
  }
  // sign and point count here, which is on the safe side
  return (isFloat && isWhole) || at - start > safeDigits ? -1 : at
}

const lossyYaml = [
  // floats with a whole value or an exponent, and what is long enough to lose digits
  /(?:^|[\s:,[])[-+]?(?:\d*\.0+|[\d.]{16,}|[\d.]+[eE][-+]?\d+)(?=[\s,\]}]|$)/,
  /0x[\da-fA-F]{13}|0o[0-7]{17}/,
  // keys that are integers, or that an escape, "? " or a free colon may hide
  /(?:^|[\s{,[])\d+\s*:(?=[\s,[\]{}]|$)/,
  /["']\d+["']\s*:/,
  /\\[xuU]/,
  /(?:^|[\s{,[])[?:]\s/,
]

/** In a dictionary in flow style, a key that is an integer and has no value; or an item of a list. */
const valueless = /[{,]\s*(?:#.*[\r\n]\s*)*(?:[!&]\S*\s+)*["']?\d+["']?\s*(?:#.*[\r\n]\s*)*[,}]/

const numberLists = /\[[\d\s,.+-]*\]/g

/** Whether plain data loses nothing of a YAML text; what aliases stand for is not looked at. */
export function isPlainYaml(text: string): boolean {
  if (text.includes('{') && valueless.test(text.replace(numberLists, '[]'))) return false
  return !lossyYaml.some((sign) => sign.test(text))
}
