/**
 * The tokens of a template, one after the other, for the parsers.
 * @module
 */
import { LexFault } from './lexer.ts'
import type { Token, TokenKind } from './tokens.ts'

export class TokenStream {
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  get current(): Token {
    return this.look(0)
  }

  look(ahead: number): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]
    if (token === undefined) throw new Error('no tokens')
    return token
  }

  next(): Token {
    const token = this.current
    this.at++
    return token
  }

  is(kind: TokenKind, value?: string): boolean {
    const { current } = this
    return current.kind === kind && (value === undefined || current.value === value)
  }

  /** Whether the current token is one of these operators. */
  isOperator(...values: readonly string[]): boolean {
    return this.current.kind === 'operator' && values.includes(this.current.value)
  }

  /** Whether the current token is one of these names. */
  isName(...values: readonly string[]): boolean {
    return this.current.kind === 'name' && values.includes(this.current.value)
  }

  /** Goes on if the current token is that one. */
  skip(kind: TokenKind, value?: string): boolean {
    if (!this.is(kind, value)) return false
    this.at++
    return true
  }

  expect(kind: TokenKind, value?: string): Token {
    if (this.is(kind, value)) return this.next()
    throw this.unexpected(`expected ${describe(kind, value)}`)
  }

  unexpected(what: string): LexFault {
    const { current } = this
    return new LexFault(`${what}, found ${describeToken(current)}`, current.offset)
  }
}

const kinds: Readonly<Record<TokenKind, string>> = {
  data: 'text',
  variable_begin: '"{{"',
  variable_end: '"}}"',
  block_begin: '"{%"',
  block_end: '"%}"',
  name: 'a name',
  integer: 'an integer',
  float: 'a number',
  string: 'a text in quotes',
  operator: 'an operator',
  eof: 'the end of the template',
}

function describe(kind: TokenKind, value: string | undefined): string {
  return value === undefined ? kinds[kind] : `"${value}"`
}

function describeToken({ kind, value }: Token): string {
  return kind === 'name' || kind === 'operator' || kind === 'integer' || kind === 'float'
    ? `"${value.slice(0, 40)}"`
    : kinds[kind]
}
