/**
 * Lines and columns in a text that is at hand as a string.
 * @module
 */
import type { SourceLocation } from './problem.ts'

/**
 * A function from offsets (UTF-16 units) to file, line and column. Columns count characters. Quick where one place is near the one asked
 * for before: a mistake can be in each of 100,000 parts of a file.
 */
export function textPlaces(file: string, text: string): (offset: number) => SourceLocation {
  let at = 0
  let line = 1
  let column = 1
  return (offset) => {
    const goal = Math.min(offset, text.length)
    for (; at < goal; at++) {
      if (text.charCodeAt(at) === newline) {
        line++
        column = 1
      } else if (beginsCharacter(text, at)) column++
    }
    const from = line
    for (; at > goal; at--) {
      if (text.charCodeAt(at - 1) === newline) line--
      else if (beginsCharacter(text, at - 1)) column--
    }
    if (line < from) {
      column = 1
      const lineStart = text.lastIndexOf('\n', at - 1) + 1
      for (let before = lineStart; before < at; before++) {
        if (beginsCharacter(text, before)) column++
      }
    }
    return { file, line, column }
  }
}

const newline = 10

/** The second half of a surrogate pair begins none. */
function beginsCharacter(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) !== 0xdc00
}
