/**
 * Files → the inventory in force, and what is stated twice in them.
 * @module
 */
import { holdsAllocation } from './allocation-values.ts'
import { parseSerialNumber, parseSystemMac } from './identity.ts'
import {
  entryAt,
  entryIds,
  type Inventory,
  identifierText,
  keyId,
  type Layer,
  pairLocation,
} from './inventory.ts'
import type { InventoryTable, SwitchEntry } from './inventory-table.ts'
import { Problem } from './problem.ts'
import { isDictionary } from './source-text.ts'
import type { ValuePath } from './stated-places.ts'
import type { SwitchFault } from './switch-fault.ts'

/**
 * Puts files together. Yields now and then so that a large inventory can be assembled between requests; run it with
 * {@link runToEnd} where nothing else waits. Of `defaults` and groups stated in several files the first counts: the caller has
 * seen to it with {@link findSectionClash}.
 */
export function* assembleInventory(tables: readonly InventoryTable[]): Generator<void, Inventory> {
  const index = new Map<string, number>()
  const clashes = new Map<number, SwitchFault>()
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
  const shared = defaults === undefined ? [...groups.values()] : [defaults, ...groups.values()]
  const sharedAllocations = shared.some(({ variables }) => holdsAllocation(variables))
  const inventory = {
    tables,
    bases,
    index,
    clashes,
    defaults,
    groups,
    switchCount,
    sharedAllocations,
  }
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
  return { ...inventory, switchCount }
}

/** Runs a generator that only yields to let others work. */
export function runToEnd<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function noteClash(
  inventory: Inventory & { clashes: Map<number, SwitchFault> },
  id: string,
  first: number,
  second: number,
): void {
  const { clashes } = inventory
  if (clashes.has(first) && clashes.has(second)) return
  const fault = clashFault(inventory, id, first, second)
  if (!clashes.has(first)) clashes.set(first, fault)
  if (!clashes.has(second)) clashes.set(second, fault)
}

function clashFault(inventory: Inventory, id: string, first: number, second: number): SwitchFault {
  const [one, other] = [first, second].map((ordinal) => keyId(entryAt(inventory, ordinal).id))
  const isTwice = one === other && one !== undefined
  const code = isTwice ? 'switch-duplicate' : 'switch-contradiction'
  return {
    code,
    tell: (places) => {
      const paths = [first, second].map((ordinal) => claimOf(entryAt(inventory, ordinal), id))
      const [before, at] = [first, second].map((ordinal, number) =>
        places.of(ordinal, paths[number] ?? []),
      )
      const where = [before, at].map((place) => `${place?.file}:${place?.line}`).join(' and ')
      const message = isTwice ? `the switch ${id} is stated twice: ` : `two entries claim ${id}: `
      const fix = isTwice
        ? 'keep one of them'
        : 'let each system MAC and serial number stand in one entry only'
      const key = [entryAt(inventory, second).id, ...(paths[1] ?? [])].join('.')
      return new Problem(code, `${message}${where}`, { at, key, switch: id, fix })
    },
  }
}

/** The path of what makes an entry claim an id: its key, `mac` or `serial`. */
function claimOf({ id: key, value }: SwitchEntry, id: string): ValuePath {
  if (parseSystemMac(key) === id || parseSerialNumber(key) === id) return []
  const own = isDictionary(value) ? value : {}
  return [parseSystemMac(identifierText(own, 'mac')) === id ? 'mac' : 'serial']
}

/** Where each section stands that the files so far state. */
export type StatedSections = Map<
  string,
  { readonly table: InventoryTable; readonly ordinal: number }
>

/** The first section (`defaults` or a group) of a file that another one has stated already. */
export function findSectionClash(
  stated: Readonly<StatedSections>,
  table: InventoryTable,
): Problem | undefined {
  for (const [name, ordinal] of sectionsOf(table)) {
    const first = stated.get(name)
    if (first === undefined) continue
    const before = pairLocation(first.table, first.ordinal)
    const at = pairLocation(table, ordinal)
    return new Problem(
      'inventory-duplicate-section',
      `"${name}" is stated twice: ${before.file}:${before.line} and ${at.file}:${at.line}`,
      { at, key: name, fix: 'state it in one file only' },
    )
  }
  return undefined
}

/** Adds the sections of a file to those that are stated. */
export function noteSections(stated: StatedSections, table: InventoryTable): void {
  for (const [name, ordinal] of sectionsOf(table)) stated.set(name, { table, ordinal })
}

function* sectionsOf({ defaults, groups }: InventoryTable): Generator<[string, number]> {
  if (defaults !== undefined) yield ['defaults', defaults.ordinal]
  for (const name of Object.keys(groups?.value ?? {}))
    yield [`groups.${name}`, groups?.ordinal ?? 0]
}
