/**
 * Jinja2's statements: a template's text as a tree.
 * @module
 */
import { TemplateFault } from '../template-fault.ts'
import type { WhitespaceRules } from '../whitespace-rules.ts'
import type { Body, Expression, Filter, Macro, Parameter, Statement, Target } from './ast.ts'
import { LexFault, tokenize } from './lexer.ts'
import { isConstantName } from './literals.ts'
import { ExpressionParser } from './parse-expression.ts'
import { placeOf } from './place.ts'
import { TokenStream } from './token-stream.ts'

/**
 * Parses a template from `start` on; its text has LF line ends already.
 * @throws {TemplateFault}
 */
export function parseTemplate(name: string, text: string, rules: WhitespaceRules, start = 0): Body {
  try {
    return new StatementParser(new TokenStream(tokenize(text, rules, start))).parse()
  } catch (error) {
    if (!(error instanceof LexFault)) throw error
    throw new TemplateFault('syntax', error.message, placeOf(name, text, error.offset))
  }
}

/** Statements nested deeper than this would overflow the stack. */
const maxNesting = 100

class StatementParser extends ExpressionParser {
  private depth = 0
  private loops = 0
  private readonly blocks = new Set<string>()

  parse(): Body {
    return this.parseBody([])
  }

  /** Statements up to a tag with one of these names, which is the current token then. */
  private parseBody(until: readonly string[]): Statement[] {
    const { stream } = this
    const body: Statement[] = []
    if (++this.depth > maxNesting) {
      throw stream.unexpected(`statements nested more than ${maxNesting} deep`)
    }
    while (!stream.is('eof')) {
      const { kind, value, offset } = stream.next()
      if (kind === 'data') {
        body.push({ kind: 'data', text: value, offset })
      } else if (kind === 'variable_begin') {
        body.push({ kind: 'output', values: [this.parseTuple()], offset })
        stream.expect('variable_end')
      } else {
        if (stream.isName(...until)) {
          this.depth--
          return body
        }
        const statement = this.parseStatement(offset)
        if (statement !== undefined) body.push(statement)
        stream.expect('block_end')
      }
    }
    if (until.length > 0) {
      throw new LexFault(
        `the template ends before "${until.join('" or "')}"`,
        stream.current.offset,
      )
    }
    this.depth--
    return body
  }

  /** What stands between two tags; the closing one is read unless `keepEnd`. */
  private parseInner(until: readonly string[], keepEnd = false): Statement[] {
    const { stream } = this
    stream.skip('operator', ':')
    stream.expect('block_end')
    const body = this.parseBody(until)
    if (!keepEnd) stream.next()
    return body
  }

  private parseStatement(offset: number): Statement | undefined {
    const { stream } = this
    const { value: tag, offset: at } = stream.expect('name')
    switch (tag) {
      case 'for':
        return this.parseFor(offset)
      case 'if':
        return this.parseIf(offset)
      case 'set':
        return this.parseSet(offset)
      case 'with':
        return this.parseWith(offset)
      case 'macro':
        return this.parseMacro(offset)
      case 'call':
        return this.parseCallBlock(offset)
      case 'filter': {
        const filter = this.parseFilterChain()
        return { kind: 'filter_block', filter, body: this.parseApart(['endfilter']), offset }
      }
      case 'block':
        return this.parseBlock(offset)
      case 'extends':
        return { kind: 'extends', template: this.parseExpression(), offset }
      case 'include':
        return this.parseInclude(offset)
      case 'import':
        return this.parseImport(offset)
      case 'from':
        return this.parseFrom(offset)
      case 'do':
        return { kind: 'do', value: this.parseTuple(), offset }
      case 'print':
        return this.parsePrint(offset)
      case 'break':
      case 'continue':
        if (this.loops === 0) throw new LexFault(`"${tag}" outside of a loop`, at)
        return { kind: tag, offset }
      case 'autoescape':
        return this.parseAutoescape(offset)
      default:
        throw new LexFault(unknownTag(tag), at)
    }
  }

  private parseFor(offset: number): Statement {
    const { stream } = this
    const target = this.parseTarget()
    stream.expect('name', 'in')
    const iterable = this.parseTuple({ conditions: false })
    const test = stream.skip('name', 'if') ? this.parseExpression() : undefined
    const recursive = stream.skip('name', 'recursive')
    this.loops++
    const body = this.parseInner(['endfor', 'else'], true)
    this.loops--
    const otherwise = stream.next().value === 'endfor' ? [] : this.parseInner(['endfor'])
    return { kind: 'for', target, iterable, test, recursive, body, otherwise, offset }
  }

