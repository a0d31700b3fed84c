/**
 * The arguments of a call, a filter, a test or a macro's caller.
 * @module
 */
import type { Arguments, Expression } from './ast.ts'
import { LexFault } from './lexer.ts'
import type { TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'

/** Nothing between the parentheses, or none at all. */
export const noArguments: Arguments = {
  positional: [],
  named: [],
  spread: undefined,
  spreadNamed: undefined,
}

/** Reads arguments with the parentheses around them. */
export function parseArguments(stream: TokenStream, parseExpression: () => Expression): Arguments {
  stream.expect('operator', '(')
  const positional: Expression[] = []
  const named: [string, Expression][] = []
  const names = new Set<string>()
  let spread: Expression | undefined
  let spreadNamed: Expression | undefined
  const order = (right: boolean) => {
    if (!right) throw stream.unexpected('the arguments are in the wrong order')
  }
  for (let first = true; !stream.is('operator', ')'); first = false) {
    if (!first) {
      stream.expect('operator', ',')
      if (stream.is('operator', ')')) break
    }
    const { current } = stream
    if (stream.skip('operator', '*')) {
      order(spread === undefined && spreadNamed === undefined)
      spread = parseExpression()
    } else if (stream.skip('operator', '**')) {
      order(spreadNamed === undefined)
      spreadNamed = parseExpression()
    } else if (current.kind === 'name' && isOperator(stream.look(1), '=')) {
      order(spreadNamed === undefined)
      stream.next()
      stream.next()
      if (names.has(current.value)) {
        throw new LexFault(`the argument "${current.value}" is given twice`, current.offset)
      }
      names.add(current.value)
      named.push([current.value, parseExpression()])
    } else {
      order(spread === undefined && spreadNamed === undefined && named.length === 0)
      positional.push(parseExpression())
    }
  }
  stream.expect('operator', ')')
  return { positional, named, spread, spreadNamed }
}

function isOperator(token: Token, value: string): boolean {
  return token.kind === 'operator' && token.value === value
}
