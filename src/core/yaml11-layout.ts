/**
 * Layouts that YAML 1.1 has and the parser, which is one of YAML 1.2, refuses: lines inside of brackets and quotes that begin left of
 * what they belong to, and comments right behind a quote or a bracket. Both are had by blanks in the right places.
 * @module
 */
import type { YamlEvents } from './yaml-events.ts'

/** So many blanks are wanted at a place of a text. */
interface Gap {
  readonly offset: number
  readonly blanks: number
}

/** A text with blanks put in. */
export interface SpacedText {
  readonly text: string
  /** What the parser says of that text, with the places of the original. */
  restore(events: YamlEvents['events']): YamlEvents['events']
}

/** A longer text would stop the server for too long, and a quote that is never closed overflow the stack. */
const maxLength = 1_000_000

/** The same document as the parser takes it; undefined: no blank would help, or the text is very long. */
export function withBlanks(text: string): SpacedText | undefined {
  if (text.length > maxLength) return undefined
  const gaps = new Gaps(text).find()
  if (gaps.length === 0) return undefined
  let spaced = ''
  let from = 0
  const ends: number[] = []
  for (const { offset, blanks } of gaps) {
    spaced += text.slice(from, offset) + ' '.repeat(blanks)
    from = offset
    ends.push(spaced.length)
  }
  const place = (at: number) => {
    const next = countUpTo(ends, at)
    const gap = gaps[next - 1]
    const end = ends[next - 1]
    return gap === undefined || end === undefined ? at : gap.offset + at - end
  }
  return { text: spaced + text.slice(from), restore: (events) => events.map(placedBy(place)) }
}

/** How many numbers of an ascending list are not above a limit. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

const placeNames: ReadonlySet<string> = new Set([
  ...['start', 'valueStart', 'valueEnd'],
  ...['anchorStart', 'anchorEnd', 'tagStart', 'tagEnd'],
])

/** Moves the places that an event tells; -1 is none. */
function placedBy(place: (at: number) => number) {
  return <Event extends object>(event: Event): Event => {
    const moved: [string, unknown][] = Object.entries(event).map(([name, value]) => [
      name,
      placeNames.has(name) && typeof value === 'number' && value >= 0 ? place(value) : value,
    ])
    return Object.assign({ ...event }, Object.fromEntries(moved))
  }
}

/** Goes through a text from word to word, as far as is needed to know what stands in brackets, in quotes, and in neither. */
class Gaps {
  private readonly text: string
  private readonly gaps: Gap[] = []
  private blanks = 0
  private at = 0
  private lineStart = 0
  /** How many brackets are open. */
  private level = 0
  /** Where the dash or the key stands that was begun last: what belongs to it is further right. */
  private holderColumn = -1
  /** Where a key would begin; undefined: the next word is the first of a node. */
  private keyColumn: number | undefined

  constructor(text: string) {
    this.text = text
  }

  find(): readonly Gap[] {
    while (this.at < this.text.length && this.blanks < maxBlanks) this.word()
    return this.blanks < maxBlanks ? this.gaps : []
  }

  private word(): void {
    if (this.pass(lineEnd)) this.beginLine()
    else if (this.pass(blanks) || this.pass(comment)) return
    else if (this.level > 0) this.wordInBrackets()
    else if (this.at === this.lineStart && this.pass(directiveOrMarker)) this.holderColumn = -1
    else this.wordOfBlock()
  }

  private wordOfBlock(): void {
    const column = this.at - this.lineStart
    if (this.pass(/[-?](?=[ \t\r\n]|$)/y)) {
      this.holderColumn = column
      this.keyColumn = undefined
      return
    }
    if (this.pass(/:(?=[ \t\r\n]|$)/y)) {
      this.holderColumn = this.keyColumn ?? column
      this.keyColumn = undefined
      return
    }
    this.keyColumn ??= column
    const character = this.text[this.at]
    if (character === '[' || character === '{') this.wordInBrackets()
    else if (this.pass(/[|>]/y)) this.blockText()
    else if (!this.quoted() && !this.pass(/[&*!][^ \t\r\n]*/y)) this.plain(inBlock)
  }

  private wordInBrackets(): void {
    if (this.pass(/[[{]/y)) this.level++
    else if (this.pass(/[\]}]/y)) this.level--
    else if (!this.pass(/,/y)) {
      if (this.quoted() || this.pass(/[&*!][^ \t\r\n,[\]{}]*|:(?=[ \t\r\n,[\]{}]|$)/y)) return
      this.plain(inBrackets)
      return
    }
    this.partComment()
  }