  private parseIf(offset: number): Statement {
    const { stream } = this
    const branches: { test: Expression; body: Body }[] = []
    for (;;) {
      const test = this.parseTuple({ conditions: false })
      branches.push({ test, body: this.parseInner(['elif', 'else', 'endif'], true) })
      const { value } = stream.next()
      if (value === 'elif') continue
      const otherwise = value === 'else' ? this.parseInner(['endif']) : []
      return { kind: 'if', branches, otherwise, offset }
    }
  }

  private parseSet(offset: number): Statement {
    const { stream } = this
    const target = this.parseTarget(true)
    if (stream.skip('operator', '=')) {
      return { kind: 'set', target, value: this.parseTuple(), offset }
    }
    const filter = stream.skip('operator', '|') ? this.parseFilterChain() : undefined
    const body = this.parseApart(['endset'])
    return { kind: 'set_block', target, filter, body, offset }
  }

  /** `upper | replace(…)`: filters without a value. */
  private parseFilterChain(): Filter {
    let filter = this.parseFilter(undefined)
    while (this.stream.skip('operator', '|')) filter = this.chain(this.parseFilter(filter))
    return filter
  }

  private parseWith(offset: number): Statement {
    const { stream } = this
    const bindings: [Target, Expression][] = []
    while (!stream.is('block_end')) {
      if (bindings.length > 0) stream.expect('operator', ',')
      const target = this.parseTarget()
      stream.expect('operator', '=')
      bindings.push([target, this.parseExpression()])
    }
    return { kind: 'with', bindings, body: this.parseInner(['endwith']), offset }
  }

  private parseMacro(offset: number): Macro {
    const name = this.parseNameTarget()
    const parameters = this.parseSignature()
    return { kind: 'macro', name, parameters, body: this.parseApart(['endmacro']), offset }
  }

  /** A body that no `break` can leave: it is run apart from the loop around it. */
  private parseApart(until: readonly string[]): Body {
    const { loops } = this
    this.loops = 0
    const body = this.parseInner(until)
    this.loops = loops
    return body
  }

  private parseSignature(): Parameter[] {
    const { stream } = this
    const parameters: Parameter[] = []
    stream.expect('operator', '(')
    while (!stream.is('operator', ')')) {
      if (parameters.length > 0) stream.expect('operator', ',')
      const { offset } = stream.current
      const name = this.parseNameTarget()
      const otherwise = stream.skip('operator', '=') ? this.parseExpression() : undefined
      if (otherwise === undefined && parameters.at(-1)?.otherwise !== undefined) {
        throw new LexFault('a parameter without a default behind one with a default', offset)
      }
      if (parameters.some((other) => other.name === name)) {
        throw new LexFault(`the parameter "${name}" comes twice`, offset)
      }
      parameters.push({ name, otherwise })
    }
    stream.expect('operator', ')')
    return parameters
  }

  private parseCallBlock(offset: number): Statement {
    const { stream } = this
    const parameters = stream.is('operator', '(') ? this.parseSignature() : []
    const { offset: at } = stream.current
    const call = this.parseExpression()
    if (call.kind !== 'call') throw new LexFault('expected a call', at)
    const body = this.parseApart(['endcall'])
    const caller: Macro = { kind: 'macro', name: 'caller', parameters, body, offset }
    return { kind: 'call_block', call, caller, offset }
  }

  private parseBlock(offset: number): Statement {
    const { stream } = this
    const { value: name, offset: at } = stream.expect('name')
    if (this.blocks.has(name)) throw new LexFault(`the block "${name}" is there twice`, at)
    this.blocks.add(name)
    const scoped = stream.skip('name', 'scoped')
    const required = stream.skip('name', 'required')
    if (stream.is('operator', '-')) {
      throw stream.unexpected('the name of a block is letters, digits and "_"')
    }
    const body = this.parseApart(['endblock'])
    stream.skip('name', name)
    if (required && !body.every((each) => each.kind === 'data' && each.text.trim() === '')) {
      throw new LexFault('a required block has nothing in it but white space and comments', at)
    }
    return { kind: 'block', name, scoped, required, body, offset }
  }

