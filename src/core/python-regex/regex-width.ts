/**
 * How many characters a part of a pattern takes.
 * @module
 */
import type { RegexNode } from './regex-syntax.ts'

/** The number of characters that every match of the part has; undefined when matches differ, or refer to a group. */
export function fixedWidth(node: RegexNode): number | undefined {
  switch (node.kind) {
    case 'sequence':
      return node.items
        .map(fixedWidth)
        .reduce(
          (sum, width) => (sum === undefined || width === undefined ? undefined : sum + width),
          0,
        )
    case 'choice': {
      const [first, ...rest] = node.branches.map(fixedWidth)
      return rest.every((width) => width === first) ? first : undefined
    }
    case 'repeat': {
      const width = fixedWidth(node.body)
      if (width === undefined || width === 0) return width
      return node.min === node.max ? width * node.min : undefined
    }
    case 'group':
      return fixedWidth(node.body)
    case 'set':
      return 1
    case 'reference':
      return undefined
    default:
      return 0
  }
}
