/**
 * The inventory in force: every file's switches under their identifiers, the variables of a switch out of `defaults`, its groups
 * and its own entry.
 * @module
 */
import {
  type Identity,
  parseSerialNumber,
  parseSystemMac,
  type SerialNumber,
  type SystemMac,
} from './identity.ts'
import {
  type InventoryTable,
  reservedName,
  type SwitchEntry,
  tableSpanWidth,
} from './inventory-table.ts'
import { Problem, type SourceLocation } from './problem.ts'
import {
  type Data,
  type Dictionary,
  excerpt,
  isDictionary,
  locate,
  ownValue,
  setOwn,
} from './source-text.ts'

/** A set of variables with its place: `defaults` or one group. */
export interface Layer {
  /** `defaults` or `groups.NAME`. */
  readonly name: string
  readonly variables: Dictionary
  readonly table: InventoryTable
  /** Which pair of the file holds it. */
  readonly ordinal: number
}

/** Everything operators wrote about switches. Frozen: a change makes a new one. */
export interface Inventory {
  /** The files in the order of their names. A switch's ordinal counts through all of them. */
  readonly tables: readonly InventoryTable[]
  readonly bases: readonly number[]
  /** System MACs and serial numbers → ordinal. */
  readonly index: ReadonlyMap<string, number>
  /** Switches that share an identifier with another entry; none of them is served. */
  readonly clashes: ReadonlyMap<number, Problem>
  readonly defaults: Layer | undefined
  readonly groups: ReadonlyMap<string, Layer>
  readonly switchCount: number
}

/** The identifiers of an entry: its key, `mac` and `serial`. What is none of these is a Problem. */
export interface EntryIds {
  readonly systemMac: SystemMac | undefined
  readonly serialNumber: SerialNumber | undefined
  /** All of them, the key's first. */
  readonly all: readonly string[]
}

/**
 * Puts files together. Yields now and then so that a large inventory can be assembled between requests; run it with
 * {@link runToEnd} where nothing else waits. Of `defaults` and groups stated in several files the first counts: the caller has
 * seen to it with {@link findSectionClash}.
 */
export function* assembleInventory(
  tables: readonly InventoryTable[],
): Generator<void, { inventory: Inventory; problems: readonly Problem[] }> {
  const index = new Map<string, number>()
  const clashes = new Map<number, Problem>()
  const groups = new Map<string, Layer>()
  const bases: number[] = []
  let defaults: Layer | undefined
  let next = 0
  let switchCount = 0
  for (const table of tables) {
    bases.push(next)
    const { ordinal = 0, value: variables } = table.defaults ?? {}
    if (variables !== undefined) defaults ??= { name: 'defaults', variables, table, ordinal }
    for (const [name, value] of Object.entries(table.groups?.value ?? {})) {
      if (groups.has(name)) continue
      const layer = isDictionary(value) ? value : {}
      groups.set(name, {
        name: `groups.${name}`,
        variables: layer,
        table,
        ordinal: table.groups?.ordinal ?? 0,
      })
    }
    next += table.entries.length
  }
  const inventory = { tables, bases, index, clashes, defaults, groups, switchCount }
  for (const [number, table] of tables.entries()) {
    const base = bases[number] ?? 0
    for (let at = 0; at < table.entries.length; at++) {
      const entry = table.entries[at]
      if (entry === undefined) continue
      if (++switchCount % 512 === 0) yield
      const ordinal = base + at
      // the key first: it is nearly always the only identifier
      for (const id of entryIds(entry).all) {
        const holder = index.get(id)
        if (holder === undefined) index.set(id, ordinal)
        else if (holder !== ordinal) noteClash(inventory, id, holder, ordinal)
      }
    }
  }
  const problems = [...new Set(clashes.values())]
  return { inventory: { ...inventory, switchCount }, problems }
}

