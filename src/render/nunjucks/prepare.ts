/**
 * Syntax tree → the tree that is compiled: refuses what Nunjucks would read otherwise than Jinja2 in a way that loses
 * configuration, and marks every place where an undefined value would matter.
 * @module
 */
import nodes, { type TemplateNode } from 'nunjucks/src/nodes.js'
import transformer from 'nunjucks/src/transformer.js'
import type { Filter } from '../filters/filter.ts'
import { child, childrenOf, describeNode } from './describe.ts'
import { TemplateFault } from './site.ts'

/** What a template can call by name; a name that is unknown is refused when the template is loaded. */
export interface Vocabulary {
  findFilter(name: string): Filter | undefined
  hasTest(name: string): boolean
}

/** Compiles to `runtime.<call>(target, site)`. */
class Wrap extends nodes['Node'] {
  override get typename(): string {
    return 'Wrap'
  }
  override get fields(): readonly string[] {
    return ['target', 'call']
  }
}

/** Compiles to a count of what a loop turn or a call takes. */
class Tick extends nodes['Node'] {
  override get typename(): string {
    return 'Tick'
  }
  override get fields(): readonly string[] {
    return ['cost']
  }
}

const make = (typename: string, at: TemplateNode, ...fields: unknown[]): TemplateNode => {
  const NodeClass = nodes[typename]
  if (NodeClass === undefined) throw new Error(`nunjucks has no node ${typename}`)
  return new NodeClass(at.lineno, at.colno, ...fields)
}

/** Marks a value that must not be undefined; of `a and b` both values, so that a message can name the one. */
function use(target: TemplateNode): TemplateNode {
  if (target.typename === 'And' || target.typename === 'Or') {
    target['right'] = use(child(target, 'right'))
    return target
  }
  return new Wrap(target.lineno, target.colno, target, 'use')
}

/**
 * Makes a parsed template ready for the compiler.
 * @throws {TemplateFault} `misread` or `syntax`
 */
export function prepareTemplate(
  name: string,
  root: TemplateNode,
  vocabulary: Vocabulary,
): TemplateNode {
  const preparer = new Preparer(name, vocabulary)
  return preparer.prepare(transformer.transform(root, []))
}

const multiplicative = new Set(['Mul', 'Div', 'FloorDiv', 'Mod'])
const additive = new Set(['Add', 'Sub'])

class Preparer {
  private readonly name: string
  private readonly vocabulary: Vocabulary

  constructor(name: string, vocabulary: Vocabulary) {
    this.name = name
    this.vocabulary = vocabulary
  }

  prepare(node: TemplateNode): TemplateNode {
    const chain = multiplicative.has(node.typename) ? multiplicative : additive
    if (chain.has(node.typename)) return this.arithmetic(node, chain)
    this.refuse(node)
    for (const field of node.fields) node[field] = this.prepareField(node[field])
    // a capture hangs on a field that the node does not name
    if (node.typename === 'Set' && node['body'] != null) {
      node['body'] = this.prepareField(node['body'])
    }
    return this.mark(node)
  }

  private prepareField(value: unknown): unknown {
    if (value instanceof nodes['Node']) return this.prepare(value)
    if (!Array.isArray(value)) return value
    return value.map((item: unknown) => (item instanceof nodes['Node'] ? this.prepare(item) : item))
  }

  /**
   * Nunjucks' parser nests `2 * 7 % 4` as `2 * (7 % 4)`; both Jinja2 and JavaScript work from left to right.
   */
  private arithmetic(node: TemplateNode, chain: ReadonlySet<string>): TemplateNode {
    const operands: TemplateNode[] = []
    const operators: TemplateNode[] = []
    const flatten = (part: TemplateNode): void => {
      if (!chain.has(part.typename)) {
        operands.push(use(this.prepare(part)))
        return
      }
      flatten(child(part, 'left'))
      operators.push(part)
      flatten(child(part, 'right'))
    }
    flatten(node)
    for (const [at, operator] of operators.entries()) {
      const sides = [operands[at], operands[at + 1]].map((side) => side && child(side, 'target'))
      if (
        operator.typename === 'Mul' &&
        sides.some((side) => side?.typename === 'Literal' && typeof side['value'] === 'string')
      ) {
        this.misread(
          operator,
          'Nunjucks does not repeat text with *',
          'text * 3',
          'write the text out, or use a loop',
        )
      }
    }
    const [first, ...rest] = operands
    if (first === undefined) throw new Error('an operator without operands')
    return rest.reduce(
      (left, right, at) =>
        make(operators[at]?.typename ?? 'Add', operators[at] ?? node, left, right),
      first,
    )
  }

  private refuse(node: TemplateNode): void {
    switch (node.typename) {
      case 'For': {
        const list = child(node, 'arr')
        if (list.typename === 'InlineIf') {
          this.misread(
            node,
            'Nunjucks does not filter a loop: it would run over nothing, or over everything',
            'for … if',
            'put {% if … %} inside of the loop',
          )
        }
        return
      }
      case 'Compare': {
        if (childrenOfList(node['ops']).length > 1) {
          this.misread(
            node,
            'Nunjucks compares the result of the first comparison with the third value',
            'a < b < c',
            'write "a < b and b < c"',
          )
        }
        return
      }
      case 'Not': {
        if (child(node, 'target').typename === 'Compare') {
          this.misread(
            node,
            'Nunjucks applies "not" to the first value only',
            'not a == b',
            'write "a != b" or "not (a == b)"',
          )
        }
        return
      }
      case 'Filter':
        this.checkFilter(node)
        return
      case 'Is':
        this.checkTest(node)
        return
      case 'AsyncEach':
      case 'AsyncAll':
      case 'IfAsync':
        this.fault('syntax', node, 'asynchronous tags are not available here', 'write for or if')
    }
  }

