/**
 * JSON and the values of the inventory as Python's values, without loss.
 * @module
 */
import { type Exact, ExactNumber, isExactList, isExactMap } from '../../core/exact-value.ts'
import { parseJsonTree } from '../../core/json-text.ts'
import type { SourceNode } from '../../core/source-text.ts'
import { readNumber } from './number.ts'
import { PyDict } from './values.ts'

/**
 * What Python's `json.loads` gives.
 * @throws {JsonSyntaxError}
 */
export function readJson(text: string): unknown {
  return fromNode(parseJsonTree(text))
}

function fromNode(node: SourceNode): unknown {
  if (node.kind === 'list') return node.items.map(fromNode)
  if (node.kind === 'dictionary') {
    return PyDict.from(node.pairs.map(({ key, value }) => [key, fromNode(value)] as const))
  }
  const { value, text } = node
  return text !== undefined && /^-?\d/.test(text) ? readNumber(text) : value
}

/** A value of the inventory. */
export function fromExact(value: Exact): unknown {
  if (value instanceof ExactNumber) return readNumber(value.json)
  if (isExactList(value)) return value.map(fromExact)
  if (!isExactMap(value)) return value
  const dict = new PyDict()
  for (const [key, item] of value) dict.set(key, fromExact(item))
  return dict
}
