/**
 * The variables of a switch: `defaults`, its groups and its own entry, merged.
 * @module
 */
import { entryAt, type Inventory, type Layer, switchOrdinals, tableAt } from './inventory.ts'
import { type Data, type Dictionary, isDictionary, ownValue, setOwn } from './source-text.ts'

/**
 * The layers of a switch, farthest first: defaults, its groups in their order, its own entry.
 * Unknown groups are left out here and told by {@link checkEntry}.
 */
export function layersOf(inventory: Inventory, ordinal: number): readonly Layer[] {
  const { table, at } = tableAt(inventory, ordinal)
  const entry = entryAt(inventory, ordinal)
  const own = isDictionary(entry.value) ? entry.value : {}
  const layers: Layer[] = inventory.defaults === undefined ? [] : [inventory.defaults]
  for (const name of groupNames(own)) {
    const layer = inventory.groups.get(name)
    if (layer !== undefined) layers.push(layer)
  }
  layers.push({ name: 'switch', variables: own, table, ordinal: at })
  return layers
}

export function groupNames(own: Dictionary): readonly string[] {
  const groups = ownValue(own, 'groups')
  return Array.isArray(groups)
    ? groups.filter((name): name is string => typeof name === 'string')
    : []
}

/** Variables of a switch as its template sees them: a copy of its own, which no render can share with another. */
export type Variables = Record<string, unknown>

/** Merges a switch's layers: dictionaries at every depth, the nearer layer wins, lists and null replace. */
export function mergeVariables(inventory: Inventory, ordinal: number): Variables {
  const merged: Variables = {}
  for (const layer of layersOf(inventory, ordinal)) mergeInto(merged, layer.variables)
  return merged
}

function mergeInto(target: Variables, source: Dictionary): void {
  for (const key of Object.keys(source)) {
    const value = source[key] as Data
    const present = Object.hasOwn(target, key) ? target[key] : undefined
    if (isDictionary(value) && isDictionary(present)) mergeInto(present as Variables, value)
    else if (key === '__proto__') setOwn(target, key, copyData(value))
    else target[key] = copyData(value)
  }
}

function copyData(value: Data): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly Data[]).map(copyData)
  const copy: Variables = {}
  mergeInto(copy, value as Dictionary)
  return copy
}

/** The `template` variable of a switch after merging, without merging everything; undefined when no layer states one. */
export function statedTemplate(inventory: Inventory, ordinal: number): Data | undefined {
  const entry = entryAt(inventory, ordinal)
  const own = isDictionary(entry.value) ? entry.value : {}
  const nearest = groupNames(own)
    .map((name) => inventory.groups.get(name)?.variables)
    .reverse()
  for (const variables of [own, ...nearest, inventory.defaults?.variables]) {
    const stated = variables === undefined ? undefined : ownValue(variables, 'template')
    if (stated !== undefined) return stated ?? undefined
  }
  return undefined
}

/** The name of every variable that any switch has. */
export function variableNames(inventory: Inventory): ReadonlySet<string> {
  const { defaults, groups } = inventory
  const names = new Set<string>()
  const add = (variables: Dictionary) => {
    for (const name of Object.keys(variables)) names.add(name)
  }
  for (const layer of [...(defaults === undefined ? [] : [defaults]), ...groups.values()]) {
    add(layer.variables)
  }
  for (const ordinal of switchOrdinals(inventory)) {
    const { value } = entryAt(inventory, ordinal)
    if (isDictionary(value)) add(value)
  }
  return names
}