  private checkFilter(node: TemplateNode): void {
    const name = String(child(node, 'name')['value'])
    const filter = this.vocabulary.findFilter(name)
    if (filter === undefined)
      this.fault('syntax', node, `there is no filter "${name}"`, undefined, name)
    const [value, ...args] = childrenOf(node['args'])
    if (value?.typename === 'Neg' || value?.typename === 'Pos') {
      const sign = value.typename === 'Neg' ? '-' : '+'
      this.misread(
        node,
        `Nunjucks applies the filter after the ${sign}, Jinja2 before it`,
        `${sign}x | ${name}`,
        `write "(${sign}x) | ${name}" or "${sign}(x | ${name})"`,
      )
    }
    const positional = args.filter((arg) => arg.typename !== 'KeywordArgs')
    if (filter?.variadic !== true && positional.length > (filter?.params.length ?? 0)) {
      const takes = filter?.params.length ?? 0
      this.fault(
        'syntax',
        node,
        `the filter "${name}" takes ${takes} arguments, found ${positional.length}`,
        undefined,
        name,
      )
    }
    for (const pair of args.flatMap((arg) =>
      arg.typename === 'KeywordArgs' ? childrenOf(arg) : [],
    )) {
      const key = String(child(pair, 'key')['value'])
      const known = [...(filter?.params ?? []), ...(filter?.keywordOnly ?? [])]
      if (!known.includes(key)) {
        const takes = known.length === 0 ? 'none' : known.join(', ')
        this.fault(
          'syntax',
          node,
          `the filter "${name}" has no argument "${key}" (it has: ${takes})`,
          undefined,
          name,
        )
      }
    }
  }

  private checkTest(node: TemplateNode): void {
    const name = testName(child(node, 'right'))
    if (name === undefined || !this.vocabulary.hasTest(name)) {
      this.fault(
        'syntax',
        node,
        `there is no test "${name ?? describeNode(child(node, 'right'))}"`,
        undefined,
        name,
      )
    }
    this.refuseNamedArguments(child(node, 'right'), node)
  }

  private refuseNamedArguments(test: TemplateNode, node: TemplateNode): void {
    const args = test.typename === 'FunCall' ? childrenOf(test['args']) : []
    if (!args.some((arg) => arg.typename === 'KeywordArgs')) return
    this.fault('syntax', node, 'tests take no arguments by name', 'give them in their order')
  }

  /** Wraps the operands in which an undefined value would matter, and counts what can run often. */
  private mark(node: TemplateNode): TemplateNode {
    const wrap = (...fields: string[]) => {
      for (const field of fields) node[field] = use(child(node, field))
    }
    switch (node.typename) {
      case 'If':
      case 'InlineIf':
        wrap('cond')
        break
      case 'Not':
      case 'Neg':
      case 'Pos':
        wrap('target')
        break
      case 'And':
      case 'Or':
        wrap('left')
        break
      case 'In':
      case 'Pow':
      case 'Concat':
        wrap('left', 'right')
        break
      case 'Import':
      case 'FromImport':
      case 'Extends':
        wrap('template')
        break
      case 'LookupVal':
        wrap('val')
        break
      case 'Compare':
      case 'CompareOperand':
      case 'Switch':
        wrap('expr')
        break
      case 'Case':
        wrap('cond')
        break
      case 'Is':
        if (!['defined', 'undefined'].includes(testName(child(node, 'right')) ?? '')) wrap('left')
        break
      case 'Set':
        if (childrenOfList(node['targets']).length > 1 && node['value'] != null) {
          const value = child(node, 'value')
          node['value'] = new Wrap(value.lineno, value.colno, value, 'several')
        }
        break
      case 'Macro':
      case 'Caller': {
        const body = child(node, 'body')
        const tick = new Tick(body.lineno, body.colno, staticLength(body))
        ;(body['children'] as TemplateNode[]).unshift(tick)
        break
      }
    }
    return node
  }

  private misread(node: TemplateNode, message: string, key: string, fix: string): never {
    return this.fault('misread', node, message, `${fix}, or rename the template to .j2`, key)
  }

  private fault(
    kind: 'misread' | 'syntax',
    node: TemplateNode,
    message: string,
    fix?: string,
    key?: string,
  ): never {
    const site = { template: this.name, line: node.lineno + 1, column: node.colno + 1 }
    throw new TemplateFault(kind, message, site, { key, fix })
  }
}

function childrenOfList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The name of a test on the right of `is`: `defined`, `divisibleby(3)`, `none`. */
export function testName(right: TemplateNode): string | undefined {
  const target = right.typename === 'FunCall' ? child(right, 'name') : right
  if (target.typename === 'Symbol') return String(target['value'])
  return target.typename === 'Literal' && target['value'] === null ? 'null' : undefined
}

/** How many characters of plain text a body prints at most in one run, inner loops left out: they count for themselves. */
export function staticLength(body: TemplateNode): number {
  if (body.typename === 'TemplateData') return String(body['value']).length
  if (body.typename === 'For' || body.typename === 'Macro') return 0
  let length = 0
  for (const field of body.fields) {
    const value = body[field]
    for (const part of Array.isArray(value) ? value : [value]) {
      if (part instanceof nodes['Node']) length += staticLength(part)
    }
  }
  return length
}
