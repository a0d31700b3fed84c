/**
 * Lines wrapped at a width, as Python's `textwrap` does it.
 * @module
 */
import { textLength, trim } from '../../python/text.ts'

export interface WrapRules {
  readonly width: number
  readonly breakLong: boolean
  readonly breakHyphens: boolean
}

const letter = '[^\\d\\W]'
const word = '[\\w!"\'&.,?]'
const blank = '[\\t\\n\\v\\f\\r ]'
const solid = '[^\\t\\n\\v\\f\\r ]'
// what stays together: white space; a dash between words; a word, which may be parted behind a hyphen
const hyphenated = new RegExp(
  `(${blank}+|(?<=${word})-{2,}(?=\\w)|${solid}+?(?:-(?:(?<=${letter}{2}-)|(?<=${letter}-${letter}-))(?=${letter}-?${letter})|(?=${blank}|$)|(?<=${word})(?=-{2,}\\w)))`,
)
const plain = new RegExp(`(${blank}+)`)

/** The lines that a line becomes; none for an empty one. */
export function wrapLine(line: string, rules: WrapRules): string[] {
  const { width } = rules
  const chunks = line.split(rules.breakHyphens ? hyphenated : plain).filter((chunk) => chunk !== '')
  chunks.reverse()
  const lines: string[] = []
  while (chunks.length > 0) {
    const current: string[] = []
    let length = 0
    if (lines.length > 0 && isBlank(chunks.at(-1))) chunks.pop()
    for (;;) {
      const next = chunks.at(-1)
      if (next === undefined || length + textLength(next) > width) break
      current.push(next)
      length += textLength(next)
      chunks.pop()
    }
    const rest = chunks.at(-1)
    if (rest !== undefined && textLength(rest) > width) breakLong(chunks, current, length, rules)
    if (isBlank(current.at(-1))) current.pop()
    if (current.length > 0) lines.push(current.join(''))
  }
  return lines
}

function isBlank(chunk: string | undefined): boolean {
  return chunk !== undefined && trim(chunk) === ''
}

/** A word that fits in no line. */
function breakLong(chunks: string[], current: string[], length: number, rules: WrapRules): void {
  const room = rules.width < 1 ? 1 : rules.width - length
  const chunk = chunks.at(-1) ?? ''
  if (rules.breakLong) {
    const all = [...chunk]
    let end = room
    if (rules.breakHyphens && all.length > room) {
      const hyphen = all.slice(0, room).lastIndexOf('-')
      if (hyphen > 0 && all.slice(0, hyphen).some((character) => character !== '-'))
        end = hyphen + 1
    }
    current.push(all.slice(0, end).join(''))
    chunks[chunks.length - 1] = all.slice(end).join('')
    if (chunks.at(-1) === '') chunks.pop()
  } else if (current.length === 0) {
    current.push(chunks.pop() ?? '')
  }
}
