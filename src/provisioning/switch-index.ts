/**
 * The switches of an inventory by name and by id, gone through in stretches that hold nobody up.
 * @module
 */
import { entryAt, entryIds, type Inventory, switchName, switchOrdinals } from '../core/inventory.ts'
import { isDictionary, ownValue } from '../core/source-text.ts'
import { switchKey } from '../core/switch-event.ts'
import type { Clock } from '../ports.ts'

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

/** How long the server may be stopped at once. */
const stretchMs = 5

/** The index of an inventory; of 100,000 switches it takes about a second, in some hundred stretches. */
export async function indexSwitches(
  inventory: Inventory,
  { monotonic }: Pick<Clock, 'monotonic'>,
): Promise<SwitchIndex> {
  const pause = createPause(monotonic)
  const switches: KnownSwitch[] = []
  const byKey = new Map<string, KnownSwitch>()
  for (const ordinal of switchOrdinals(inventory)) {
    if (pause.isDue()) await pause.take()
    const known = knownSwitch(inventory, ordinal)
    switches.push(known)
    for (const key of known.keys) byKey.set(key, known)
  }
  return { switches: await sorted(switches, pause), byKey }
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

interface Sortable {
  readonly sortKey: string
}

export function byName(one: Sortable, other: Sortable): number {
  return one.sortKey < other.sortKey ? -1 : one.sortKey > other.sortKey ? 1 : 0
}

interface Pause {
  isDue(): boolean
  take(): Promise<void>
}

function createPause(monotonic: () => number): Pause {
  let begun = monotonic()
  return {
    isDue: () => monotonic() - begun > stretchMs,
    take: async () => {
      await new Promise(setImmediate)
      begun = monotonic()
    },
  }
}

/** So many are sorted at once. */
const runLength = 2_048

async function sorted<Item extends Sortable>(
  items: Item[],
  pause: Pause,
): Promise<readonly Item[]> {
  let runs: Item[][] = []
  for (let at = 0; at < items.length; at += runLength) {
    runs.push(items.slice(at, at + runLength).sort(byName))
    if (pause.isDue()) await pause.take()
  }
  while (runs.length > 1) {
    const next: Item[][] = []
    for (let at = 0; at < runs.length; at += 2) {
      next.push(await merged(runs[at] ?? [], runs[at + 1] ?? [], pause))
    }
    runs = next
  }
  return runs[0] ?? []
}

async function merged<Item extends Sortable>(
  one: readonly Item[],
  other: readonly Item[],
  pause: Pause,
): Promise<Item[]> {
  const all: Item[] = []
  let [first, second] = [0, 0]
  while (first < one.length || second < other.length) {
    if (all.length % runLength === 0 && pause.isDue()) await pause.take()
    const [a, b] = [one[first], other[second]]
    if (a !== undefined && (b === undefined || byName(a, b) <= 0)) {
      all.push(a)
      first += 1
    } else if (b !== undefined) {
      all.push(b)
      second += 1
    }
  }
  return all
}
