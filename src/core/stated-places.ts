/**
 * Where the values of switches stand. Computed when something is told of one, from the source text.
 * @module
 */
import { entryLocation, type Inventory, type Layer } from './inventory.ts'
import type { InventoryTable } from './inventory-table.ts'
import { allPairs, type LocatedNode, pairAlone, pairAmongAnchors, pairSpan } from './pair-source.ts'
import type { SourceLocation } from './problem.ts'
import { nodeOfLayer } from './provenance.ts'
import {
  type Data,
  isDictionary,
  ownValue,
  type SourceNode,
  type SourcePair,
} from './source-text.ts'
import { layersOf } from './variables.ts'

/** The keys that lead to a value, and the places in lists. */
export type ValuePath = readonly (string | number)[]

/** What is larger is not read once more for a place: who serves switches reads it. */
const maxBytes = 32_768

/** The places of one inventory. Layers that many switches share are read once. */
export class StatedPlaces {
  readonly #inventory: Inventory
  readonly #shared = new Map<Layer, LocatedNode | undefined>()

  constructor(inventory: Inventory) {
    this.#inventory = inventory
  }

  /**
   * The key of a value of a switch, or the item of a list, in the nearest layer that states it; as much of the path as is written
   * there. The switch's own key where there is nothing of it, or where it takes reading much to find it.
   */
  of(ordinal: number, path: ValuePath): SourceLocation {
    const layer =
      path.length === 0
        ? undefined
        : layersOf(this.#inventory, ordinal).findLast(({ variables }) => holds(variables, path))
    const found = layer === undefined ? undefined : this.#read(layer)
    const start = found === undefined ? undefined : startBelow(found.node, path)
    return found === undefined || start === undefined
      ? entryLocation(this.#inventory, ordinal)
      : found.locate(start)
  }

  #read(layer: Layer): LocatedNode | undefined {
    if (layer.name === 'switch') return readPair(layer.table, layer.ordinal)
    if (!this.#shared.has(layer)) {
      this.#shared.set(layer, nodeOfLayer(layer, readPair(layer.table, layer.ordinal)))
    }
    return this.#shared.get(layer)
  }
}

function holds(value: Data, [step, ...rest]: ValuePath): boolean {
  if (step === undefined) return true
  if (Array.isArray(value)) {
    return typeof step === 'number' && step in value && holds(value[step] as Data, rest)
  }
  const below = isDictionary(value) ? ownValue(value, String(step)) : undefined
  return below !== undefined && holds(below, rest)
}

function readPair(table: InventoryTable, ordinal: number): LocatedNode | undefined {
  const { keyStart, end } = pairSpan(table, ordinal)
  if (end - keyStart > maxBytes) return undefined
  const part = pairAlone(table, ordinal) ?? pairAmongAnchors(table, ordinal)
  if (part !== undefined || table.source.bytes.length > maxBytes) return part
  const whole = allPairs(table)
  const pair = whole?.pairs[ordinal]
  return whole === undefined || pair === undefined
    ? undefined
    : { node: pair.value, locate: whole.locate }
}

function startBelow(root: SourceNode, path: ValuePath): number | undefined {
  let node: SourceNode | undefined = root
  let start: number | undefined
  for (const step of path) {
    if (node?.kind === 'dictionary') {
      const pair: SourcePair | undefined = node.pairs.findLast(({ key }) => key === step)
      start = pair?.keyStart ?? start
      node = pair?.value
    } else if (node?.kind === 'list' && typeof step === 'number') {
      node = node.items[step]
      start = node?.start ?? start
    } else break
  }
  return start
}