/** Runs a generator that only yields to let others work. */
export function runToEnd<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function noteClash(
  inventory: Inventory & { clashes: Map<number, Problem> },
  id: string,
  first: number,
  second: number,
): void {
  const { clashes } = inventory
  if (clashes.has(first) && clashes.has(second)) return
  const places = [first, second].map((ordinal) => entryLocation(inventory, ordinal))
  const [one, two] = places.map((place) => `${place.file}:${place.line}`)
  const keys = [first, second].map((ordinal) => keyId(entryAt(inventory, ordinal).id))
  const problem =
    keys[0] === keys[1] && keys[0] !== undefined
      ? new Problem('switch-duplicate', `the switch ${id} is stated twice: ${one} and ${two}`, {
          at: places[1],
          key: entryAt(inventory, second).id,
          switch: id,
          fix: 'keep one of them',
        })
      : new Problem('switch-contradiction', `two entries claim ${id}: ${one} and ${two}`, {
          at: places[1],
          key: entryAt(inventory, second).id,
          switch: id,
          fix: 'let each system MAC and serial number stand in one entry only',
        })
  if (!clashes.has(first)) clashes.set(first, problem)
  if (!clashes.has(second)) clashes.set(second, problem)
}

/** The first section (`defaults` or a group) that a file repeats from one before it. */
export function findSectionClash(
  tables: readonly InventoryTable[],
): { table: InventoryTable; problem: Problem } | undefined {
  const seen = new Map<string, { table: InventoryTable; ordinal: number }>()
  for (const table of tables) {
    const names: [string, number][] =
      table.defaults === undefined ? [] : [['defaults', table.defaults.ordinal]]
    for (const name of Object.keys(table.groups?.value ?? {})) {
      names.push([`groups.${name}`, table.groups?.ordinal ?? 0])
    }
    for (const [name, ordinal] of names) {
      const first = seen.get(name)
      if (first !== undefined) {
        const before = pairLocation(first.table, first.ordinal)
        const place = pairLocation(table, ordinal)
        const message = `"${name}" is stated twice: ${before.file}:${before.line} and ${place.file}:${place.line}`
        const fix = 'state it in one file only'
        return {
          table,
          problem: new Problem('inventory-duplicate-section', message, {
            at: place,
            key: name,
            fix,
          }),
        }
      }
      seen.set(name, { table, ordinal })
    }
  }
  return undefined
}

/** The entry with an ordinal. */
export function entryAt(inventory: Inventory, ordinal: number): SwitchEntry {
  const { table, at } = tableAt(inventory, ordinal)
  const entry = table.entries[at]
  if (entry === undefined) throw new Error(`no entry ${ordinal}`)
  return entry
}

/** The file of an ordinal and the pair in it. */
export function tableAt(
  inventory: Inventory,
  ordinal: number,
): { table: InventoryTable; at: number } {
  const { bases, tables } = inventory
  // the last file that begins at or before the ordinal; one file is the rule, thousands are possible
  let number = 0
  for (let beyond = bases.length; beyond - number > 1; ) {
    const middle = (number + beyond) >> 1
    if ((bases[middle] ?? 0) <= ordinal) number = middle
    else beyond = middle
  }
  const table = tables[number]
  if (table === undefined) throw new Error(`no entry ${ordinal}`)
  return { table, at: ordinal - (bases[number] ?? 0) }
}

/** File, line and column of a switch's key. */
export function entryLocation(inventory: Inventory, ordinal: number): SourceLocation {
  const { table, at } = tableAt(inventory, ordinal)
  return pairLocation(table, at)
}

/** File, line and column of a pair's key. */
export function pairLocation(table: InventoryTable, ordinal: number): SourceLocation {
  return locate(table.source, table.spans[ordinal * tableSpanWidth] ?? 0)
}

/** All switches' ordinals, in the order of the files. */
export function* switchOrdinals(inventory: Inventory): Generator<number> {
  for (const [number, table] of inventory.tables.entries()) {
    const base = inventory.bases[number] ?? 0
    for (let at = 0; at < table.entries.length; at++) {
      if (table.entries[at] !== undefined) yield base + at
    }
  }
}

