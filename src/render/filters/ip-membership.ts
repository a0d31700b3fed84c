/**
 * Filters that ask whether addresses lie in a network.
 *
 * As in Ansible, only the numbers are compared, and a network of two addresses counts as its first one.
 * @module
 */
import { isList } from '../python/values.ts'
import { shown } from './arguments.ts'
import { type Filter, FilterError } from './filter.ts'
import { firstOf, type IpNetwork, lastOf, sizeOf, usableRange } from './ip-network.ts'
import { readNetwork } from './ipaddr.ts'
import { typeName } from './python-value.ts'

type Range = readonly [bigint, bigint]

/** `network_in_network`, `network_in_usable`, `reduce_on_network`. */
export const ipMembershipFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  [
    'network_in_network',
    {
      params: ['test'],
      run: (value, test) => {
        requireOneAddress('network_in_network', value, test)
        return isWithin(rangeOf(readNetwork(test)), rangeOf(readNetwork(value)))
      },
    },
  ],
  [
    'network_in_usable',
    {
      params: ['test'],
      run: (value, test) => {
        requireOneAddress('network_in_usable', value, test)
        return isWithin(rangeOf(readNetwork(test)), usableOf(readNetwork(value)))
      },
    },
  ],
  ['reduce_on_network', { params: ['network'], run: reduceOnNetwork }],
])

function reduceOnNetwork(value: unknown, network: unknown): readonly string[] {
  const outer = readNetwork(network)
  if (outer === undefined) {
    throw new FilterError(
      `reduce_on_network: ${shown(network)} is not a network. Fix: pass '10.0.0.0/24'`,
    )
  }
  const range = rangeOf(outer)
  return addressTexts('reduce_on_network', value).filter((text) =>
    isWithin(rangeOf(readNetwork(text)), range),
  )
}

/**
 * A list of addresses as texts; a text is split at its commas, as Ansible does.
 * @throws {FilterError} for anything else
 */
export function addressTexts(filter: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(',')
  if (!isList(value)) {
    throw new FilterError(`${filter}: the addresses must be a list, not ${typeName(value)}`)
  }
  return value.map((item: unknown) => {
    if (typeof item === 'string') return item
    if (typeof item === 'number' && Number.isInteger(item)) return String(item)
    throw new FilterError(`${filter}: an address must be a text, not ${typeName(item)}`)
  })
}

// Ansible takes one piece of nonsense to lie within another
function requireOneAddress(filter: string, value: unknown, test: unknown): void {
  if (readNetwork(value) !== undefined || readNetwork(test) !== undefined) return
  throw new FilterError(`${filter}: neither ${shown(value)} nor ${shown(test)} is an address`)
}

function rangeOf(network: IpNetwork | undefined): Range {
  // what is no address counts as 0
  if (network === undefined) return [0n, 0n]
  const first = firstOf(network)
  return [first, sizeOf(network) > 2n ? lastOf(network) : first]
}

function usableOf(network: IpNetwork | undefined): Range {
  if (network === undefined) return [0n, 0n]
  return usableRange(network) ?? rangeOf(network)
}

function isWithin([first, last]: Range, outer: Range): boolean {
  return outer[0] <= first && last <= outer[1]
}
