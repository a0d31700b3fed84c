/**
 * A pair of an inventory file read once more from its text, as nodes with places.
 * @module
 */
import { type InventoryTable, identifierKeys, tableSpanWidth } from './inventory-table.ts'
import { parseJsonTree } from './json-text.ts'
import type { SourceLocation } from './problem.ts'
import {
  byteOffsets,
  byteOrderMarkLength,
  locate,
  nodeValue,
  type SourceNode,
  type SourcePair,
} from './source-text.ts'
import { YamlFault } from './yaml-builder.ts'
import { readYamlEvents, readYamlTree } from './yaml-text.ts'

export interface LocatedNode {
  readonly node: SourceNode
  readonly locate: (offset: number) => SourceLocation
}

export interface LocatedPairs {
  readonly pairs: readonly SourcePair[]
  readonly locate: (offset: number) => SourceLocation
}

/** Where a pair's key, its value and what follows it begin, as byte offsets. */
export interface PairSpan {
  readonly keyStart: number
  readonly valueStart: number
  readonly end: number
}

export function pairSpan({ spans }: InventoryTable, ordinal: number): PairSpan {
  return {
    keyStart: spans[ordinal * tableSpanWidth] ?? 0,
    valueStart: spans[ordinal * tableSpanWidth + 1] ?? 0,
    end: spans[ordinal * tableSpanWidth + 2] ?? 0,
  }
}

/**
 * The value of a pair, read by itself. Undefined where only the file as a whole ({@link allPairs}) makes sense: in YAML that is
 * written in flow style, or with anchors elsewhere.
 */
export function pairAlone(table: InventoryTable, ordinal: number): LocatedNode | undefined {
  const { keyStart, valueStart, end } = pairSpan(table, ordinal)
  if (table.format === 'json') {
    const text = table.source.text(valueStart, end)
    return {
      node: parseJsonTree(text, identifierKeys),
      locate: locator(table, text, valueStart, end),
    }
  }
  if (mayLeanOnAnchors(table, ordinal)) return undefined
  const slice = yamlPairs(table, keyStart, end)
  const [sole, ...others] = slice?.pairs ?? []
  if (slice === undefined || sole === undefined || others.length > 0) return undefined
  return isPair(table, ordinal, sole) ? { node: sole.value, locate: slice.locate } : undefined
}

/** Whether what a pair means may depend on anchors outside of it. */
export function mayLeanOnAnchors(table: InventoryTable, ordinal: number): boolean {
  if (!table.entangled) return false
  const { keyStart, end } = pairSpan(table, ordinal)
  return table.source.text(keyStart, end).includes('*')
}

/** Anchors before an entry that take more text than this are not read again for each entry. */
const maxAnchorBytes = 32_768

/**
 * The value of a YAML pair that {@link pairAlone} cannot read, out of a part of its file: the pairs before it that hold anchors, and
 * itself. What stands at an anchor has the place of the pair's key. Undefined where only the whole file makes sense.
 */
export function pairAmongAnchors(table: InventoryTable, ordinal: number): LocatedNode | undefined {
  const before = table.entangled ? anchorsOf(table).filter(({ at }) => at < ordinal) : []
  if (before.some(({ isCut }) => isCut)) return undefined
  if (before.reduce((sum, { text }) => sum + text.length, 0) > maxAnchorBytes) return undefined
  const { keyStart, end } = pairSpan(table, ordinal)
  const own = table.source.text(keyStart, end)
  const part = `${before.map(({ text }) => text).join('')}${own}`
  const locateOwn = locator(table, own, keyStart, end)
  // in flow style the last pair has the closing bracket of the file with it
  for (const text of [part, `{${part}\n}`, `{${part}`]) {
    const pairs = readPairs(text) ?? []
    const pair = pairs[before.length]
    if (pairs.length !== before.length + 1 || pair === undefined) continue
    if (!isPair(table, ordinal, pair)) continue
    const ownStart = text.indexOf(part) + part.length - own.length
    return { node: pair.value, locate: (place) => locateOwn(Math.max(0, place - ownStart)) }
  }
  return undefined
}

/** A pair that may hold anchors. */
interface AnchorPair {
  readonly at: number
  readonly text: string
  /** True when the anchor of the next pair's key stands at its end. */
  readonly isCut: boolean
}

const anchorPairs = new WeakMap<InventoryTable, readonly AnchorPair[]>()

function anchorsOf(table: InventoryTable): readonly AnchorPair[] {
  let pairs = anchorPairs.get(table)
  if (pairs === undefined) {
    pairs = table.entries.flatMap((_entry, at) => {
      const { keyStart, end } = pairSpan(table, at)
      const text = table.source.text(keyStart, end)
      return text.includes('&') ? [{ at, text, isCut: /&\S+\s*$/.test(text) }] : []
    })
    anchorPairs.set(table, pairs)
  }
  return pairs
}

/** All pairs of a YAML file, by their ordinals. */
export function allPairs(table: InventoryTable): LocatedPairs | undefined {
  const { bytes } = table.source
  return yamlPairs(table, byteOrderMarkLength(bytes), bytes.length)
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
  const pairs = readPairs(text)
  return pairs === undefined ? undefined : { pairs, locate: locator(table, text, start, end) }
}

function readPairs(text: string): readonly SourcePair[] | undefined {
  try {
    const tree = readYamlTree(readYamlEvents(text), identifierKeys)
    return tree?.kind === 'dictionary' ? tree.pairs : undefined
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
