/**
 * What the lexer gives the parser.
 * @module
 */

export type TokenKind =
  | 'data'
  | 'variable_begin'
  | 'variable_end'
  | 'block_begin'
  | 'block_end'
  | 'name'
  | 'integer'
  | 'float'
  | 'string'
  | 'operator'
  | 'eof'

/** A piece of a template. `offset` is where it begins in the text. */
export interface Token {
  readonly kind: TokenKind
  /** Data and texts as they mean, everything else as written. */
  readonly value: string
  readonly offset: number
}
