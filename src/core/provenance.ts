/**
 * Where a switch's variables come from. Computed when asked, from the source text of the layers.
 * @module
 */
import { type Inventory, type Layer, layersOf } from './inventory.ts'
import { type InventoryTable, identifierKeys, tableSpanWidth } from './inventory-table.ts'
import { parseJsonTree } from './json-text.ts'
import type { SourceLocation } from './problem.ts'
import {
  byteOrderMarkLength,
  type Data,
  locate,
  nodeValue,
  type SourceNode,
  type SourcePair,
} from './source-text.ts'
import { readYamlEvents, readYamlTree, YamlFault } from './yaml-text.ts'

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
  const root: Branch = { statements: [], members: new Map() }
  for (const layer of layersOf(inventory, ordinal)) {
    const node = layerNode(layer)
    if (node?.node.kind === 'dictionary') addPairs(root, node.node.pairs, layer, node.locate)
  }
  const origins: VariableOrigin[] = []
  collect(root, [], origins)
  return origins
}

/** A variable as the layers build it up: a dictionary as long as every layer says so. */
interface Branch {
  statements: Statement[]
  members: Map<string, Branch> | undefined
}

function addPairs(
  branch: Branch,
  pairs: readonly SourcePair[],
  layer: Layer,
  where: (offset: number) => SourceLocation,
): void {
  for (const { key, keyStart, value } of pairs) {
    const member = branch.members?.get(key) ?? { statements: [], members: undefined }
    branch.members?.set(key, member)
    const statement = { layer: layer.name, at: where(keyStart), value: nodeValue(value) }
    if (value.kind !== 'dictionary') {
      member.statements.unshift(statement)
      member.members = undefined
      continue
    }
    if (member.members === undefined) {
      // a dictionary over something else replaces it as a whole
      member.members = new Map()
    }
    if (value.pairs.length === 0 && member.members.size === 0) member.statements.unshift(statement)
    addPairs(member, value.pairs, layer, where)
  }
}

function collect(branch: Branch, path: readonly string[], origins: VariableOrigin[]): void {
  const [from, ...overrides] = branch.statements
  if (branch.members !== undefined && branch.members.size > 0) {
    for (const [key, member] of branch.members) collect(member, [...path, key], origins)
  } else if (from !== undefined) {
    origins.push({ path, from, overrides })
  }
}

interface LocatedNode {
  readonly node: SourceNode
  readonly locate: (offset: number) => SourceLocation
}

function layerNode(layer: Layer): LocatedNode | undefined {
  const pair = pairNode(layer.table, layer.ordinal)
  if (pair === undefined || !layer.name.startsWith('groups.')) return pair
  if (pair.node.kind !== 'dictionary') return undefined
  const name = layer.name.slice('groups.'.length)
  const member = pair.node.pairs.find(({ key }) => key === name)
  return member === undefined ? undefined : { node: member.value, locate: pair.locate }
}

/** The value of a file's pair as nodes with places. */
function pairNode(table: InventoryTable, ordinal: number): LocatedNode | undefined {
  const keyStart = table.spans[ordinal * tableSpanWidth] ?? 0
  const valueStart = table.spans[ordinal * tableSpanWidth + 1] ?? 0
  const end = table.spans[ordinal * tableSpanWidth + 2] ?? 0
  if (table.format === 'json') {
    const text = table.source.text(valueStart, end)
    return { node: parseJsonTree(text), locate: locator(table, text, valueStart) }
  }
  const slice = table.entangled ? undefined : yamlPairs(table, keyStart, end)
  // written in flow style, or with anchors elsewhere: only the whole file makes sense
  const whole = byteOrderMarkLength(table.source.bytes)
  const found = slice?.pairs.length === 1 ? slice : yamlPairs(table, whole, table.source.bytes.length)
  const pair = found?.pairs[found === slice ? 0 : ordinal]
  return found === undefined || pair === undefined ? undefined : { node: pair.value, locate: found.locate }
}

function yamlPairs(
  table: InventoryTable,
  start: number,
  end: number,
): { pairs: readonly SourcePair[]; locate: (offset: number) => SourceLocation } | undefined {
  const text = table.source.text(start, end)
  try {
    const tree = readYamlTree(readYamlEvents(text), identifierKeys)
    if (tree?.kind !== 'dictionary') return undefined
    return { pairs: tree.pairs, locate: locator(table, text, start) }
  } catch (error) {
    if (error instanceof YamlFault) return undefined
    throw error
  }
}

function locator(table: InventoryTable, text: string, start: number): (offset: number) => SourceLocation {
  const base = locate(table.source, start)
  return (offset) => {
    const before = text.slice(0, offset)
    const lines = before.split('\n')
    const last = lines.at(-1) ?? ''
    const column = [...last].length + (lines.length === 1 ? (base.column ?? 1) : 1)
    return { file: table.source.file, line: (base.line ?? 1) + lines.length - 1, column }
  }
}
