/**
 * `cidr_merge`: the fewest networks that hold the same addresses, or the one network around them all.
 * @module
 */
import { requireText, shown } from './arguments.ts'
import { checkItems } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'
import { type IpVersion, widthOf } from './ip-address.ts'
import { addressTexts } from './ip-membership.ts'
import { firstOf, formatNetwork, type IpNetwork, lastOf, parseNetwork } from './ip-network.ts'

/** `cidr_merge`. */
export const cidrMergeFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['cidr_merge', { params: ['action'], run: cidrMerge }],
])

function cidrMerge(value: unknown, action: unknown): readonly string[] | string | null {
  const texts = addressTexts('cidr_merge', value)
  checkItems('cidr_merge', texts.length)
  const networks = texts.map(requireNetwork)
  const name = requireText('cidr_merge', 'the action', action ?? 'merge')
  if (name === 'merge') return merge(networks).map(formatNetwork)
  if (name === 'span') return span(networks)
  throw new FilterError(`cidr_merge: unknown action ${shown(name)}. Fix: use 'merge' or 'span'`)
}

function requireNetwork(text: string): IpNetwork {
  const network = parseNetwork(text)
  if (network !== undefined) return network
  throw new FilterError(`cidr_merge: ${shown(text)} is not an address or network`)
}

interface AddressRange {
  readonly version: IpVersion
  readonly first: bigint
  readonly last: bigint
  /** The network as given, host bits and all, while nothing was merged into it. */
  readonly network?: IpNetwork
}

function merge(networks: readonly IpNetwork[]): IpNetwork[] {
  const ranges: AddressRange[] = networks
    .map((network) => ({
      version: network.version,
      first: firstOf(network),
      last: lastOf(network),
      network,
    }))
    .sort((a, b) => a.version - b.version || compare(a.last, b.last) || compare(a.first, b.first))
  const merged: AddressRange[] = []
  // from the highest down: a range can only swallow ranges that end before it
  for (const range of ranges.toReversed()) {
    const above = merged.at(-1)
    if (above?.version === range.version && above.first - 1n <= range.last) {
      const first = compare(range.first, above.first) < 0 ? range.first : above.first
      merged[merged.length - 1] = { version: range.version, first, last: above.last }
    } else {
      merged.push(range)
    }
  }
  return merged
    .toReversed()
    .flatMap((range) => (range.network ? [range.network] : networksOf(range)))
}

function networksOf({ version, first, last }: AddressRange): IpNetwork[] {
  const networks: IpNetwork[] = []
  for (let address = first; address <= last; ) {
    let bits = 0n
    while (bits < widthOf(version) && fits(address, bits + 1n, last)) bits++
    networks.push({ version, address, prefixLength: widthOf(version) - Number(bits) })
    address += 1n << bits
  }
  return networks
}

function fits(address: bigint, bits: bigint, last: bigint): boolean {
  const size = 1n << bits
  return address % size === 0n && address + size - 1n <= last
}

function span(networks: readonly IpNetwork[]): string | null {
  const sorted = networks.toSorted(
    (a, b) =>
      a.version - b.version || compare(firstOf(a), firstOf(b)) || a.prefixLength - b.prefixLength,
  )
  const lowest = sorted[0]
  const highest = sorted.at(-1)
  if (lowest === undefined || highest === undefined) return null
  if (networks.length === 1) return formatNetwork(lowest)
  if (lowest.version !== highest.version) {
    throw new FilterError('cidr_merge: one network cannot span IPv4 and IPv6 addresses')
  }
  let { prefixLength } = highest
  let address = lastOf(highest)
  while (prefixLength > 0 && address > firstOf(lowest)) {
    prefixLength--
    const bits = BigInt(widthOf(highest.version) - prefixLength)
    address = (address >> bits) << bits
  }
  return formatNetwork({ version: highest.version, address, prefixLength })
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
