/**
 * Python's `str.strip()`. JavaScript's `trim()` takes U+FEFF too, and leaves U+001C to U+001F and U+0085.
 * @module
 */

const spaces = new Set([
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680],
  ...Array.from({ length: 11 }, (_, index) => 0x2000 + index),
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
])

/** `text` without the space at its beginning, as `str.lstrip()` has it. */
export function stripStart(text: string): string {
  let start = 0
  while (spaces.has(text.charCodeAt(start))) start += 1
  return text.slice(start)
}

/** `text` without the space at its end, as `str.rstrip()` has it. */
export function stripEnd(text: string): string {
  let end = text.length
  while (spaces.has(text.charCodeAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** `text` without the space at both ends, as `str.strip()` has it. */
export function strip(text: string): string {
  return stripEnd(stripStart(text))
}
