/**
 * Finds the top-level pairs of a JSON object in its bytes, so that a large inventory can be read entry by entry.
 * @module
 */
import { maxDepth } from './source-text.ts'

/** What keeps a text from being scanned, and at which byte. */
export interface ScanFault {
  readonly message: string
  readonly offset: number
  readonly reason: 'syntax' | 'shape'
}

/** How many numbers describe a pair in {@link JsonPairs.spans}. */
export const spanWidth = 4

/**
 * The pairs in the order of the file. `spans` holds, for each: where the key's quote begins, where the value's text begins
 * and ends, and how many pairs there are inside the value (to notice a key that comes twice).
 */
export interface JsonPairs {
  readonly count: number
  readonly spans: Uint32Array<ArrayBuffer>
}

const quote = 34
const backslash = 92

/** Scans an object from `start` to the end of the bytes. Strings and brackets are checked, everything else is left to the parser. */
export function scanJsonPairs(bytes: Uint8Array, start: number): JsonPairs | ScanFault {
  const end = bytes.length
  let at = start
  const skipSpace = () => {
    while (at < end) {
      const byte = bytes[at]
      if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) break
      at++
    }
  }
  const fault = (message: string, reason: ScanFault['reason'] = 'syntax'): ScanFault => ({
    message,
    offset: Math.min(at, end),
    reason,
  })
  /** Puts `at` behind the string that begins there; false when it is not closed. */
  const skipString = (): boolean => {
    at++
    while (at < end) {
      const byte = bytes[at]
      if (byte === quote) {
        at++
        return true
      }
      at += byte === backslash ? 2 : 1
    }
    return false
  }
  skipSpace()
  if (at < end && bytes[at] === 91) return fault('the file holds a list', 'shape')
  if (bytes[at] !== 123) return fault('expected "{"', at < end && bytes[at] === quote ? 'shape' : 'syntax')
  at++
  let spans = new Uint32Array(1024)
  let count = 0
  skipSpace()
  let more = bytes[at] !== 125
  while (more) {
    skipSpace()
    const keyStart = at
    if (bytes[at] !== quote) return fault('expected a key in double quotes')
    if (!skipString()) return fault('a key whose closing quote is missing')
    skipSpace()
    if (bytes[at] !== 58) return fault('expected ":"')
    at++
    skipSpace()
    const valueStart = at
    let depth = 0
    let pairsInside = 0
    scan: while (at < end) {
      switch (bytes[at]) {
        case quote: {
          const stringStart = at
          if (!skipString()) {
            at = stringStart
            return fault('a string whose closing quote is missing')
          }
          continue
        }
        case 123:
        case 91:
          if (++depth > maxDepth) return fault(`nested deeper than ${maxDepth} levels`, 'shape')
          break
        case 125:
        case 93:
          if (depth === 0) break scan
          depth--
          break
        case 44:
          if (depth === 0) break scan
          break
        case 58:
          pairsInside++
          break
      }
      at++
    }
    if (at >= end) return fault('the closing "}" is missing')
    if ((count + 1) * spanWidth > spans.length) {
      const larger = new Uint32Array(spans.length * 2)
      larger.set(spans)
      spans = larger
    }
    spans.set([keyStart, valueStart, at, pairsInside], count * spanWidth)
    count++
    if (bytes[at] === 93) return fault('"]" without a "["')
    more = bytes[at] === 44
    if (more) at++
  }
  at++
  skipSpace()
  if (at < end) return fault('something follows the closing "}"')
  return { count, spans: spans.slice(0, count * spanWidth) }
}
