/**
 * A pattern that is being read, with the place reached in it.
 * @module
 */

const shownCharacters = 60

/** What is wrong with a regular expression: Python refuses it too, or JavaScript has no equal for a part of it. */
export class RegexFault extends Error {
  override readonly name = 'RegexFault'
}

/** A pattern as messages show it. */
export function shownPattern(pattern: string): string {
  return `'${pattern.length > shownCharacters ? `${pattern.slice(0, shownCharacters)}…` : pattern}'`
}

export class RegexSource {
  readonly #pattern: string
  position = 0

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  get atEnd(): boolean {
    return this.position >= this.#pattern.length
  }

  /** Whether `text` comes next. */
  sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.position)
  }

  /** Reads `text` if it comes next. */
  take(text: string): boolean {
    if (!this.sees(text)) return false
    this.position += text.length
    return true
  }

  /** Reads what a sticky regular expression matches here. */
  match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.position
    const match = sticky.exec(this.#pattern) ?? undefined
    this.position += match?.[0].length ?? 0
    return match
  }

  /** Reads one character. */
  next(): string {
    const code = this.#pattern.codePointAt(this.position)
    if (code === undefined) throw this.fault('it ends too early')
    const character = String.fromCodePoint(code)
    this.position += character.length
    return character
  }

  /** The error to throw about the pattern. */
  fault(reason: string): RegexFault {
    return new RegexFault(
      `regular expression ${shownPattern(this.#pattern)}: ${reason} (at character ${this.position})`,
    )
  }
}
