/**
 * The inventory in force: every file's switches under their identifiers, and how one of them is found.
 * @module
 */
import {
  parseSerialNumber,
  parseSystemMac,
  type SerialNumber,
  type SwitchIds,
  type SystemMac,
} from './identity.ts'
import { type InventoryTable, type SwitchEntry, tableSpanWidth } from './inventory-table.ts'
import type { SourceLocation } from './problem.ts'
import { type Dictionary, isDictionary, locate, ownValue } from './source-text.ts'
import type { SwitchFault } from './switch-fault.ts'

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
  readonly clashes: ReadonlyMap<number, SwitchFault>
  readonly defaults: Layer | undefined
  readonly groups: ReadonlyMap<string, Layer>
  readonly switchCount: number
  /** True when `defaults` or a group holds a value that a resource pool is to fill. */
  readonly sharedAllocations: boolean
}

/** The identifiers of an entry: its key, `mac` and `serial`. What is none of these is a Problem. */
export interface EntryIds {
  readonly systemMac: SystemMac | undefined
  readonly serialNumber: SerialNumber | undefined
  /** All of them, the key's first. */
  readonly all: readonly string[]
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

export function keyId(key: string): string | undefined {
  return parseSystemMac(key) ?? parseSerialNumber(key)
}

/** The identifiers of an entry; what cannot be read is left out here and told by {@link checkEntry}. */
export function entryIds(entry: SwitchEntry): EntryIds {
  const keyMac = parseSystemMac(entry.id)
  const keySerial = keyMac === undefined ? parseSerialNumber(entry.id) : undefined
  const own = isDictionary(entry.value) ? entry.value : {}
  const mac = parseSystemMac(identifierText(own, 'mac'))
  const serial = parseSerialNumber(identifierText(own, 'serial'))
  // twelve digits without separators may be either: a serial number can look like a MAC
  const bareKey =
    keyMac !== undefined && entry.id.length === 12 ? parseSerialNumber(entry.id) : undefined
  const all: string[] = []
  for (const id of [keyMac, keySerial, bareKey, mac, serial]) {
    if (id !== undefined && !all.includes(id)) all.push(id)
  }
  return { systemMac: keyMac ?? mac, serialNumber: keySerial ?? serial, all }
}

/** The text of an identifier; what is neither text nor number is none. */
export function identifierText(own: Dictionary, key: 'mac' | 'serial'): string {
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
export function findSwitch(inventory: Inventory, identity: SwitchIds): Found {
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
  for (const id of [parseSystemMac(name), parseSerialNumber(name)]) {
    const known = id === undefined ? undefined : inventory.index.get(id)
    if (known !== undefined) return [known]
  }
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
