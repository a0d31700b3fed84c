/**
 * Texts of switches and operators as a page shows them.
 * @module
 */
import { printable } from '../../../core/printable.ts'

/** What nobody sees and what could make two names look alike: soft hyphens, zero widths, the Arabic letter mark, tags. */
const unseen = /[\u00ad\u061c\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u{e0000}-\u{e007f}]/gu

/** The text with control characters, marks of direction and characters without width as escapes: `\u202e`. */
export function visible(text: string): string {
  return printable(text).replace(unseen, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}

/** A line of a file likewise; its tabs stay. */
export function visibleLine(line: string): string {
  return line.split('\t').map(visible).join('\t')
}

/** The lines of a text; a line end at its end begins no further one. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
