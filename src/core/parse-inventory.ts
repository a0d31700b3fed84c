/**
 * An inventory file of either format → its table.
 * @module
 */
import { parseJsonInventory } from './inventory-json.ts'
import type { InventoryFormat, InventoryTable, IsKnownPair } from './inventory-table.ts'
import { parseYamlInventory } from './inventory-yaml.ts'
import type { SourceText } from './source-text.ts'
import { emptyProblem } from './table-builder.ts'

/**
 * Parses one inventory file. The bytes must be valid UTF-8.
 * @throws {Problem} `inventory-empty`, `inventory-syntax`, `inventory-shape`
 */
export function parseInventory(
  source: SourceText,
  format: InventoryFormat,
  isKnownPair?: IsKnownPair,
): InventoryTable {
  if (source.bytes.length === 0) throw emptyProblem(source, 'the file is empty')
  return format === 'json'
    ? parseJsonInventory(source, isKnownPair)
    : parseYamlInventory(source, isKnownPair)
}
