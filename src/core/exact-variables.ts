/**
 * The variables of a switch without loss: floats stay floats, integers keep all digits, keys the order of the file.
 *
 * Nearly always plain data has lost nothing, and values are made of it; else the text is read once more.
 * @module
 */
import { mergeScopes } from './attributes.ts'
import { ExactSource } from './exact-source.ts'
import { type ExactMap, exactFromData, exactJson } from './exact-value.ts'
import { entryAt, type Inventory, type Layer, tableAt } from './inventory.ts'
import type { InventoryTable, SwitchEntry } from './inventory-table.ts'
import { allPairs, mayLeanOnAnchors, pairAlone, pairAmongAnchors, pairSpan } from './pair-source.ts'
import { isPlainJson, isPlainYaml } from './plain-text.ts'
import type { SourceNode } from './source-text.ts'
import { layersOf } from './variables.ts'

/**
 * What {@link mergeVariables} gives, without loss: every number is an integer of all its digits or a finite float; keys stand where a
 * Python dictionary, merged in the order of the layers, has them. Parts are shared with later results: not to be changed.
 */
export function exactVariables(inventory: Inventory, ordinal: number): ExactMap {
  const layers = layersOf(inventory, ordinal).map((layer) =>
    layer.name === 'switch' ? exactEntry(inventory, ordinal, layer) : exactLayer(layer),
  )
  const [first = none, ...nearer] = layers.filter(({ size }) => size > 0)
  return nearer.length === 0 ? first : mergeScopes(first, ...nearer)
}

const none: ExactMap = new Map()

// entries outlive their inventory where an edit does not touch them, and are too many to keep the values of
const plainEntries = new WeakMap<SwitchEntry, boolean>()

function exactEntry(inventory: Inventory, ordinal: number, layer: Layer): ExactMap {
  const { table, at } = tableAt(inventory, ordinal)
  const entry = entryAt(inventory, ordinal)
  const known = plainEntries.get(entry)
  const isPlain = known ?? isPlainPair(table, at)
  if (known === undefined) plainEntries.set(entry, isPlain)
  if (isPlain) return fromData(layer)
  const node = readPair(table, at)
  if (node === undefined) return exactFile(table).pairs[at] ?? fromData(layer)
  const exact = new ExactSource(table.format).variables(node)
  // a closer look, once
  if (known === undefined) plainEntries.set(entry, exactJson(exact) === exactJson(fromData(layer)))
  return exact
}

const exactLayers = new WeakMap<Layer, ExactMap>()

/** `defaults` or a group. */
function exactLayer(layer: Layer): ExactMap {
  let exact = exactLayers.get(layer)
  if (exact === undefined) {
    const { name, table } = layer
    const read =
      name === 'defaults'
        ? exactDefaults(layer)
        : exactGroups(table).get(name.slice('groups.'.length))
    exact = read ?? fromData(layer)
    exactLayers.set(layer, exact)
  }
  return exact
}

function exactDefaults({ table, ordinal }: Layer): ExactMap | undefined {
  if (isPlainPair(table, ordinal)) return undefined
  const node = readPair(table, ordinal)
  return node === undefined
    ? exactFile(table).pairs[ordinal]
    : new ExactSource(table.format).variables(node)
}

const groupsOfTables = new WeakMap<InventoryTable, ReadonlyMap<string, ExactMap>>()

/** The groups of a file, read at once; none where plain data loses nothing. */
function exactGroups(table: InventoryTable): ReadonlyMap<string, ExactMap> {
  let groups = groupsOfTables.get(table)
  if (groups === undefined) {
    groups = readGroups(table)
    groupsOfTables.set(table, groups)
  }
  return groups
}

function readGroups(table: InventoryTable): ReadonlyMap<string, ExactMap> {
  const ordinal = table.groups?.ordinal
  if (ordinal === undefined || isPlainPair(table, ordinal)) return new Map()
  const node = readPair(table, ordinal)
  return node === undefined
    ? exactFile(table).groups
    : groupsOf(node, new ExactSource(table.format))
}

function groupsOf(
  node: SourceNode | undefined,
  source: ExactSource,
): ReadonlyMap<string, ExactMap> {
  const pairs = node?.kind === 'dictionary' ? node.pairs : []
  return new Map(pairs.map(({ key, value }) => [key, source.variables(value)]))
}

/** Files up to this size are read as a whole, once, rather than in parts for each of their switches. */
const smallFile = 131_072

/** The value of a pair; undefined where the file as a whole is known, or is the way to know it. */
function readPair(table: InventoryTable, ordinal: number): SourceNode | undefined {
  if (exactFiles.has(table)) return undefined
  const alone = pairAlone(table, ordinal)?.node
  if (alone !== undefined || table.source.bytes.length <= smallFile) return alone
  return pairAmongAnchors(table, ordinal)?.node
}

/** A file of which pairs cannot be read alone. */
interface ExactFile {
  readonly pairs: readonly (ExactMap | undefined)[]
  readonly groups: ReadonlyMap<string, ExactMap>
}

const exactFiles = new WeakMap<InventoryTable, ExactFile>()

function exactFile(table: InventoryTable): ExactFile {
  let file = exactFiles.get(table)
  if (file === undefined) {
    const pairs = allPairs(table)?.pairs ?? []
    const source = new ExactSource(table.format)
    const groups = table.groups?.ordinal
    file = {
      pairs: pairs.map(({ value }, at) => (at === groups ? undefined : source.variables(value))),
      groups: groupsOf(groups === undefined ? undefined : pairs[groups]?.value, source),
    }
    exactFiles.set(table, file)
  }
  return file
}

/** Whether plain data loses nothing of a pair, as far as a quick look at its text can tell. */
function isPlainPair(table: InventoryTable, ordinal: number): boolean {
  const { valueStart, end } = pairSpan(table, ordinal)
  if (table.format === 'json') return isPlainJson(table.source.bytes, valueStart, end)
  return mayLeanOnAnchors(table, ordinal) ? isPlainFile(table) : isPlainYamlPair(table, ordinal)
}

function isPlainYamlPair(table: InventoryTable, ordinal: number): boolean {
  const { keyStart, end } = pairSpan(table, ordinal)
  // its own key may look like an integer: a serial number, half a MAC address
  return isPlainYaml(table.source.text(keyStart, end).replace(/^(["']?)[\w.:-]*\1\s*:(?=\s)/, ''))
}

const plainFiles = new WeakMap<InventoryTable, boolean>()

function isPlainFile(table: InventoryTable): boolean {
  let isPlain = plainFiles.get(table)
  if (isPlain === undefined) {
    isPlain = table.entries.every((_entry, at) => isPlainYamlPair(table, at))
    plainFiles.set(table, isPlain)
  }
  return isPlain
}

function fromData({ variables }: Layer): ExactMap {
  return exactFromData(variables) as ExactMap
}
