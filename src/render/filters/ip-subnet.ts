/**
 * `ipsubnet`: how many subnets, which one, and which number has this one.
 * @module
 */
import { requireInteger, requireText, shown } from './arguments.ts'
import { type Filter, FilterError } from './filter.ts'
import { formatBySize, widthOf } from './ip-address.ts'
import {
  formatNetwork,
  type IpNetwork,
  networkOf,
  parseNetwork,
  sizeOf,
  withoutHostBits,
} from './ip-network.ts'
import { readNetwork } from './ipaddr.ts'
import { isNetwork } from './ipaddr-queries.ts'

/** `ipsubnet`. Counts and numbers come back as texts, as they do from Ansible. */
export const ipSubnetFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['ipsubnet', { params: ['query', 'index'], run: ipsubnet }],
])

function ipsubnet(value: unknown, query: unknown, index: unknown): string | false {
  const place =
    index === undefined || index === null
      ? undefined
      : requireInteger('ipsubnet', 'the index', index)
  const given = readNetwork(value)
  if (given === undefined) return false
  const network = withoutHostBits(given)
  if (query === undefined || query === null || query === '') return formatNetwork(network)
  const text = typeof query === 'number' && Number.isInteger(query) ? String(query) : query
  const queryText = requireText('ipsubnet', 'the query', text)
  if (!/^\d{1,60}$/.test(queryText)) return placeWithin(network, queryText)
  const prefixLength = Number(queryText)
  if (prefixLength > widthOf(network.version)) return false
  return sizeOf(network) === 1n
    ? supernet(network, prefixLength, place)
    : subnet(network, prefixLength, place)
}

/** Around one address: the network of that prefix length, or the index-th smaller one inside it. */
function supernet(
  network: IpNetwork,
  prefixLength: number,
  index: bigint | undefined,
): string | false {
  const width = BigInt(widthOf(network.version))
  const count = Number(width) - prefixLength
  if (index !== undefined && (index > width + 1n - index || index < BigInt(prefixLength) - width)) {
    return false
  }
  const place = Number(index ?? 0n)
  const steps = place < 0 ? count + place : place
  const found =
    steps >= 0 && steps < count
      ? networkOf(network.version, network.address, prefixLength + steps)
      : undefined
  if (found !== undefined) return formatNetwork(withoutHostBits(found))
  throw new FilterError(
    `ipsubnet: ${formatNetwork(network)} has no supernet number ${place} from /${prefixLength} on`,
  )
}

function subnet(
  network: IpNetwork,
  prefixLength: number,
  index: bigint | undefined,
): string | false {
  const bits = prefixLength - network.prefixLength
  if (index === undefined) {
    if (bits >= 0) return (1n << BigInt(bits)).toString()
    throw new FilterError(
      `ipsubnet: a /${network.prefixLength} has no subnets of size /${prefixLength}. Fix: ask for /${network.prefixLength} or longer`,
    )
  }
  // for a larger network than the given one there is number 0, the one around it
  const count = bits >= 0 ? 1n << BigInt(bits) : 1n
  const place = index < 0n && bits >= 0 ? index + count : index
  if (place < 0n || place >= count) return false
  const shift = BigInt(widthOf(network.version) - prefixLength)
  const address = formatBySize(network.address + (place << shift)) ?? ''
  const found = parseNetwork(`${address}/${prefixLength}`)
  if (found !== undefined) return formatNetwork(found)
  throw new FilterError(`ipsubnet: ${address}/${prefixLength} does not exist`)
}

/** Which subnet of `query` the network is, counted from 1. */
function placeWithin(network: IpNetwork, query: string): string {
  const outer = readNetwork(query)
  if (outer === undefined) {
    throw new FilterError(
      `ipsubnet: ${shown(query)} is neither a prefix length nor a network. Fix: pass 24 or '10.0.0.0/16'`,
    )
  }
  const outerNetwork = isNetwork(outer) ? withoutHostBits(outer) : outer
  const width = widthOf(network.version)
  const outside = BigInt(width - outerNetwork.prefixLength)
  const isInside =
    outerNetwork.prefixLength <= network.prefixLength &&
    outerNetwork.prefixLength <= width &&
    network.address >> outside === outerNetwork.address >> outside
  if (!isInside) {
    throw new FilterError(
      `ipsubnet: ${formatNetwork(network)} is not in the subnet ${formatNetwork(withoutHostBits(outerNetwork))}`,
    )
  }
  const inside = BigInt(network.prefixLength - outerNetwork.prefixLength)
  const number = network.address >> BigInt(width - network.prefixLength)
  return ((number & ((1n << inside) - 1n)) + 1n).toString()
}
