/**
 * Filters that walk from one address to another: the n-th of a network, so many further on.
 * @module
 */
import { requireInteger, requireText, shown } from './arguments.ts'
import { type Filter, FilterError } from './filter.ts'
import { formatAddress, highestOf, parseAddress, parseShortIpv4 } from './ip-address.ts'
import { firstOf, type IpNetwork, lastOf, parseNetwork, sizeOf } from './ip-network.ts'
import { readNetwork } from './ipaddr.ts'
import { usableNeighbor } from './ipaddr-queries.ts'
import { isTruthy, parsePythonInteger } from './python-value.ts'

/** `ipmath`, `nthhost`, `next_nth_usable`, `previous_nth_usable`. */
export const ipStepFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['ipmath', { params: ['amount'], run: ipmath }],
  ['nthhost', { params: ['query'], run: nthhost }],
  [
    'next_nth_usable',
    { params: ['offset'], run: (value, offset) => nthUsable('next_nth_usable', value, offset, 1n) },
  ],
  [
    'previous_nth_usable',
    {
      params: ['offset'],
      run: (value, offset) => nthUsable('previous_nth_usable', value, offset, -1n),
    },
  ],
])

function ipmath(value: unknown, amount: unknown): string {
  const text = requireText('ipmath', 'the address', value)
  const { version, address } = readAddress(text)
  const sum = address + requireInteger('ipmath', 'the amount', amount)
  if (sum < 0n || sum > highestOf(version)) {
    throw new FilterError(
      `ipmath: ${shown(text)} plus ${shown(amount)} is not an IPv${version} address`,
    )
  }
  return formatAddress(sum, version)
}

function readAddress(text: string): Pick<IpNetwork, 'version' | 'address'> {
  if (text.includes('/')) {
    const network = parseNetwork(text)
    if (network !== undefined) return network
  } else {
    const ipv4 = parseShortIpv4(text)
    if (ipv4 !== undefined) return { version: 4, address: ipv4 }
    const ipv6 = parseAddress(text, 6)
    if (ipv6 !== undefined) return { version: 6, address: ipv6 }
  }
  throw new FilterError(
    `ipmath: ${shown(text)} is not an IP address. Fix: pass one such as '10.0.0.1'`,
  )
}

function nthhost(value: unknown, query: unknown): string | false {
  const network = readNetwork(value)
  const given = typeof query === 'number' && Number.isInteger(query) ? String(query) : query
  if (network === undefined || !isTruthy(given)) return false
  const index = parsePythonInteger(requireText('nthhost', 'the index', given))
  if (index === undefined || index >= sizeOf(network)) return false
  if (index < -sizeOf(network)) {
    throw new FilterError(`nthhost: ${shown(value)} has no address number ${index}`)
  }
  const address = index < 0n ? lastOf(network) + index + 1n : firstOf(network) + index
  return formatAddress(address, network.version)
}

function nthUsable(
  filter: string,
  value: unknown,
  offset: unknown,
  direction: bigint,
): string | null | false {
  const network = readNetwork(value)
  if (network === undefined) return false
  const step = direction * requireInteger(filter, 'the offset', offset)
  return usableNeighbor({ filter, network, value: String(value), hasPrefix: true }, step)
}
