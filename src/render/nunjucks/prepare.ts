/**
 * Syntax tree → the tree that is compiled: what must be refused is, and every place where an undefined value would matter is marked.
 * @module
 */
import nodes, { type TemplateNode } from 'nunjucks/src/nodes.js'
import transformer from 'nunjucks/src/transformer.js'
import { child } from './describe.ts'
import { listOf, Refusals, testName, type Vocabulary } from './refusals.ts'

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
  private readonly refusals: Refusals

  constructor(name: string, vocabulary: Vocabulary) {
    this.refusals = new Refusals(name, vocabulary)
  }

  prepare(node: TemplateNode): TemplateNode {
    const chain = multiplicative.has(node.typename) ? multiplicative : additive
    if (chain.has(node.typename)) return this.arithmetic(node, chain)
    this.refusals.check(node)
    for (const field of node.fields) {
      // the names of a loop look like a list of values
      if (!(node.typename === 'For' && field === 'name'))
        node[field] = this.prepareField(node[field])
    }
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
      this.refusals.checkOperands(
        operator,
        [operands[at], operands[at + 1]].map((side) => side && child(side, 'target')),
      )
    }
    const [first, ...rest] = operands
    if (first === undefined) throw new Error('an operator without operands')
    return rest.reduce(
      (left, right, at) =>
        make(operators[at]?.typename ?? 'Add', operators[at] ?? node, left, right),
      first,
    )
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
      case 'Array':
        node['children'] = listOf(node['children']).map((item) => use(item as TemplateNode))
        break
      case 'Dict':
        for (const pair of listOf(node['children']) as TemplateNode[]) {
          pair['value'] = use(child(pair, 'value'))
        }
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
        if (listOf(node['targets']).length > 1 && node['value'] != null) {
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
