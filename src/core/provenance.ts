/**
 * Where a switch's variables come from. Computed when asked, from the source text of the layers.
 * @module
 */
import type { Inventory, Layer } from './inventory.ts'
import { type InventoryTable, identifierKeys, tableSpanWidth } from './inventory-table.ts'
import { parseJsonTree } from './json-text.ts'
import type { SourceLocation } from './problem.ts'
import {
  byteOffsets,
  byteOrderMarkLength,
  type Data,
  locate,
  nodeValue,
  type SourceNode,
  type SourcePair,
} from './source-text.ts'
import { layersOf } from './variables.ts'
import { YamlFault } from './yaml-builder.ts'
import { readYamlEvents, readYamlTree } from './yaml-text.ts'

/** One statement of a variable: which layer made it, and where. */
export interface Statement {
  /** `defaults`, `groups.NAME` or `switch`. */
  readonly layer: string
  readonly at: SourceLocation
  readonly value: Data
}

/** A variable of a switch: its path, the statement that counts, and those it overrides, nearest first. */
export interface VariableOrigin {
  readonly path: readonly string[]
  readonly from: Statement
  readonly overrides: readonly Statement[]
}

/**
 * The origin of every variable of a switch, in the order in which the layers first name them. Dictionaries are told by their
 * members, everything else as a whole, since it is dictionaries that merge.
 */
export function traceVariables(inventory: Inventory, ordinal: number): readonly VariableOrigin[] {
  const root = newBranch()
  const wholeFiles: WholeFiles = new Map()
  for (const layer of layersOf(inventory, ordinal)) {
    const node = layerNode(layer, wholeFiles)
    if (node?.node.kind === 'dictionary') addPairs(root, node.node.pairs, layer, node.locate)
  }
  const origins: VariableOrigin[] = []
  collect(root, [], [], origins)
  return origins
}

/** A variable as the layers build it up: what each of them states, nearest first, and the members if it is a dictionary now. */
interface Branch {
  readonly statements: Statement[]
  /** So many of the statements, from the first, are dictionaries that merge into one. */
  merging: number
  members: Map<string, Branch> | undefined
}

function newBranch(): Branch {
  return { statements: [], merging: 0, members: new Map() }
}

function addPairs(
  branch: Branch,
  pairs: readonly SourcePair[],
  layer: Layer,
  where: (offset: number) => SourceLocation,
): void {
  for (const { key, keyStart, value } of pairs) {
    const member = branch.members?.get(key) ?? newBranch()
    branch.members?.set(key, member)
    member.statements.unshift({ layer: layer.name, at: where(keyStart), value: nodeValue(value) })
    if (value.kind === 'dictionary') {
      // over something else it replaces that as a whole
      member.members ??= new Map()
      member.merging++
      addPairs(member, value.pairs, layer, where)
    } else {
      member.members = undefined
      member.merging = 0
    }
  }
}

/** `replaced`: what the dictionaries around this branch replaced as a whole. */
function collect(
  branch: Branch,
  path: readonly string[],
  replaced: readonly Statement[],
  origins: VariableOrigin[],
): void {
  const [from, ...overrides] = branch.statements
  if (branch.members !== undefined && branch.members.size > 0) {
    const replacedHere = [...branch.statements.slice(branch.merging), ...replaced]
    for (const [key, member] of branch.members)
      collect(member, [...path, key], replacedHere, origins)
  } else if (from !== undefined) {
    origins.push({ path, from, overrides: [...overrides, ...replaced] })
  }
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
