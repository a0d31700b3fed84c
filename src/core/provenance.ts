/**
 * Where a switch's variables come from. Computed when asked, from the source text of the layers.
 * @module
 */
import type { Inventory, Layer } from './inventory.ts'
import type { InventoryTable } from './inventory-table.ts'
import { type Origin, traceLayers } from './layer-trace.ts'
import { allPairs, type LocatedNode, type LocatedPairs, pairAlone } from './pair-source.ts'
import { nodeValue } from './source-text.ts'
import { layersOf } from './variables.ts'

/**
 * The origin of every variable of a switch, in the order in which the layers first name them. Dictionaries are told by their
 * members, everything else as a whole, since it is dictionaries that merge.
 */
export function traceVariables(inventory: Inventory, ordinal: number): readonly Origin[] {
  const wholeFiles: WholeFiles = new Map()
  return traceLayers(
    layersOf(inventory, ordinal).flatMap((layer) => {
      const { table, ordinal: at } = layer
      const pair = pairAlone(table, at) ?? pairOfWhole(table, at, wholeFiles)
      const found = nodeOfLayer(layer, pair)
      if (found?.node.kind !== 'dictionary') return []
      return [{ name: layer.name, pairs: found.node.pairs, locate: found.locate, nodeValue }]
    }),
  )
}

/** Files that had to be read as a whole: several layers of a switch may stand in the same one. */
type WholeFiles = Map<InventoryTable, LocatedPairs | undefined>

/** The node of a layer, in the pair of its file that holds it. */
export function nodeOfLayer(layer: Layer, pair: LocatedNode | undefined): LocatedNode | undefined {
  if (pair === undefined || !layer.name.startsWith('groups.')) return pair
  if (pair.node.kind !== 'dictionary') return undefined
  const name = layer.name.slice('groups.'.length)
  const member = pair.node.pairs.find(({ key }) => key === name)
  return member === undefined ? undefined : { node: member.value, locate: pair.locate }
}

function pairOfWhole(
  table: InventoryTable,
  ordinal: number,
  wholeFiles: WholeFiles,
): LocatedNode | undefined {
  if (!wholeFiles.has(table)) wholeFiles.set(table, allPairs(table))
  const whole = wholeFiles.get(table)
  const pair = whole?.pairs[ordinal]
  return whole === undefined || pair === undefined
    ? undefined
    : { node: pair.value, locate: whole.locate }
}
