/**
 * Finds the top-level pairs of a JSON object in its bytes, so that a large inventory can be read entry by entry.
 * @module
 */
import { maxDepth } from './source-text.ts'

/** What keeps a text from being scanned, at which byte, and the pairs before that place. */
export interface ScanFault extends JsonPairs {
  readonly message: string
  readonly offset: number
  readonly reason: 'syntax' | 'shape'
}

/** How many numbers describe a pair in {@link JsonPairs.spans}. */
export const spanWidth = 5

/**
 * The pairs in the order of the file. `spans` holds, for each: where the key's quote begins, where the value's text begins
 * and ends, how many pairs there are inside the value (to notice a key that comes twice) and how many decimal points in its
 * numbers (to notice `1.0`).
 */
export interface JsonPairs {
  readonly count: number
  readonly spans: Uint32Array<ArrayBuffer>
}

const quote = 34
const comma = 44
const point = 46
const colon = 58
const openList = 91
const backslash = 92
const closeList = 93
const openObject = 123
const closeObject = 125

/** Scans an object from `start` to the end of the bytes. Strings and brackets are checked, everything else is left to the parser. */
export function scanJsonPairs(bytes: Uint8Array, start: number): JsonPairs | ScanFault {
  const scan = new Scan(bytes, start)
  const fault = scan.object()
  return fault === undefined ? scan.pairs() : { ...fault, ...scan.pairs() }
}

type Fault = Pick<ScanFault, 'message' | 'offset' | 'reason'>

class Scan {
  private at: number
  private count = 0
  private spans = new Uint32Array(1024)
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes
    this.at = start
  }

  pairs(): JsonPairs {
    return { count: this.count, spans: this.spans.slice(0, this.count * spanWidth) }
  }

  object(): Fault | undefined {
    if (this.next() !== openObject) {
      if (this.bytes[this.at] === openList) return this.fault('the file holds a list', 'shape')
      return this.fault('the file holds a single value')
    }
    this.at++
    if (this.next() !== closeObject) {
      for (;;) {
        const fault = this.pair()
        if (fault !== undefined) return fault
        if (this.bytes[this.at] !== comma) break
        this.at++
      }
    }
    if (this.at >= this.bytes.length) return this.fault('the closing "}" is missing')
    if (this.bytes[this.at] === closeList) return this.fault('"]" without a "["')
    this.at++
    return this.next() === undefined ? undefined : this.fault('something follows the closing "}"')
  }

  private fault(message: string, reason: ScanFault['reason'] = 'syntax'): Fault {
    return { message, offset: Math.min(this.at, this.bytes.length), reason }
  }

  /** The next byte that is no white space. */
  private next(): number | undefined {
    const { bytes } = this
    let byte = bytes[this.at]
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++this.at]
    return byte
  }

  private pair(): Fault | undefined {
    if (this.next() !== quote) return this.fault('expected a key in double quotes')
    const keyStart = this.at
    this.at = stringEnd(this.bytes, keyStart)
    if (this.next() !== colon) return this.fault('expected ":"')
    this.at++
    this.next()
    return this.value(keyStart, this.at)
  }

  private value(keyStart: number, valueStart: number): Fault | undefined {
    // locals: this loop sees every byte of the file
    const { bytes } = this
    const end = bytes.length
    let at = valueStart
    let depth = 0
    let pairs = 0
    let points = 0
    scan: while (at < end) {
      switch (bytes[at]) {
        case quote:
          at = stringEnd(bytes, at)
          continue
        case openObject:
        case openList:
          if (++depth > maxDepth) {
            this.at = at
            return this.fault(`nested deeper than ${maxDepth} levels`, 'shape')
          }
          break
        case closeObject:
        case closeList:
          if (depth === 0) break scan
          depth--
          break
        case comma:
          if (depth === 0) break scan
          break
        case colon:
          pairs++
          break
        case point:
          points++
          break
      }
      at++
    }
    this.at = at
    if (at >= end) return this.fault('the closing "}" is missing')
    if ((this.count + 1) * spanWidth > this.spans.length) {
      const larger = new Uint32Array(this.spans.length * 2)
      larger.set(this.spans)
      this.spans = larger
    }
    const to = this.count * spanWidth
    this.spans[to] = keyStart
    this.spans[to + 1] = valueStart
    this.spans[to + 2] = at
    this.spans[to + 3] = pairs
    this.spans[to + 4] = points
    this.count++
    return undefined
  }
}

/** Where the string that begins at `start` ends, its quote included; the end of the bytes, or just behind, when it is not closed. */
function stringEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.length
  let at = start + 1
  while (at < end) {
    const byte = bytes[at]
    if (byte === quote) return at + 1
    at += byte === backslash ? 2 : 1
  }
  return at
}