  private parseInclude(offset: number): Statement {
    const { stream } = this
    const template = this.parseExpression()
    const ignoreMissing = stream.is('name', 'ignore') && stream.look(1).value === 'missing'
    if (ignoreMissing) {
      stream.next()
      stream.next()
    }
    const withContext = this.parseContext() ?? true
    return { kind: 'include', template, ignoreMissing, withContext, offset }
  }

  /** `with context` or `without context`; undefined where neither stands there. */
  private parseContext(): boolean | undefined {
    const { stream } = this
    const next = stream.look(1)
    if (!stream.isName('with', 'without') || next.kind !== 'name' || next.value !== 'context') {
      return undefined
    }
    const { value } = stream.next()
    stream.next()
    return value === 'with'
  }

  private parseImport(offset: number): Statement {
    const template = this.parseExpression()
    this.stream.expect('name', 'as')
    const name = this.parseNameTarget()
    return { kind: 'import', template, name, withContext: this.parseContext() ?? false, offset }
  }

  private parseFrom(offset: number): Statement {
    const { stream } = this
    const template = this.parseExpression()
    stream.expect('name', 'import')
    const names: [string, string][] = []
    let withContext: boolean | undefined
    for (;;) {
      withContext = this.parseContext()
      if (withContext !== undefined) break
      if (names.length > 0) stream.expect('operator', ',')
      if (!stream.is('name')) throw stream.unexpected('expected a name')
      withContext = this.parseContext()
      if (withContext !== undefined) break
      const { offset: at } = stream.current
      const name = this.parseNameTarget()
      if (name.startsWith('_'))
        throw new LexFault('names that begin with "_" cannot be imported', at)
      names.push([name, stream.skip('name', 'as') ? this.parseNameTarget() : name])
      withContext = this.parseContext()
      if (withContext !== undefined || !stream.is('operator', ',')) break
    }
    return { kind: 'from', template, names, withContext: withContext ?? false, offset }
  }

  private parsePrint(offset: number): Statement {
    const { stream } = this
    const values: Expression[] = []
    while (!stream.is('block_end')) {
      if (values.length > 0) stream.expect('operator', ',')
      values.push(this.parseExpression())
    }
    return { kind: 'output', values, offset }
  }

  private parseAutoescape(offset: number): Statement {
    const { offset: at } = this.stream.current
    const value = this.parseExpression()
    if (value.kind !== 'const' || value.value !== false) {
      throw new LexFault(
        '"autoescape" is for HTML: only "autoescape false" is for a configuration',
        at,
      )
    }
    return { kind: 'scope', body: this.parseInner(['endautoescape']), offset }
  }

  /** A name that is assigned to. */
  private parseNameTarget(): string {
    const { value, offset } = this.stream.expect('name')
    if (isConstantName(value)) throw new LexFault(`"${value}" cannot be assigned to`, offset)
    return value
  }

  private parseTarget(members = false): Target {
    const { stream } = this
    const next = stream.look(1)
    if (members && stream.is('name') && next.kind === 'operator' && next.value === '.') {
      const { value: name, offset } = stream.next()
      stream.next()
      return { kind: 'member', name, member: stream.expect('name').value, offset }
    }
    return asTarget(this.parseTuple({ simple: true }))
  }
}

function asTarget(expression: Expression): Target {
  const { offset } = expression
  if (expression.kind === 'name') return { kind: 'name', name: expression.name, offset }
  if (expression.kind === 'tuple') {
    return { kind: 'tuple', items: expression.items.map(asTarget), offset }
  }
  throw new LexFault('expected a name to assign to', offset)
}

const closers: ReadonlyMap<string, string> = new Map(
  Object.entries({
    endfor: 'for',
    endif: 'if',
    elif: 'if',
    else: 'if',
    endblock: 'block',
    endmacro: 'macro',
    endcall: 'call',
    endset: 'set',
    endwith: 'with',
    endfilter: 'filter',
    endraw: 'raw',
  }),
)

function unknownTag(tag: string): string {
  const opener = closers.get(tag)
  if (opener !== undefined) return `"${tag}" without an open "${opener}"`
  if (tag === 'trans' || tag === 'debug') return `the tag "${tag}" is not for templates here`
  return `there is no tag "${tag.slice(0, 40)}"`
}
