/**
 * Texts that are kept for long and read often.
 * @module
 */

/**
 * The same text in one piece. A text that was put together stays a tree of its pieces, and of thousands of them each piece comes from
 * somewhere else in memory; making it flat costs more than one use of it.
 */
export function flatText(text: string): string {
  return Buffer.from(text).toString()
}
