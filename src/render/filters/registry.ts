/**
 * The filters that both template dialects share, by name.
 * @module
 */
import { choiceFilters } from './choice-filters.ts'
import { cidrMergeFilters } from './cidr-merge.ts'
import { dictFilters } from './dict-filters.ts'
import type { Filter } from './filter.ts'
import { hardwareAddressFilters } from './hwaddr.ts'
import { ipMembershipFilters } from './ip-membership.ts'
import { ipStepFilters } from './ip-steps.ts'
import { ipSubnetFilters } from './ip-subnet.ts'
import { ip4HexFilters } from './ip4-hex.ts'
import { ipaddrFilters } from './ipaddr.ts'
import { jsonFilters } from './json-filters.ts'
import { listFilters } from './list-filters.ts'
import { rangeFilters } from './range-filters.ts'
import { regexFilters } from './regex-filters.ts'
import { textFilters } from './text-filters.ts'
import { vlanFilters } from './vlan.ts'
import { yamlFilters } from './yaml-filters.ts'

type Filters = ReadonlyMap<string, Filter>

const ansibleUtils: readonly Filters[] = [
  cidrMergeFilters,
  hardwareAddressFilters,
  ip4HexFilters,
  ipMembershipFilters,
  ipStepFilters,
  ipSubnetFilters,
  ipaddrFilters,
]
const ansibleNetcommon: readonly Filters[] = [vlanFilters]
const ansibleBuiltin: readonly Filters[] = [
  choiceFilters,
  dictFilters,
  jsonFilters,
  listFilters,
  regexFilters,
  textFilters,
  yamlFilters,
]
const ownFilters: readonly Filters[] = [rangeFilters]

const collections: ReadonlyMap<string, Filters> = new Map([
  ['ansible.utils', merged(ansibleUtils)],
  // the address filters once were in this collection, and can still be called by its name
  ['ansible.netcommon', merged([...ansibleNetcommon, ...ansibleUtils])],
  ['ansible.builtin', merged(ansibleBuiltin)],
])

/** Every shared filter under its short name. */
export const sharedFilters: Filters = merged([...collections.values(), ...ownFilters])

/** The filter of that name, which may be written with its Ansible collection (`ansible.utils.ipaddr`). */
export function findSharedFilter(name: string): Filter | undefined {
  const dot = name.lastIndexOf('.')
  if (dot === -1) return sharedFilters.get(name)
  return collections.get(name.slice(0, dot))?.get(name.slice(dot + 1))
}

function merged(maps: readonly Filters[]): Filters {
  return new Map(maps.flatMap((map) => [...map]))
}
