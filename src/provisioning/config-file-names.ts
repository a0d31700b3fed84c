/**
 * What the files of rendered configurations are called.
 * @module
 */
import { entryAt, type Inventory, switchName, switchOrdinals } from '../core/inventory.ts'

/** `HOSTNAME.cfg` for every switch; where that is no file name, or taken, with the switch's id instead or in addition. */
export function configFileNames(inventory: Inventory): ReadonlyMap<number, string> {
  const known = namesOf.get(inventory) ?? makeNames(inventory)
  namesOf.set(inventory, known)
  return known
}

// a server is asked for the diff of one switch after the other
const namesOf = new WeakMap<Inventory, ReadonlyMap<number, string>>()

function makeNames(inventory: Inventory): ReadonlyMap<number, string> {
  const taken = new Set<string>()
  const names = new Map<number, string>()
  for (const ordinal of switchOrdinals(inventory)) {
    const entry = entryAt(inventory, ordinal)
    names.set(ordinal, fileName(entry.id, switchName(entry), taken))
  }
  return names
}

function fileName(id: string, name: string, taken: Set<string>): string {
  const safeId = id.replace(/[^A-Za-z0-9._-]/g, '-')
  const plain = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(name) ? name : safeId
  // some file systems take no notice of letter case
  const free =
    [plain, `${plain}-${safeId}`].find((base) => !taken.has(base.toLowerCase())) ?? safeId
  taken.add(free.toLowerCase())
  return `${free}.cfg`
}
