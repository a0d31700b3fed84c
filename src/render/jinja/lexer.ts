/**
 * Jinja2's lexer: a template's text as tokens, white space already treated.
 * @module
 */
import { trimEnd, whiteSpace } from '../python/text.ts'
import type { WhitespaceRules } from '../whitespace-rules.ts'
import { readString } from './string-literal.ts'
import type { Token, TokenKind } from './tokens.ts'

/** Thrown for a text that is no template; `offset` says where. */
export class LexFault extends Error {
  override readonly name = 'LexFault'
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** The text as Jinja2 takes it: LF line ends, and without the last one. */
export function normalizeSource(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  return lines.endsWith('\n') ? lines.slice(0, -1) : lines
}

const space = `[${whiteSpace}]`
const opening = new RegExp(
  `\\{%([-+]?)${space}*raw${space}*(?:-%\\}${space}*|%\\})|\\{(?:#([-+]?)|%([-+]?)|\\{([-+]?))`,
  'g',
)
const rawEnd = new RegExp(
  `\\{%([-+]?)${space}*endraw${space}*(?:\\+%\\}|-%\\}${space}*|%\\}(\\n?))`,
  'g',
)
const commentEnd = new RegExp(`(?:\\+#\\}|-#\\}${space}*|#\\}(\\n?))`, 'g')
const blockEnd = new RegExp(`(?:\\+%\\}|-%\\}${space}*|%\\}(\\n?))`, 'y')
const variableEnd = new RegExp(`-\\}\\}${space}*|\\}\\}`, 'y')
const spaces = new RegExp(`${space}+`, 'y')
const onlySpaces = new RegExp(`^${space}+$`)
const float = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy
const integer = /0b(?:_?[0-1])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy
const name = /[\p{L}\p{M}\p{N}\p{Pc}]+/uy
const identifier = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u
const string = /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y

/** @throws {LexFault} */
export function tokenize(text: string, rules: WhitespaceRules, start = 0): readonly Token[] {
  return new Lexer(text, rules, start).run()
}

class Lexer {
  private readonly text: string
  private readonly rules: WhitespaceRules
  private readonly tokens: Token[] = []
  private at: number

  constructor(text: string, rules: WhitespaceRules, start: number) {
    this.text = text
    this.rules = rules
    this.at = start
  }

  run(): readonly Token[] {
    while (this.at < this.text.length) {
      opening.lastIndex = this.at
      const match = opening.exec(this.text)
      if (match === null) {
        this.data(this.text.slice(this.at), this.at)
        this.at = this.text.length
        break
      }
      this.open(match)
    }
    this.push('eof', '', this.text.length)
    return this.tokens
  }

  private open(match: RegExpExecArray): void {
    const [whole, raw, comment, block, variable] = match
    const before = this.text.slice(this.at, match.index)
    const sign = raw ?? comment ?? block ?? variable ?? ''
    this.data(this.stripped(before, sign, variable === undefined, this.at), this.at)
    this.at = match.index + whole.length
    if (raw !== undefined) this.raw(match.index)
    else if (comment !== undefined) this.comment(match.index)
    else if (block !== undefined) this.inside('block', match.index)
    else this.inside('variable', match.index)
  }

  /** What is left of text before a tag. */
  private stripped(before: string, sign: string, isBlock: boolean, start: number): string {
    if (sign === '-') return trimEnd(before)
    if (sign === '+' || !isBlock || !this.rules.lstripBlocks) return before
    const lineStart = before.lastIndexOf('\n') + 1
    const beginsLine = lineStart > 0 || start === 0 || this.text.charAt(start - 1) === '\n'
    return beginsLine && onlySpaces.test(before.slice(lineStart))
      ? before.slice(0, lineStart)
      : before
  }

  private data(text: string, offset: number): void {
    if (text !== '') this.push('data', text, offset)
  }

  private push(kind: TokenKind, value: string, offset: number): void {
    this.tokens.push({ kind, value, offset })
  }

  /** Behind a tag whose end may take a newline with it. */
  private afterBlockEnd(end: RegExp, newline: string | undefined): void {
    const kept = newline === '\n' && !this.rules.trimBlocks
    this.at = end.lastIndex - (kept ? 1 : 0)
  }

  private raw(start: number): void {
    rawEnd.lastIndex = this.at
    const end = rawEnd.exec(this.text)
    if (end === null) throw new LexFault('"raw" without its "endraw"', start)
    const [, sign = '', newline] = end
    const text = this.text.slice(this.at, end.index)
    this.data(this.stripped(text, sign, true, this.at), this.at)
    this.afterBlockEnd(rawEnd, newline)
  }

  private comment(start: number): void {
    commentEnd.lastIndex = this.at
    const end = commentEnd.exec(this.text)
    if (end === null) throw new LexFault('a comment without its "#}"', start)
    this.afterBlockEnd(commentEnd, end[1])
  }

  /** The tokens of a tag up to its end. */
  private inside(kind: 'block' | 'variable', start: number): void {
    this.push(`${kind}_begin`, '', start)
    const brackets: string[] = []
    while (this.at < this.text.length) {
      if (brackets.length === 0 && this.ends(kind)) return
      if (!this.skipSpace()) this.token(brackets)
    }
    throw new LexFault(`a tag without its "${kind === 'block' ? '%}' : '}}'}"`, start)
  }

  private ends(kind: 'block' | 'variable'): boolean {
    const end = kind === 'block' ? blockEnd : variableEnd
    const match = this.match(end)
    if (match === undefined) return false
    this.push(`${kind}_end`, '', this.at)
    if (kind === 'block') this.afterBlockEnd(end, match[1])
    else this.at = end.lastIndex
    return true
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    return pattern.exec(this.text) ?? undefined
  }

  private skipSpace(): boolean {
    const found = this.match(spaces)
    if (found !== undefined) this.at += found[0].length
    return found !== undefined
  }

  private token(brackets: string[]): void {
    const { at } = this
    for (const [kind, pattern] of literals) {
      const found = this.match(pattern)?.[0]
      if (found === undefined) continue
      if (kind === 'name' && !identifier.test(found)) {
        throw new LexFault(`"${found.slice(0, 40)}" is no name`, at)
      }
      this.push(kind, kind === 'string' ? readString(found, at) : found, at)
      this.at += found.length
      return
    }
    const found = this.match(operator)?.[0]
    if (found === undefined) {
      const character = String.fromCodePoint(this.text.codePointAt(at) ?? 0)
      throw new LexFault(`unexpected character ${JSON.stringify(character)}`, at)
    }
    balance(found, brackets, at)
    this.push('operator', found, at)
    this.at += found.length
  }
}

const literals: readonly (readonly [TokenKind, RegExp])[] = [
  ['float', float],
  ['integer', integer],
  ['name', name],
  ['string', string],
]

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

function balance(found: string, brackets: string[], at: number): void {
  const close = closing[found]
  if (close !== undefined) brackets.push(close)
  if (found !== ')' && found !== ']' && found !== '}') return
  const expected = brackets.pop()
  if (expected === undefined) throw new LexFault(`unexpected "${found}"`, at)
  if (expected !== found) throw new LexFault(`unexpected "${found}", expected "${expected}"`, at)
}
