/**
 * Expressions, with the precedence that Jinja2 gives its operators.
 * @module
 */
import { toFloat } from '../python/values.ts'
import type { Arguments, CompareOperator, Expression, Filter } from './ast.ts'
import { LexFault } from './lexer.ts'
import { constants, isConstantName, readInteger } from './literals.ts'
import { noArguments, parseArguments } from './parse-arguments.ts'
import type { TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'

export interface TupleRules {
  /** Only names, texts and the like between the commas: the targets of an assignment. */
  readonly simple?: boolean
  /** Whether `a if b else c` may stand there; true unless told otherwise. */
  readonly conditions?: boolean
  /** Parentheses stand around it, so that nothing at all is a tuple too. */
  readonly parentheses?: boolean
}

/** Nesting deeper than this would overflow the stack. */
const maxNesting = 200
/** So would a longer chain: `a + b + …`, `a | b | …`, `a.b.…`. */
const maxChain = 500

export class ExpressionParser {
  protected readonly stream: TokenStream
  private nesting = 0
  private chained = 0

  constructor(stream: TokenStream) {
    this.stream = stream
  }

  parseExpression(conditions = true): Expression {
    if (++this.nesting > maxNesting) {
      throw this.stream.unexpected(`expressions nested more than ${maxNesting} deep`)
    }
    const { chained } = this
    this.chained = 0
    const expression = conditions ? this.parseCondition() : this.parseOr()
    this.chained = chained
    this.nesting--
    return expression
  }

  /** One more operator, member, call or filter in the expression that is being read. */
  protected chain<Node>(node: Node): Node {
    if (++this.chained > maxChain) {
      throw this.stream.unexpected(`an expression of more than ${maxChain} parts`)
    }
    return node
  }

  /** An expression, or several with commas between them. */
  parseTuple(rules: TupleRules = {}): Expression {
    const { stream } = this
    const { offset } = stream.current
    const items: Expression[] = []
    let isTuple = false
    for (;;) {
      if (items.length > 0) stream.expect('operator', ',')
      if (this.endsTuple()) break
      items.push(
        rules.simple === true ? this.parsePrimary() : this.parseExpression(rules.conditions),
      )
      if (!stream.is('operator', ',')) break
      isTuple = true
    }
    const [first] = items
    if (!isTuple) {
      if (first !== undefined) return first
      if (rules.parentheses !== true) throw stream.unexpected('expected an expression')
    }
    return { kind: 'tuple', items, offset }
  }

  /** A word does not end one: behind a comma even `in` and `recursive` are names. */
  private endsTuple(): boolean {
    const { stream } = this
    return stream.is('variable_end') || stream.is('block_end') || stream.is('operator', ')')
  }

  private parseCondition(): Expression {
    const { stream } = this
    const { offset } = stream.current
    let then = this.parseOr()
    while (stream.skip('name', 'if')) {
      const test = this.parseOr()
      const otherwise = stream.skip('name', 'else')
        ? this.deeper(() => this.parseCondition())
        : undefined
      then = this.chain({ kind: 'condition', test, then, otherwise, offset })
    }
    return then
  }

  private parseOr(): Expression {
    let left = this.parseAnd()
    while (this.stream.is('name', 'or')) {
      const { offset } = this.stream.next()
      left = this.chain({ kind: 'or', left, right: this.parseAnd(), offset })
    }
    return left
  }

  private parseAnd(): Expression {
    let left = this.parseNot()
    while (this.stream.is('name', 'and')) {
      const { offset } = this.stream.next()
      left = this.chain({ kind: 'and', left, right: this.parseNot(), offset })
    }
    return left
  }

  private parseNot(): Expression {
    if (!this.stream.is('name', 'not')) return this.parseCompare()
    const { offset } = this.stream.next()
    return { kind: 'not', value: this.deeper(() => this.parseNot()), offset }
  }

  private deeper<T>(parse: () => T): T {
    if (++this.nesting > maxNesting) {
      throw this.stream.unexpected(`expressions nested more than ${maxNesting} deep`)
    }
    const result = parse()
    this.nesting--
    return result
  }

  private parseCompare(): Expression {
    const { stream } = this
    const first = this.parseSum()
    const { offset } = stream.current
    const rest: [CompareOperator, Expression][] = []
    for (;;) {
      if (stream.isOperator('==', '!=', '<', '<=', '>', '>=')) {
        rest.push([stream.next().value as CompareOperator, this.parseSum()])
      } else if (stream.skip('name', 'in')) {
        rest.push(['in', this.parseSum()])
      } else if (stream.is('name', 'not') && isName(stream.look(1), 'in')) {
        stream.next()
        stream.next()
        rest.push(['not in', this.parseSum()])
      } else {
        return rest.length === 0 ? first : { kind: 'compare', first, rest, offset }
      }
    }
  }

  private parseSum(): Expression {
    return this.parseBinary(['+', '-'], () => this.parseConcat())
  }

  private parseConcat(): Expression {
    const { offset } = this.stream.current
    const parts = [this.parseProduct()]
    while (this.stream.skip('operator', '~')) parts.push(this.parseProduct())
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : { kind: 'concat', parts, offset }
  }

  private parseProduct(): Expression {
    return this.parseBinary(['*', '/', '//', '%'], () =>
      this.parseBinary(['**'], () => this.parseUnary()),
    )
  }

  private parseBinary(operators: readonly string[], parse: () => Expression): Expression {
    let left = parse()
    while (this.stream.isOperator(...operators)) {
      const { value, offset } = this.stream.next()
      const operator = value as '+' | '-' | '*' | '/' | '//' | '%' | '**'
      left = this.chain({ kind: 'binary', operator, left, right: parse(), offset })
    }
    return left
  }

  private parseUnary(filters = true): Expression {
    const { stream } = this
    let expression: Expression
    if (stream.isOperator('-', '+')) {
      const { value, offset } = stream.next()
      const operand = this.deeper(() => this.parseUnary(false))
      expression = { kind: value === '-' ? 'negative' : 'positive', value: operand, offset }
    } else {
      expression = this.parsePrimary()
    }
    expression = this.parsePostfix(expression)
    return filters ? this.parseFilters(expression) : expression
  }

  protected parsePrimary(): Expression {
    const { stream } = this
    const { kind, value, offset } = stream.current
    if (kind === 'name') {
      stream.next()
      if (isConstantName(value)) return { kind: 'const', value: constants[value], offset }
      return { kind: 'name', name: value, offset }
    }
    if (kind === 'string') {
      let text = ''
      while (stream.is('string')) text += stream.next().value
      return { kind: 'const', value: text, offset }
    }
    if (kind === 'integer' || kind === 'float') {
      stream.next()
      const digits = value.replaceAll('_', '')
      const number = kind === 'float' ? toFloat(Number(digits)) : readInteger(digits, offset)
      return { kind: 'const', value: number, offset }
    }
    if (stream.skip('operator', '(')) {
      const inner = this.deeper(() => this.parseTuple({ parentheses: true }))
      stream.expect('operator', ')')
      return inner
    }
    if (stream.skip('operator', '[')) {
      return { kind: 'list', items: this.parseItems(']', () => this.parseExpression()), offset }
    }
    if (stream.skip('operator', '{')) return { kind: 'dict', pairs: this.parsePairs(), offset }
    throw stream.unexpected('expected an expression')
  }

  /** Items with commas between them, up to a bracket; a comma may stand behind the last one. */
  private parseItems<T>(close: string, parse: () => T): T[] {
    const { stream } = this
    const items: T[] = []
    while (!stream.is('operator', close)) {
      if (items.length > 0) stream.expect('operator', ',')
      if (stream.is('operator', close)) break
      items.push(parse())
    }
    stream.expect('operator', close)
    return items
  }

  private parsePairs(): (readonly [Expression, Expression])[] {
    return this.parseItems('}', () => {
      const key = this.parseExpression()
      this.stream.expect('operator', ':')
      return [key, this.parseExpression()] as const
    })
  }

  protected parsePostfix(expression: Expression): Expression {
    const { stream } = this
    let value = expression
    for (;;) {
      if (stream.isOperator('.', '[')) value = this.chain(this.parseSubscript(value))
      else if (stream.is('operator', '(')) value = this.chain(this.parseCall(value))
      else return value
    }
  }

  private parseFilters(expression: Expression): Expression {
    const { stream } = this
    let value = expression
    for (;;) {
      if (stream.skip('operator', '|')) value = this.chain(this.parseFilter(value))
      else if (stream.is('name', 'is')) value = this.chain(this.parseTest(value))
      else if (stream.is('operator', '(')) value = this.chain(this.parseCall(value))
      else return value
    }
  }

  private parseSubscript(value: Expression): Expression {
    const { stream } = this
    const { value: bracket, offset } = stream.next()
    if (bracket === '.') {
      const { kind, value: name, offset: at } = stream.next()
      if (kind === 'name') return { kind: 'attribute', value, name, offset }
      if (kind !== 'integer') throw new LexFault('expected a name or a number behind the dot', at)
      const key: Expression = {
        kind: 'const',
        value: readInteger(name.replaceAll('_', ''), at),
        offset: at,
      }
      return { kind: 'item', value, key, offset }
    }
    const keys: Expression[] = []
    while (!stream.is('operator', ']')) {
      if (keys.length > 0) stream.expect('operator', ',')
      keys.push(this.parseKey())
    }
    stream.expect('operator', ']')
    const [only] = keys
    const key: Expression =
      keys.length === 1 && only !== undefined ? only : { kind: 'tuple', items: keys, offset }
    return { kind: 'item', value, key, offset }
  }

  private parseKey(): Expression {
    const { stream } = this
    const { offset } = stream.current
    const parts: (Expression | undefined)[] = []
    if (stream.skip('operator', ':')) {
      parts.push(undefined)
    } else {
      const key = this.parseExpression()
      if (!stream.skip('operator', ':')) return key
      parts.push(key)
    }
    if (stream.is('operator', ':')) parts.push(undefined)
    else if (!stream.isOperator(']', ',')) parts.push(this.parseExpression())
    else parts.push(undefined)
    if (stream.skip('operator', ':') && !stream.isOperator(']', ','))
      parts.push(this.parseExpression())
    const [start, stop, step] = parts
    return { kind: 'slice', start, stop, step, offset }
  }

  private parseCall(callee: Expression): Expression {
    const { offset } = this.stream.current
    return { kind: 'call', callee, args: this.parseArguments(), offset }
  }

  protected parseArguments(): Arguments {
    return parseArguments(this.stream, () => this.parseExpression())
  }

  /** The name of a filter or test, which may have dots: `ansible.utils.ipaddr`. */
  private parseDottedName(): string {
    const { stream } = this
    let name = stream.expect('name').value
    while (stream.skip('operator', '.')) name += `.${stream.expect('name').value}`
    return name
  }

  /** A filter behind its `|`. */
  protected parseFilter(value: Expression | undefined): Filter {
    const { offset } = this.stream.current
    const name = this.parseDottedName()
    const args = this.stream.is('operator', '(') ? this.parseArguments() : noArguments
    return { kind: 'filter', value, name, args, offset }
  }

  private parseTest(value: Expression): Expression {
    const { stream } = this
    stream.next()
    const negated = stream.skip('name', 'not')
    const { offset } = stream.current
    const name = this.parseDottedName()
    const test: Expression = { kind: 'test', value, name, args: this.parseTestArguments(), offset }
    return negated ? { kind: 'not', value: test, offset } : test
  }

  private parseTestArguments(): Arguments {
    const { stream } = this
    if (stream.is('operator', '(')) return this.parseArguments()
    const begins =
      (['name', 'string', 'integer', 'float'] as const).some((kind) => stream.is(kind)) ||
      stream.isOperator('[', '{')
    if (!begins || stream.isName('else', 'or', 'and')) return noArguments
    if (stream.is('name', 'is'))
      throw stream.unexpected('tests do not follow each other: put parentheses around the first')
    const only = this.parsePostfix(this.parsePrimary())
    return { ...noArguments, positional: [only] }
  }
}

function isName(token: Token, value: string): boolean {
  return token.kind === 'name' && token.value === value
}