  /** Passes a text in quotes. */
  private quoted(): boolean {
    const begin = this.at
    if (!this.pass(/'(?:[^']|'')*'|"(?:[^"\\]|\\[\s\S])*"/y)) return false
    const lineEnds = new RegExp(lineEnd, 'g')
    for (const { index, 0: end } of this.text.slice(begin, this.at).matchAll(lineEnds)) {
      this.lineStart = begin + index + end.length
      this.indent()
    }
    this.partComment()
    return true
  }

  /** Passes a text without quotes, with the lines that continue it. */
  private plain({ text, continued }: PlainForm): void {
    this.pass(text)
    for (;;) {
      const { at } = this
      if (!this.pass(continued)) return
      const gap = this.text.slice(at, this.at)
      const column = gap.length - 1 - Math.max(gap.lastIndexOf('\n'), gap.lastIndexOf('\r'))
      const marker = column === 0 && this.passes(directiveOrMarker)
      if (marker || (this.level === 0 && column <= this.holderColumn)) {
        this.at = at
        return
      }
      this.lineStart = this.at - column
      if (this.level > 0) this.indent()
      this.pass(text)
    }
  }

  /** Passes a text behind `|` or `>`, from its header on. */
  private blockText(): void {
    const headerStart = this.at
    this.pass(/[^\r\n]*/y)
    const stated = /^[-+]?([1-9])/.exec(this.text.slice(headerStart, this.at))?.[1]
    let column = stated === undefined ? undefined : Math.max(0, this.holderColumn) + Number(stated)
    for (;;) {
      const { at } = this
      if (!this.pass(lineEnd)) return
      this.beginLine()
      if (this.pass(/[ \t]*(?=[\r\n]|$)/y)) continue
      this.pass(/ */y)
      const indent = this.at - this.lineStart
      column ??= indent > this.holderColumn ? indent : Number.POSITIVE_INFINITY
      if (indent < column) {
        this.at = at
        return
      }
      this.pass(/[^\r\n]*/y)
    }
  }

  private beginLine(): void {
    this.lineStart = this.at
    this.keyColumn = undefined
    if (this.level > 0) this.indent()
  }

  /** The line that begins is to be right of what holds it; the end of a document would be none any more. */
  private indent(): void {
    const { at } = this
    this.at = this.lineStart
    if (!this.passes(directiveOrMarker)) {
      this.gaps.push({ offset: this.lineStart, blanks: this.holderColumn + 1 })
      this.blanks += this.holderColumn + 1
    }
    this.at = at
  }

  private partComment(): void {
    if (this.text[this.at] === '#') this.gaps.push({ offset: this.at, blanks: 1 })
  }

  private passes(form: RegExp): boolean {
    form.lastIndex = this.at
    return form.test(this.text)
  }

  /** Goes behind what has a form; false when it does not stand here. */
  private pass(form: RegExp): boolean {
    if (!this.passes(form)) return false
    this.at = form.lastIndex
    return true
  }
}

/** A bracket far to the right with many lines in it would make a small text a very long one. */
const maxBlanks = 4_000_000

const lineEnd = /\r\n?|\n/y
const blanks = /[ \t]+/y
const comment = /#[^\r\n]*/y
const directiveOrMarker = /(?:---|\.\.\.)(?=[ \t\r\n]|$)|%[^\r\n]*/y

/** How texts without quotes go on. */
interface PlainForm {
  readonly text: RegExp
  /** From the end of a line to the word that continues the text. */
  readonly continued: RegExp
}

const inBlock: PlainForm = {
  text: /(?:[ \t]*(?:[^ \t\r\n:#]|:(?=[^ \t\r\n])|(?<=[^ \t\r\n])#))*/y,
  continued: /[ \t]*(?:[\r\n][ \t]*)+(?=[^ \t\r\n#])/y,
}
const inBrackets: PlainForm = {
  text: /(?:[ \t]*(?:[^ \t\r\n:#,[\]{}]|:(?=[^ \t\r\n,[\]{}])|(?<=[^ \t\r\n])#))*/y,
  continued: /[ \t]*(?:[\r\n][ \t]*)+(?=[^ \t\r\n#:,[\]{}]|:(?=[^ \t\r\n,[\]{}]))/y,
}
