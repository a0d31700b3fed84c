/**
 * Small keys for texts that nearly all are MAC addresses.
 * @module
 */

/** So many vendors' prefixes get a number. With the 24 bits behind them, keys are below 2^30: a number that needs no memory of its own. */
const maxPrefixes = 64

/**
 * Makes keys: two texts have the same key if they are the same, and only then. Of a hundred thousand texts that a Map has as keys, each that it
 * compares comes from far away in memory; numbers stand in the Map itself.
 */
export class CompactKeys {
  private readonly prefixes = new Map<number, number>()

  of(text: string): number | string {
    if (text.length !== 17 || text.charCodeAt(8) !== colon) return text
    const vendor = threeBytes(text, 0)
    const device = threeBytes(text, 9)
    if (vendor === -1 || device === -1) return text
    let prefix = this.prefixes.get(vendor)
    if (prefix === undefined) {
      prefix = this.prefixes.size
      if (prefix === maxPrefixes) return text
      this.prefixes.set(vendor, prefix)
    }
    return prefix * 0x1_00_00_00 + device
  }
}

const colon = 0x3a

/** The number that `1a:2b:3c` at a place of a text stands for; -1: something else stands there. */
function threeBytes(text: string, at: number): number {
  if (text.charCodeAt(at + 2) !== colon || text.charCodeAt(at + 5) !== colon) return -1
  const [first, second, third] = [byteAt(text, at), byteAt(text, at + 3), byteAt(text, at + 6)]
  return first < 0 || second < 0 || third < 0 ? -1 : (first << 16) | (second << 8) | third
}

/** Negative: there are no two digits of `0-9a-f`. */
function byteAt(text: string, at: number): number {
  const high = digit(text.charCodeAt(at))
  const low = digit(text.charCodeAt(at + 1))
  return high < 0 || low < 0 ? -1 : (high << 4) | low
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
}
