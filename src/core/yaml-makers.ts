/**
 * How values are made of YAML: plain data for loading, nodes with places for whoever asks where a value stands.
 * @module
 */
import { type Data, isDictionary, type SourceNode, type SourcePair, setOwn } from './source-text.ts'

/** How values are made; two makers exist, for plain data and for nodes with places. */
export interface Maker<Value, Building> {
  scalar(value: Data, start: number, text: string | undefined): Value
  list(items: Value[], start: number): Value
  begin(start: number): Building
  has(building: Building, key: string): boolean
  /** Adds a key, or gives one that is there another value. */
  set(building: Building, key: string, keyStart: number, value: Value): void
  finish(building: Building): Value
  /** The pairs of a finished dictionary, for `<<`; undefined when it is none. */
  pairs(value: Value): Iterable<readonly [string, number, Value]> | undefined
  /** The items of a finished list, for `<<`; undefined when it is none. */
  items(value: Value): readonly Value[] | undefined
}

export const dataMaker: Maker<Data, Record<string, Data>> = {
  scalar: (value) => value,
  list: (items) => items,
  begin: () => ({}),
  has: (building, key) => Object.hasOwn(building, key),
  set: (building, key, _keyStart, value) => setOwn(building, key, value),
  finish: (building) => building,
  pairs: (value) =>
    isDictionary(value)
      ? Object.entries(value).map(([key, item]) => [key, 0, item] as const)
      : undefined,
  items: (value) => (Array.isArray(value) ? (value as readonly Data[]) : undefined),
}

interface BuildingNode {
  readonly start: number
  readonly pairs: Map<string, SourcePair>
}

export const nodeMaker: Maker<SourceNode, BuildingNode> = {
  scalar: (value, start, text) => ({ kind: 'scalar', start, value, text }),
  list: (items, start) => ({ kind: 'list', start, items }),
  begin: (start) => ({ start, pairs: new Map() }),
  has: (building, key) => building.pairs.has(key),
  set: (building, key, keyStart, value) => building.pairs.set(key, { key, keyStart, value }),
  finish: ({ start, pairs }) => ({ kind: 'dictionary', start, pairs: [...pairs.values()] }),
  pairs: (value) =>
    value.kind === 'dictionary'
      ? value.pairs.map((pair) => [pair.key, pair.keyStart, pair.value] as const)
      : undefined,
  items: (value) => (value.kind === 'list' ? value.items : undefined),
}
