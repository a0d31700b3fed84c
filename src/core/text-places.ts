/**
 * Lines and columns in a text that is at hand as a string.
 * @module
 */
import type { SourceLocation } from './problem.ts'

/** A function from offsets (UTF-16 units), asked for in ascending order, to file, line and column. */
export function textPlaces(file: string, text: string): (offset: number) => SourceLocation {
  let line = 1
  let lineStart = 0
  return (offset) => {
    for (;;) {
      const end = text.indexOf('\n', lineStart)
      if (end === -1 || end >= offset) break
      line++
      lineStart = end + 1
    }
    return { file, line, column: offset - lineStart + 1 }
  }
}
