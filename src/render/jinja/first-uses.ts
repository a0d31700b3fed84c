/**
 * Whether a scope reads a name before it sets it, which decides what the name means until then.
 * @module
 */
import type { Arguments, Body, Expression, Statement, Target } from './ast.ts'

/**
 * The names of one scope, as Jinja2 finds them out: it goes through the statements in order, but not into what has a scope of its
 * own. A name that it meets first where it is set is undefined until then, wherever it is read: even in a loop before that, and even
 * if the variables have it. A scope around that knows the name takes precedence.
 */
export class FirstUses {
  private readonly outside: (name: string) => boolean
  private origins = new Map<string, 'outside' | 'nowhere'>()
  private stored = new Set<string>()

  constructor(outside: (name: string) => boolean) {
    this.outside = outside
  }

  /** Whether the scope itself has met the name. */
  knows(name: string): boolean {
    return this.origins.has(name)
  }

  /** The names that the scope is the first to mention, or sets. */
  names(): string[] {
    return [...this.origins.keys()]
  }

  /** The names that are undefined until the scope sets them. */
  blanks(): string[] {
    return [...this.origins].filter(([, origin]) => origin === 'nowhere').map(([name]) => name)
  }

  /** A parameter has its value from the beginning. */
  declare(name: string): void {
    this.origins.set(name, 'outside')
    this.stored.add(name)
  }

  body(body: Body): void {
    for (const statement of body) this.statement(statement)
  }

  expression(node: Expression): void {
    switch (node.kind) {
      case 'const':
        break
      case 'name':
        this.load(node.name)
        break
      case 'concat':
        this.expressions(node.parts)
        break
      case 'tuple':
      case 'list':
        this.expressions(node.items)
        break
      case 'dict':
        this.expressions(node.pairs.flat())
        break
      case 'condition':
        this.expressions([node.test, node.then, node.otherwise])
        break
      case 'and':
      case 'or':
      case 'binary':
        this.expressions([node.left, node.right])
        break
      case 'not':
      case 'negative':
      case 'positive':
      case 'attribute':
        this.expression(node.value)
        break
      case 'compare':
        this.expressions([node.first, ...node.rest.map(([, other]) => other)])
        break
      case 'item':
        this.expressions([node.value, node.key])
        break
      case 'slice':
        this.expressions([node.start, node.stop, node.step])
        break
      case 'call':
        this.expression(node.callee)
        this.arguments(node.args)
        break
      case 'filter':
      case 'test':
        this.expressions([node.value])
        this.arguments(node.args)
        break
    }
  }

  private expressions(nodes: readonly (Expression | undefined)[]): void {
    for (const node of nodes) if (node !== undefined) this.expression(node)
  }

  private arguments({ positional, named, spread, spreadNamed }: Arguments): void {
    this.expressions([...positional, ...named.map(([, value]) => value), spread, spreadNamed])
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case 'output':
        this.expressions(statement.values)
        break
      case 'do':
        this.expression(statement.value)
        break
      case 'if':
        this.condition(statement)
        break
      case 'for':
        this.expression(statement.iterable)
        break
      case 'set':
        this.expression(statement.value)
        this.target(statement.target)
        break
      case 'set_block':
        this.target(statement.target)
        break
      case 'with':
        this.expressions(statement.bindings.map(([, value]) => value))
        break
      case 'filter_block':
        this.expression(statement.filter)
        break
      case 'macro':
        this.store(statement.name)
        break
      case 'call_block':
        this.expression(statement.call)
        break
      case 'extends':
      case 'include':
        this.expression(statement.template)
        break
      case 'import':
        this.expression(statement.template)
        this.store(statement.name)
        break
      case 'from':
        this.expression(statement.template)
        for (const [, alias] of statement.names) this.store(alias)
        break
      default:
        break
    }
  }

  private target(target: Target): void {
    if (target.kind === 'name') this.store(target.name)
    else if (target.kind === 'member') this.load(target.name)
    else for (const item of target.items) this.target(item)
  }

  private load(name: string): void {
    if (!this.origins.has(name) && !this.outside(name)) this.origins.set(name, 'outside')
  }

  private store(name: string): void {
    this.stored.add(name)
    if (this.origins.has(name)) return
    this.origins.set(name, this.outside(name) ? 'outside' : 'nowhere')
  }

  /** A name that only some branches set keeps what it is outside of them. */
  private condition({ branches, otherwise }: Statement & { kind: 'if' }): void {
    const [first, ...more] = branches
    this.expressions([first?.test])
    const alternatives = [
      this.branch(() => this.body(first?.body ?? [])),
      // all further tests and bodies count as one branch, also where there are none
      this.branch(() => {
        for (const { test, body } of more) {
          this.condition({ kind: 'if', offset: 0, branches: [{ test, body }], otherwise: [] })
        }
      }),
      this.branch(() => this.body(otherwise)),
    ]
    const fresh = alternatives.map(({ stored }) => {
      return new Set([...stored].filter((name) => !this.stored.has(name)))
    })
    for (const { origins, stored } of alternatives) {
      for (const [name, origin] of origins) this.origins.set(name, origin)
      for (const name of stored) this.stored.add(name)
    }
    for (const name of fresh.flatMap((names) => [...names])) {
      if (!fresh.every((names) => names.has(name))) this.origins.set(name, 'outside')
    }
  }

  private branch(visit: () => void): Branch {
    const { origins, stored } = this
    this.origins = new Map(origins)
    this.stored = new Set(stored)
    visit()
    const made = { origins: this.origins, stored: this.stored }
    this.origins = origins
    this.stored = stored
    return made
  }
}

interface Branch {
  readonly origins: ReadonlyMap<string, 'outside' | 'nowhere'>
  readonly stored: ReadonlySet<string>
}
