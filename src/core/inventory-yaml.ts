/**
 * An inventory file in YAML → its table.
 * @module
 */
import {
  type InventoryTable,
  type IsKnownPair,
  identifierKeys,
  knownEntry,
  tableSpanWidth,
} from './inventory-table.ts'
import { byteOffsets, byteOrderMarkLength, type SourceText } from './source-text.ts'
import {
  emptyProblem,
  isSection,
  shapeProblem,
  syntaxProblem,
  TableBuilder,
} from './table-builder.ts'
import { YamlFault } from './yaml-builder.ts'
import { readYamlEvents, readYamlPairs } from './yaml-text.ts'

export function parseYamlInventory(source: SourceText, isKnownPair?: IsKnownPair): InventoryTable {
  const start = byteOrderMarkLength(source.bytes)
  const text = source.text(start, source.bytes.length)
  const builder = new TableBuilder(source)
  const toBytes = byteOffsets(text, start, source.bytes.length)
  const spans: number[] = []
  try {
    const { empty, aliases } = readYamlPairs(readYamlEvents(text), identifierKeys, {
      pair: (pair) => {
        const ordinal = spans.length / tableSpanWidth
        const keyStart = toBytes(pair.keyStart)
        const valueStart = toBytes(pair.valueStart)
        const end = toBytes(pair.end)
        spans.push(keyStart, valueStart, end)
        const known =
          !isSection(pair.key) && isKnownPair?.(ordinal, keyStart, valueStart, end) === true
        if (known) builder.entries.push(knownEntry)
        else builder.add(pair.key, pair.value, keyStart)
      },
      lossyNumber: (number, offset) => builder.checkDecimal(number, () => toBytes(offset)),
    })
    if (empty) throw emptyProblem(source, 'the file holds nothing')
    return builder.table('yaml', Uint32Array.from(spans), aliases)
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    const offset = toBytes(error.offset)
    throw error.reason === 'shape'
      ? shapeProblem(builder, error.message, offset)
      : syntaxProblem(builder, error.message, offset)
  }
}
