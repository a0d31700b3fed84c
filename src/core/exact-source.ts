/**
 * Nodes of an inventory file as exact values: what plain data has as a number, or as text because a number would lose digits.
 * @module
 */
import { type Exact, type ExactMap, ExactNumber } from './exact-value.ts'
import { type InventoryFormat, identifierKeys } from './inventory-table.ts'
import { floatJson, type SourceNode } from './source-text.ts'
import { isPlainNumber } from './yaml-scalar.ts'

/** Makes exact values of the nodes of one text. Nodes that stand in several places make one value. */
export class ExactSource {
  readonly #format: InventoryFormat
  readonly #made = new Map<SourceNode, Exact>()

  constructor(format: InventoryFormat) {
    this.#format = format
  }

  /** The variables of an entry, of `defaults` or of one group; none where there is no dictionary. */
  variables(node: SourceNode | undefined): ExactMap {
    const variables = new Map<string, Exact>()
    if (node?.kind !== 'dictionary') return variables
    for (const { key, value } of node.pairs) {
      const isText = value.kind === 'scalar' && typeof value.value === 'string'
      // an identifier that came by an anchor may be text just because it is long
      const exact = isText && identifierKeys.has(key) ? (value.value as string) : this.value(value)
      variables.set(key, exact)
    }
    return variables
  }

  value(node: SourceNode): Exact {
    if (node.kind === 'scalar') return this.#scalar(node)
    const known = this.#made.get(node)
    if (known !== undefined) return known
    const made: Exact =
      node.kind === 'list'
        ? node.items.map((item) => this.value(item))
        : new Map(node.pairs.map(({ key, value }) => [key, this.value(value)]))
    this.#made.set(node, made)
    return made
  }

  #scalar({ value, text }: SourceNode & { kind: 'scalar' }): Exact {
    if (typeof value === 'number') return exactNumber(text ?? String(value))
    if (typeof value !== 'string') return value as boolean | null
    // of plain scalars that are text in JSON, only numbers remain
    const isNumber = text !== undefined && (this.#format === 'json' || isPlainNumber(text))
    return isNumber ? exactNumber(text) : value
  }
}

/** A number as it is written; one that is beyond all floats stays text, as in plain data. */
function exactNumber(text: string): Exact {
  if (/^[-+]?\d+$/.test(text)) return new ExactNumber(/^[-+]0$/.test(text) ? '0' : unsigned(text))
  if (/^0[xo]/.test(text)) return new ExactNumber(String(BigInt(text)))
  const value = Number(text)
  return Number.isFinite(value) ? new ExactNumber(floatJson(value)) : text
}

/** Without the "+", which JSON does not have. */
function unsigned(text: string): string {
  return text.startsWith('+') ? text.slice(1) : text
}
