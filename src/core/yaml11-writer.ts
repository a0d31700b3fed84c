/**
 * YAML that the server writes: block style, and every text quoted that a YAML 1.1 loader would take for something else.
 * @module
 */
import type { SourceNode } from './source-text.ts'
import { isYaml11Text } from './yaml11.ts'
import { yaml11Text } from './yaml11-text.ts'

/** A value as it was written, in block style: numbers and words keep their spelling. Ends with a line end. */
export function yaml11Node(node: SourceNode, indent = ''): string {
  if (node.kind === 'scalar') return `${scalar(node)}\n`
  if (node.kind === 'list') {
    if (node.items.length === 0) return '[]\n'
    return node.items
      .map((item, at) => `${at === 0 ? '' : indent}- ${yaml11Node(item, `${indent}  `)}`)
      .join('')
  }
  if (node.pairs.length === 0) return '{}\n'
  return node.pairs
    .map(({ key, value }, at) => {
      const begin = `${at === 0 ? '' : indent}${yaml11Text(key)}:`
      const isNested = value.kind === 'list' ? value.items.length > 0 : isFilled(value)
      const inner = `${indent}  `
      return isNested
        ? `${begin}\n${inner}${yaml11Node(value, inner)}`
        : `${begin} ${yaml11Node(value, inner)}`
    })
    .join('')
}

function isFilled(node: SourceNode): boolean {
  return node.kind === 'dictionary' && node.pairs.length > 0
}

function scalar(node: SourceNode & { kind: 'scalar' }): string {
  const { value, text } = node
  if (value === null) return 'null'
  // a plain scalar that is no text: its own spelling means the same again
  if (text !== undefined && !isYaml11Text(text)) return text
  return yaml11Text(String(value))
}
