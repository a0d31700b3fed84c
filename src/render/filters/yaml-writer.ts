/**
 * Writes YAML characters and keeps count of the column: where libyaml, which Ansible writes YAML with, sets spaces,
 * line ends and escapes.
 * @module
 */
import { checkCharacters } from './bounds.ts'
import { isYamlPrintable } from './yaml-scalar.ts'

const escapes: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\x85', 'N'],
  ['\xa0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
])

export class YamlWriter {
  readonly #filter: string
  readonly #width: number
  readonly #parts: string[] = []
  #length = 0
  #column = 0
  /** Whether what was written last separates words. */
  #whitespace = true
  /** Whether the line holds nothing but indentation so far. */
  #indention = true
  /** How far the innermost collection is indented; -1 outside all. */
  indent = -1

  constructor(filter: string, width: number) {
    this.#filter = filter
    this.#width = width
  }

  get text(): string {
    return this.#parts.join('')
  }

  get isPastWidth(): boolean {
    return this.#column > this.#width
  }

  get isAtIndention(): boolean {
    return this.#indention
  }

  /** Goes to the current indentation, on a new line unless this one is still empty up to there. */
  writeIndent(): void {
    const indent = Math.max(0, this.indent)
    const isThere = this.#column < indent || (this.#column === indent && this.#whitespace)
    if (!this.#indention || !isThere) this.#lineEnd('\n')
    if (this.#column < indent) this.#put(' '.repeat(indent - this.#column), indent - this.#column)
    this.#whitespace = true
    this.#indention = true
  }

  /** `-`, `:`, `[` and the like. */
  writeIndicator(
    indicator: string,
    {
      afterSpace = false,
      isSpace = false,
      isIndention = false,
    }: { afterSpace?: boolean; isSpace?: boolean; isIndention?: boolean } = {},
  ): void {
    if (afterSpace && !this.#whitespace) this.#put(' ', 1)
    this.#put(indicator, [...indicator].length)
    this.#whitespace = isSpace
    this.#indention = this.#indention && isIndention
  }

  writePlain(text: string, mayFold: boolean): void {
    if (!this.#whitespace && text !== '') this.#put(' ', 1)
    this.#writeFolded(text, mayFold, (character) => character)
    this.#endScalar()
  }

  writeSingleQuoted(text: string, mayFold: boolean): void {
    this.writeIndicator("'", { afterSpace: true })
    this.#writeFolded(text, mayFold, (character) => (character === "'" ? "''" : character))
    this.writeIndicator("'")
    this.#endScalar()
  }

  #endScalar(): void {
    this.#whitespace = false
    this.#indention = false
  }

  #writeFolded(text: string, mayFold: boolean, written: (character: string) => string): void {
    const characters = [...text]
    let afterSpace = false
    let afterBreak = false
    for (const [index, character] of characters.entries()) {
      const isInside = index > 0 && index < characters.length - 1
      if (character === ' ') {
        const folds =
          mayFold && !afterSpace && isInside && this.isPastWidth && characters[index + 1] !== ' '
        if (folds) this.writeIndent()
        else this.#put(' ', 1)
        afterSpace = true
      } else if (isLineBreak(character)) {
        // a single line end would read as a space
        if (!afterBreak && character === '\n') this.#lineEnd('\n')
        this.#lineEnd(character)
        this.#indention = true
        afterBreak = true
      } else {
        if (afterBreak) this.writeIndent()
        const token = written(character)
        this.#put(token, token.length === 2 && character === "'" ? 2 : 1)
        this.#indention = false
        afterSpace = false
        afterBreak = false
      }
    }
    if (afterBreak) this.writeIndent()
  }

  writeDoubleQuoted(text: string, mayFold: boolean): void {
    this.writeIndicator('"', { afterSpace: true })
    const characters = [...text]
    let afterSpace = false
    for (const [index, character] of characters.entries()) {
      const isInside = index > 0 && index < characters.length - 1
      if (needsEscape(character)) {
        const escaped = `\\${escapes.get(character) ?? numericEscape(character)}`
        this.#put(escaped, escaped.length)
        afterSpace = false
      } else if (character === ' ' && mayFold && !afterSpace && isInside && this.isPastWidth) {
        this.writeIndent()
        if (characters[index + 1] === ' ') this.#put('\\', 1)
        afterSpace = true
      } else {
        this.#put(character, 1)
        afterSpace = character === ' '
      }
    }
    this.writeIndicator('"')
    this.#endScalar()
  }

  #lineEnd(character: string): void {
    this.#put(character, 0)
    this.#column = 0
  }

  #put(text: string, columns: number): void {
    this.#parts.push(text)
    this.#column += columns
    this.#length += text.length
    checkCharacters(this.#filter, this.#length)
  }
}

function isLineBreak(character: string): boolean {
  return /[\n\r\x85\u2028\u2029]/.test(character)
}

function needsEscape(character: string): boolean {
  return (
    !isYamlPrintable(character) || isLineBreak(character) || character === '"' || character === '\\'
  )
}

function numericEscape(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  if (hex.length <= 2) return `x${hex.padStart(2, '0')}`
  return hex.length <= 4 ? `u${hex.padStart(4, '0')}` : `U${hex.padStart(8, '0')}`
}
