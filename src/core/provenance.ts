/**
 * Where a switch's variables come from. Computed when asked, from the source text of the layers.
 * @module
 */
import type { Inventory, Layer } from './inventory.ts'
import { type InventoryTable, identifierKeys, tableSpanWidth } from './inventory-table.ts'
import { parseJsonTree } from './json-text.ts'
import { type Origin, traceLayers } from './layer-trace.ts'
import type { SourceLocation } from './problem.ts'
import {
  byteOffsets,
  byteOrderMarkLength,
  locate,
  nodeValue,
  type SourceNode,
  type SourcePair,
} from './source-text.ts'
import { layersOf } from './variables.ts'
import { YamlFault } from './yaml-builder.ts'
import { readYamlEvents, readYamlTree } from './yaml-text.ts'

/**
 * The origin of every variable of a switch, in the order in which the layers first name them. Dictionaries are told by their
 * members, everything else as a whole, since it is dictionaries that merge.
 */
export function traceVariables(inventory: Inventory, ordinal: number): readonly Origin[] {
  const wholeFiles: WholeFiles = new Map()
  return traceLayers(
    layersOf(inventory, ordinal).flatMap((layer) => {
      const found = layerNode(layer, wholeFiles)
      if (found?.node.kind !== 'dictionary') return []
      return [{ name: layer.name, pairs: found.node.pairs, locate: found.locate, nodeValue }]
    }),
  )
}

interface LocatedNode {
  readonly node: SourceNode
  readonly locate: (offset: number) => SourceLocation
}

interface LocatedPairs {
  readonly pairs: readonly SourcePair[]
  readonly locate: (offset: number) => SourceLocation
}

/** Files that had to be read as a whole: several layers of a switch may stand in the same one. */
type WholeFiles = Map<InventoryTable, LocatedPairs | undefined>

function layerNode(layer: Layer, wholeFiles: WholeFiles): LocatedNode | undefined {
  const pair = pairNode(layer.table, layer.ordinal, wholeFiles)
  if (pair === undefined || !layer.name.startsWith('groups.')) return pair
  if (pair.node.kind !== 'dictionary') return undefined
  const name = layer.name.slice('groups.'.length)
  const member = pair.node.pairs.find(({ key }) => key === name)
  return member === undefined ? undefined : { node: member.value, locate: pair.locate }
}

/** The value of a file's pair as nodes with places. */
function pairNode(
  table: InventoryTable,
  ordinal: number,
  wholeFiles: WholeFiles,
): LocatedNode | undefined {
  const keyStart = table.spans[ordinal * tableSpanWidth] ?? 0
  const valueStart = table.spans[ordinal * tableSpanWidth + 1] ?? 0
  const end = table.spans[ordinal * tableSpanWidth + 2] ?? 0
  if (table.format === 'json') {
    const text = table.source.text(valueStart, end)
    return {
      node: parseJsonTree(text, identifierKeys),
      locate: locator(table, text, valueStart, end),
    }
  }
  const slice = table.entangled ? undefined : yamlPairs(table, keyStart, end)
  const [sole, ...others] = slice?.pairs ?? []
  if (slice !== undefined && sole !== undefined && others.length === 0) {
    if (isPair(table, ordinal, sole)) return { node: sole.value, locate: slice.locate }
  }
  // written in flow style, or with anchors elsewhere: only the whole file makes sense
  if (!wholeFiles.has(table)) {
    const start = byteOrderMarkLength(table.source.bytes)
    wholeFiles.set(table, yamlPairs(table, start, table.source.bytes.length))
  }
  const whole = wholeFiles.get(table)
  const pair = whole?.pairs[ordinal]
  return whole === undefined || pair === undefined
    ? undefined
    : { node: pair.value, locate: whole.locate }
}

/** Whether a pair that was read out of its context means what it means in the file. */
function isPair(table: InventoryTable, ordinal: number, pair: SourcePair): boolean {
  const entry = table.entries[ordinal]
  const section = table.defaults?.ordinal === ordinal ? table.defaults : table.groups
  const expected = entry === undefined ? section?.value : entry.value
  const value = nodeValue(pair.value) ?? (entry === undefined ? {} : null)
  return (
    (entry === undefined || entry.id === pair.key) &&
    JSON.stringify(value) === JSON.stringify(expected)
  )
}

function yamlPairs(table: InventoryTable, start: number, end: number): LocatedPairs | undefined {
  const text = table.source.text(start, end)
  try {
    const tree = readYamlTree(readYamlEvents(text), identifierKeys)
    if (tree?.kind !== 'dictionary') return undefined
    return { pairs: tree.pairs, locate: locator(table, text, start, end) }
  } catch (error) {
    if (error instanceof YamlFault) return undefined
    throw error
  }
}

function locator(
  table: InventoryTable,
  text: string,
  start: number,
  end: number,
): (place: number) => SourceLocation {
  const offset = byteOffsets(text, start, end)
  return (place) => locate(table.source, offset(place))
}