function keyId(key: string): string | undefined {
  return parseSystemMac(key) ?? parseSerialNumber(key)
}

/** The identifiers of an entry; what cannot be read is left out here and told by {@link checkEntry}. */
export function entryIds(entry: SwitchEntry): EntryIds {
  const keyMac = parseSystemMac(entry.id)
  const keySerial = keyMac === undefined ? parseSerialNumber(entry.id) : undefined
  const own = isDictionary(entry.value) ? entry.value : {}
  const mac = parseSystemMac(identifierText(own, 'mac'))
  const serial = parseSerialNumber(identifierText(own, 'serial'))
  const all: string[] = []
  for (const id of [keyMac, keySerial, mac, serial]) {
    if (id !== undefined && !all.includes(id)) all.push(id)
  }
  return { systemMac: keyMac ?? mac, serialNumber: keySerial ?? serial, all }
}

/** The text of an identifier; what is neither text nor number is none. */
function identifierText(own: Dictionary, key: 'mac' | 'serial'): string {
  const value = ownValue(own, key)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** What the inventory knows of an identity. */
export type Found =
  | {
      readonly kind: 'switch'
      readonly ordinal: number
      /** The entry that the serial number leads to, where the MAC leads to another one. */
      readonly serialLeadsTo?: number
    }
  | { readonly kind: 'unknown' }

/** Looks a switch up: the system MAC beats the serial number. */
export function findSwitch(inventory: Inventory, identity: Identity): Found {
  const byMac =
    identity.systemMac === undefined ? undefined : inventory.index.get(identity.systemMac)
  const bySerial =
    identity.serialNumber === undefined ? undefined : inventory.index.get(identity.serialNumber)
  if (byMac === undefined) {
    return bySerial === undefined ? { kind: 'unknown' } : { kind: 'switch', ordinal: bySerial }
  }
  if (bySerial === undefined || bySerial === byMac) return { kind: 'switch', ordinal: byMac }
  return { kind: 'switch', ordinal: byMac, serialLeadsTo: bySerial }
}

/** Looks a switch up as a person names it: by MAC in any notation, serial number or hostname. */
export function findByName(inventory: Inventory, name: string): readonly number[] {
  const id = keyId(name)
  const known = id === undefined ? undefined : inventory.index.get(id)
  if (known !== undefined) return [known]
  const matches: number[] = []
  for (const ordinal of switchOrdinals(inventory)) {
    const entry = entryAt(inventory, ordinal)
    if (isDictionary(entry.value) && ownValue(entry.value, 'hostname') === name)
      matches.push(ordinal)
  }
  return matches
}

/** How messages name a switch: its own hostname, else its key. */
export function switchName(entry: SwitchEntry): string {
  const hostname = isDictionary(entry.value) ? ownValue(entry.value, 'hostname') : undefined
  return typeof hostname === 'string' && hostname !== '' ? hostname : entry.id
}

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

function groupNames(own: Dictionary): readonly string[] {
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
    else setOwn(target, key, copyData(value))
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
  let stated: Data | undefined
  for (const layer of layersOf(inventory, ordinal)) {
    const value = ownValue(layer.variables, 'template')
    if (value !== undefined) stated = value
  }
  return stated === null ? undefined : stated
}

/**
 * What keeps this one switch from being served, if anything: an identifier shared with another entry, a key that is no
 * identifier, an unknown group, a reserved name.
 */
export function checkEntry(inventory: Inventory, ordinal: number): Problem | undefined {
  const clash = inventory.clashes.get(ordinal)
  if (clash !== undefined) return clash
  const entry = entryAt(inventory, ordinal)
  const refuse = (code: Problem['code'], key: string, message: string, fix: string) =>
    new Problem(code, message, {
      at: entryLocation(inventory, ordinal),
      key: key === '' ? entry.id : `${entry.id}.${key}`,
      switch: switchName(entry),
      fix,
    })
  if (keyId(entry.id) === undefined) {
    const fix = 'use a system MAC like 52:54:00:00:11:11, or a serial number'
    return refuse('switch-id', '', 'the key is neither a system MAC nor a serial number', fix)
  }
  if (entry.value === null) return undefined
  if (!isDictionary(entry.value)) {
    return refuse(
      'switch-value',
      '',
      'a switch needs a mapping of variables',
      'write {} when it has none',
    )
  }
  return checkVariables(inventory, entry.value, refuse)
}

function checkVariables(
  inventory: Inventory,
  own: Dictionary,
  refuse: (code: Problem['code'], key: string, message: string, fix: string) => Problem,
): Problem | undefined {
  const reserved = reservedName(own)
  if (reserved !== undefined) {
    const message = `"${reserved}" cannot be a variable: the template has another meaning for it`
    return refuse('variable-reserved', reserved, message, 'rename it')
  }
  const groups = ownValue(own, 'groups')
  if (groups !== undefined && groups !== null) {
    if (!Array.isArray(groups) || !groups.every((name) => typeof name === 'string')) {
      return refuse('group-unknown', 'groups', 'expected a list of group names', 'write ["floor1"]')
    }
    const unknown = groupNames(own).find((name) => !inventory.groups.has(name))
    if (unknown !== undefined) {
      const known = firstKeys(inventory.groups, 8).join(', ') || 'none'
      const message = `the group ${excerpt(unknown)} is not defined (there are: ${known})`
      return refuse(
        'group-unknown',
        'groups',
        message,
        'add it under "groups", or correct the name',
      )
    }
  }
  const mac = ownValue(own, 'mac')
  if (
    mac !== undefined &&
    mac !== null &&
    parseSystemMac(identifierText(own, 'mac')) === undefined
  ) {
    return refuse(
      'switch-id',
      'mac',
      `${excerpt(mac)} is not a MAC address`,
      'write it like 52:54:00:00:11:11',
    )
  }
  const serial = ownValue(own, 'serial')
  if (
    serial !== undefined &&
    serial !== null &&
    parseSerialNumber(identifierText(own, 'serial')) === undefined
  ) {
    const fix = 'letters, digits, ".", "_" and "-", at most 64'
    return refuse('switch-id', 'serial', `${excerpt(serial)} is not a serial number`, fix)
  }
  for (const key of ['template', 'hostname', 'model']) {
    const value = ownValue(own, key)
    if (value === undefined || value === null || typeof value === 'string') continue
    if (key !== 'template' && typeof value === 'number') continue
    return refuse(
      'switch-value',
      key,
      `expected a text, found ${excerpt(value)}`,
      'put it in quotes',
    )
  }
  return undefined
}

function firstKeys(map: ReadonlyMap<string, unknown>, count: number): readonly string[] {
  const keys: string[] = []
  for (const key of map.keys()) {
    if (keys.length === count) break
    keys.push(key)
  }
  return keys
}

/** The first value of the form `allocate('pool')`, with the path to it. */
export function findAllocation(variables: unknown): { path: string; value: string } | undefined {
  // nearly nobody has one: the path is made only for those who do
  return holdsAllocation(variables) ? findAllocationBelow(variables, '') : undefined
}

function holdsAllocation(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('allocate(') && isAllocation(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(holdsAllocation)
  for (const key in value) {
    if (holdsAllocation((value as Dictionary)[key])) return true
  }
  return false
}

function isAllocation(text: string): boolean {
  return /^\s*allocate\(.*\)\s*$/.test(text)
}

function findAllocationBelow(
  value: unknown,
  path: string,
): { path: string; value: string } | undefined {
  if (typeof value === 'string') return isAllocation(value) ? { path, value } : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, item] of Object.entries(value)) {
    const step = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    const found = findAllocationBelow(item, step)
    if (found !== undefined) return found
  }
  return undefined
}
