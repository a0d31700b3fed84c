/**
 * Syntax tree → the text an engineer would write for it, for messages.
 * @module
 */
import type { TemplateNode } from 'nunjucks/src/nodes.js'

/** The children of a list-like node. */
export function childrenOf(node: unknown): readonly TemplateNode[] {
  return ((node as TemplateNode | null)?.['children'] as TemplateNode[] | undefined) ?? []
}

/** A node's field that holds another node. */
export function child(node: TemplateNode, field: string): TemplateNode {
  return node[field] as TemplateNode
}

/** An expression in a few words: `vlans[10].name`, `users | length`. At most 60 characters. */
export function describeNode(node: TemplateNode): string {
  const text = describe(node)
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

function describe(node: TemplateNode): string {
  switch (node.typename) {
    case 'Symbol':
      return String(node['value'])
    case 'Literal':
      return typeof node['value'] === 'string'
        ? JSON.stringify(node['value'])
        : String(node['value'])
    case 'LookupVal': {
      const key = unwrapped(child(node, 'val'))
      const target = describe(child(node, 'target'))
      const name = key.typename === 'Literal' ? key['value'] : undefined
      const plain = typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name)
      return plain ? `${target}.${name}` : `${target}[${describe(key)}]`
    }
    case 'FunCall':
      return `${describe(child(node, 'name'))}()`
    case 'Filter': {
      const [value] = childrenOf(node['args'])
      return `${value === undefined ? '' : describe(value)} | ${String(child(node, 'name')['value'])}`
    }
    case 'Group':
      return `(${childrenOf(node).map(describe).join(', ')})`
    case 'Neg':
      return `-${describe(child(node, 'target'))}`
    case 'Wrap':
      return describe(child(node, 'target'))
    default:
      return `this ${node.typename.toLowerCase()} expression`
  }
}

/** The node where an expression begins in the text: the parser gives the place of an operator, a dot or a filter's name. */
export function firstNode(node: TemplateNode): TemplateNode {
  const field = {
    LookupVal: 'target',
    FunCall: 'name',
    Compare: 'expr',
    Wrap: 'target',
    InlineIf: 'body',
  }[node.typename]
  if (field !== undefined) return firstNode(child(node, field))
  const [first] = node.typename === 'Filter' ? childrenOf(node['args']) : []
  if (first !== undefined) return firstNode(first)
  return node.fields.includes('left') ? firstNode(child(node, 'left')) : node
}

/** The node that a mark of ours was put around. */
function unwrapped(node: TemplateNode): TemplateNode {
  return node.typename === 'Wrap' ? child(node, 'target') : node
}
