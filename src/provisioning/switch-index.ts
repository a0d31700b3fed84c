/**
 * The switches of an inventory by name and by id, gone through in stretches that hold nobody up.
 * @module
 */
import { entryAt, entryIds, type Inventory, switchName, switchOrdinals } from '../core/inventory.ts'
import { isDictionary, ownValue } from '../core/source-text.ts'
import { switchKey } from '../core/switch-event.ts'
import { sortInTurns } from './sort-in-turns.ts'
import type { Turns } from './turns.ts'

/** What does not change with what a switch does. */
export interface KnownSwitch {
  readonly id: string
  readonly name: string
  /** What it is sorted by: `leaf2` before `leaf10`. */
  readonly sortKey: string
  readonly mac: string | undefined
  readonly serial: string | undefined
  readonly model: string | undefined
  /** Every id, as {@link switchKey} makes it. */
  readonly keys: readonly string[]
  /** Undefined: it is not in the inventory. */
  readonly ordinal: number | undefined
  /** The id of its folder in the data root. */
  readonly node: string | undefined
}

export interface SwitchIndex {
  /** By name. */
  readonly switches: readonly KnownSwitch[]
  readonly byKey: ReadonlyMap<string, KnownSwitch>
}

export const noSwitches: SwitchIndex = { switches: [], byKey: new Map() }

/** The index of an inventory; of 100,000 switches it takes about a second, in some hundred stretches. */
export async function indexSwitches(inventory: Inventory, turns: Turns): Promise<SwitchIndex> {
  const turn = await turns.begin()
  const switches: KnownSwitch[] = []
  const byKey = new Map<string, KnownSwitch>()
  for (const ordinal of switchOrdinals(inventory)) {
    if (turn.isOver()) await turn.next()
    const known = knownSwitch(inventory, ordinal)
    switches.push(known)
    for (const key of known.keys) byKey.set(key, known)
  }
  return { switches: await sortInTurns(switches, byName, turn), byKey }
}

function knownSwitch(inventory: Inventory, ordinal: number): KnownSwitch {
  const entry = entryAt(inventory, ordinal)
  const { systemMac, serialNumber, all } = entryIds(entry)
  const model = isDictionary(entry.value) ? ownValue(entry.value, 'model') : undefined
  const name = switchName(entry)
  return {
    id: entry.id,
    name,
    sortKey: sortKeyOf(name),
    mac: systemMac,
    serial: serialNumber,
    model: typeof model === 'string' ? model : undefined,
    keys: [...new Set([switchKey(entry.id), ...all.map(switchKey)])],
    ordinal,
    node: undefined,
  }
}

/** A text that compares as people sort names: letter case does not count, numbers do. */
export function sortKeyOf(name: string): string {
  const digits = (number: string) => `${String(number.length).padStart(3, '0')}${number}`
  return name.toLowerCase().replace(/\d+/g, (number) => digits(number.replace(/^0+(?=\d)/, '')))
}

export function byName(
  one: Pick<KnownSwitch, 'sortKey'>,
  other: Pick<KnownSwitch, 'sortKey'>,
): number {
  return one.sortKey < other.sortKey ? -1 : one.sortKey > other.sortKey ? 1 : 0
}
