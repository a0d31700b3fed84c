/**
 * What is refused when a template is loaded: constructs that Nunjucks reads otherwise than Jinja2 in a way that loses configuration,
 * and names that do not exist.
 * @module
 */
import type { TemplateNode } from 'nunjucks/src/nodes.js'
import type { Filter } from '../filters/filter.ts'
import { TemplateFault, type TemplatePlace } from '../template-fault.ts'
import { child, childrenOf, describeNode } from './describe.ts'
import { misread } from './faults.ts'

/** What a template can call by name; a name that is unknown is refused when the template is loaded. */
export interface Vocabulary {
  findFilter(name: string): Filter | undefined
  hasTest(name: string): boolean
}

/** The refusals of one template. Each check throws a {@link TemplateFault} with its place. */
export class Refusals {
  private readonly name: string
  private readonly vocabulary: Vocabulary

  constructor(name: string, vocabulary: Vocabulary) {
    this.name = name
    this.vocabulary = vocabulary
  }

  /** Refuses a node for what it is. */
  check(node: TemplateNode): void {
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
        if (listOf(node['ops']).length > 1) {
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
      case 'LookupVal':
        this.checkLoopMember(node)
        return
      case 'Filter':
        this.checkFilter(node)
        return
      case 'Is':
        this.checkTest(node)
        return
      case 'AsyncEach':
      case 'AsyncAll':
      case 'IfAsync':
        this.fault(node, 'asynchronous tags are not available here', 'write for or if')
    }
  }

  private checkLoopMember(node: TemplateNode): void {
    const target = child(node, 'target')
    const name = child(node, 'val')['value']
    const missing = ['previtem', 'nextitem', 'depth', 'depth0', 'cycle', 'changed', 'recursive']
    if (target.typename !== 'Symbol' || target['value'] !== 'loop') return
    if (typeof name !== 'string' || !missing.includes(name)) return
    this.misread(
      node,
      `Nunjucks has no loop.${name}`,
      `loop.${name}`,
      'keep what you need with {% set %}',
    )
  }

  private checkFilter(node: TemplateNode): void {
    const name = String(child(node, 'name')['value'])
    const filter = this.vocabulary.findFilter(name)
    if (filter === undefined) this.fault(node, `there is no filter "${name}"`, undefined, name)
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
    this.fault(node, 'tests take no arguments by name', 'give them in their order')
  }

  /** Refuses an operator for what stands on its sides. */
  checkOperands(operator: TemplateNode, sides: readonly (TemplateNode | undefined)[]): void {
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

  private misread(node: TemplateNode, message: string, key: string, fix: string): never {
    throw misread(message, this.placeOf(node), key, fix)
  }

  private fault(node: TemplateNode, message: string, fix?: string, key?: string): never {
    throw new TemplateFault('syntax', message, this.placeOf(node), { key, fix })
  }

  private placeOf(node: TemplateNode): TemplatePlace {
    return { template: this.name, line: node.lineno + 1, column: node.colno + 1 }
  }
}

/** A field that holds several nodes. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The name of a test on the right of `is`: `defined`, `divisibleby(3)`, `none`. */
export function testName(right: TemplateNode): string | undefined {
  const target = right.typename === 'FunCall' ? child(right, 'name') : right
  if (target.typename === 'Symbol') return String(target['value'])
  return target.typename === 'Literal' && target['value'] === null ? 'null' : undefined
}
