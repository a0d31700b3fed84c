/**
 * The queries of `ipaddr` by name. What each gives for an address that does not suit it is Ansible's: false, nothing
 * or an error, one way or the other.
 * @module
 */

import { toInteger } from '../python/values.ts'
import { FilterError } from './filter.ts'
import { formatAddress, formatBySize, highestOf } from './ip-address.ts'
import {
  addressAlone,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isPrivate,
  isPublic,
} from './ip-classes.ts'
import {
  contains,
  firstOf,
  formatIp,
  formatNetwork,
  hostmaskOf,
  type IpNetwork,
  lastOf,
  netmaskOf,
  networkOf,
  parseNetwork,
  sizeOf,
  usableRange,
  withoutHostBits,
} from './ip-network.ts'

/** What a query looks at. */
export interface IpSubject {
  readonly filter: string
  readonly network: IpNetwork
  /** The value as the template gave it; a number is written as an address. */
  readonly value: string
  /** Whether the value came with a prefix length. */
  readonly hasPrefix: boolean
}

type Query = (subject: IpSubject) => unknown

/** Every query but index numbers and networks. */
export const ipQueries: ReadonlyMap<string, Query> = new Map<string, Query>([
  [
    '',
    (subject) => (subject.hasPrefix ? formatNetwork(subject.network) : formatIp(subject.network)),
  ],
  ['6to4', sixToFour],
  ['address', ({ network }) => hostAddress(network)],
  ['address/prefix', hostWithPrefix],
  ['bool', () => true],
  ['broadcast', ({ network }) => (sizeOf(network) > 2n ? formatLast(network) : null)],
  ['cidr', ({ network }) => formatNetwork(network)],
  ['first_usable', (subject) => usable(subject)?.first ?? null],
  ['gateway', hostWithPrefix],
  ['gw', hostWithPrefix],
  ['host', host],
  ['host/prefix', hostWithPrefix],
  ['hostmask', ({ network }) => formatAddress(hostmaskOf(network), network.version)],
  ['hostnet', hostWithPrefix],
  ['int', integer],
  ['ip', ({ network }) => hostAddress(network)],
  ['ip/prefix', ({ network }) => (isHost(network) ? formatNetwork(network) : null)],
  ['ip_netmask', ({ network }) => (isHost(network) ? withMask(formatIp(network), network) : null)],
  ['ipv4', asIpv4],
  ['ipv6', asIpv6],
  ['last_usable', (subject) => usable(subject)?.last ?? null],
  ['link-local', (subject) => ifTrue(subject, isLinkLocal(addressAlone(subject.network)))],
  ['lo', (subject) => ifTrue(subject, isLoopback(addressAlone(subject.network)))],
  ['loopback', (subject) => ifTrue(subject, isLoopback(addressAlone(subject.network)))],
  ['multicast', (subject) => ifTrue(subject, isMulticast(subject.network))],
  ['net', ({ network }) => (isNetwork(network) ? formatNetwork(network) : null)],
  ['netmask', ({ network }) => formatAddress(netmaskOf(network), network.version)],
  ['network', ({ network }) => formatFirst(network)],
  ['network/prefix', ({ network }) => formatNetwork(withoutHostBits(network))],
  ['network_id', ({ network }) => formatFirst(network)],
  ['network_netmask', ({ network }) => withMask(formatFirst(network), network)],
  [
    'network_wildcard',
    ({ network }) =>
      `${formatFirst(network)} ${formatAddress(hostmaskOf(network), network.version)}`,
  ],
  ['next_usable', (subject) => neighbor(subject, 1n)],
  ['peer', peer],
  ['prefix', ({ network }) => network.prefixLength],
  ['previous_usable', (subject) => neighbor(subject, -1n)],
  ['private', (subject) => ifTrue(subject, isPrivate(subject.network))],
  ['public', (subject) => ifTrue(subject, isPublic(subject.network))],
  ['range_usable', rangeUsable],
  ['revdns', ({ network }) => reverseDns(network)],
  ['router', hostWithPrefix],
  ['size', ({ network }) => toInteger(sizeOf(network))],
  ['size_usable', ({ network }) => toInteger(usableSize(network))],
  ['subnet', ({ network }) => formatNetwork(withoutHostBits(network))],
  ['type', ({ network }) => (isNetwork(network) ? 'network' : 'address')],
  ['unicast', (subject) => ifTrue(subject, !isMulticast(subject.network))],
  ['version', ({ network }) => network.version],
  ['wildcard', ({ network }) => formatAddress(hostmaskOf(network), network.version)],
  ['wrap', wrapped],
])

/** Whether the address is a network's first one, and so names the network. */
export function isNetwork(network: IpNetwork): boolean {
  return sizeOf(network) > 1n && network.address === firstOf(network)
}

function isHost(network: IpNetwork): boolean {
  return sizeOf(network) === 2n || (sizeOf(network) > 1n && !isNetwork(network))
}

/** The address a host can have; both of an IPv4 /31, and the first one of an IPv6 network as well. */
export function hostAddress(network: IpNetwork): string | null {
  const isHostless = network.version === 4 && isNetwork(network) && sizeOf(network) > 2n
  return isHostless ? null : formatIp(network)
}

function host({ network }: IpSubject): string | null {
  if (sizeOf(network) === 1n || !isNetwork(network)) return formatNetwork(network)
  return network.version === 4 && sizeOf(network) === 2n ? formatNetwork(network) : null
}

function hostWithPrefix({ network }: IpSubject): string | false {
  const { address } = network
  const isTaken = address === firstOf(network) || address === lastOf(network)
  return sizeOf(network) > 2n && isTaken ? false : formatNetwork(network)
}

function ifTrue({ value }: IpSubject, answer: boolean): string | null {
  return answer ? value : null
}

function integer({ network, hasPrefix }: IpSubject): number | bigint | string {
  const { address, prefixLength } = network
  return hasPrefix ? `${address}/${prefixLength}` : toInteger(address)
}

function usableSize(network: IpNetwork): bigint {
  const range = usableRange(network)
  return range === undefined ? 0n : range[1] - range[0] + 1n
}

function requirePrefix({ filter, value, hasPrefix }: IpSubject): void {
  if (hasPrefix) return
  throw new FilterError(
    `${filter}: '${value}' is not a network address. Fix: give it a prefix length, as in '${value}/24'`,
  )
}

function usable(subject: IpSubject): { first: string; last: string } | undefined {
  requirePrefix(subject)
  const range = usableRange(subject.network)
  if (range === undefined) return undefined
  return { first: formatOrRefuse(subject, range[0]), last: formatOrRefuse(subject, range[1]) }
}

function rangeUsable(subject: IpSubject): string | null {
  const range = usable(subject)
  return range === undefined ? null : `${range.first}-${range.last}`
}

function neighbor(subject: IpSubject, step: bigint): string | null {
  requirePrefix(subject)
  return usableNeighbor(subject, step)
}

/** The address `step` further on, when a host of the same network can have it. */
export function usableNeighbor(subject: IpSubject, step: bigint): string | null {
  const range = usableRange(subject.network)
  if (range === undefined) return null
  const address = subject.network.address + step
  const text = formatOrRefuse(subject, address)
  return address >= range[0] && address <= range[1] ? text : null
}

function peer(subject: IpSubject): string {
  requirePrefix(subject)
  const { filter, network, value } = subject
  const size = sizeOf(network)
  if (size === 2n) return formatOrRefuse(subject, network.address ^ 1n)
  if (size !== 4n) {
    throw new FilterError(`${filter}: '${value}' is not point to point. Fix: use a /31 or /30`)
  }
  const place = network.address & 3n
  if (place === 0n)
    throw new FilterError(`${filter}: '${value}' is a network address, without a peer`)
  if (place === 3n)
    throw new FilterError(`${filter}: '${value}' is a broadcast address, without a peer`)
  return formatOrRefuse(subject, network.address ^ 3n)
}

function formatOrRefuse({ filter, value }: IpSubject, address: bigint): string {
  const text = formatBySize(address)
  if (text !== undefined) return text
  throw new FilterError(`${filter}: the address asked for from '${value}' does not exist`)
}

function formatFirst(network: IpNetwork): string {
  return formatAddress(firstOf(network), network.version)
}

function formatLast(network: IpNetwork): string {
  return formatAddress(lastOf(network), network.version)
}

function withMask(text: string, network: IpNetwork): string {
  return `${text} ${formatAddress(netmaskOf(network), network.version)}`
}

function wrapped({ network, value, hasPrefix }: IpSubject): string {
  if (network.version === 4) return value
  return hasPrefix ? `[${formatIp(network)}]/${network.prefixLength}` : `[${formatIp(network)}]`
}

function reverseDns({ address, version }: IpNetwork): string {
  if (version === 4)
    return `${formatAddress(address, 4).split('.').reverse().join('.')}.in-addr.arpa.`
  const nibbles = [...address.toString(16).padStart(32, '0')]
  return `${nibbles.reverse().join('.')}.ip6.arpa.`
}

const MAPPED = 0xffff_0000_0000n

function asIpv4({ network, value }: IpSubject): string | false {
  if (network.version === 4) return value
  const { address, prefixLength } = network
  const ipv4Address = address <= highestOf(4) ? address : address - MAPPED
  const ipv4 = networkOf(4, ipv4Address, prefixLength - 96)
  return ipv4 === undefined ? false : formatNetwork(ipv4)
}

function asIpv6({ network, value }: IpSubject): string {
  if (network.version === 6) return value
  const { address, prefixLength } = network
  return formatNetwork({ version: 6, address: MAPPED + address, prefixLength: prefixLength + 96 })
}

const sixToFourNetwork = parseNetwork('2002::/16')

function sixToFour({ network, value, hasPrefix }: IpSubject): string | false {
  const alone = addressAlone(network)
  if (network.version === 6) {
    const isOne = sixToFourNetwork !== undefined && contains(sixToFourNetwork, alone)
    return isOne && !(hasPrefix && network.address === firstOf(network)) ? value : false
  }
  if (isNetwork(network) || !(isPublic(alone) || isPrivate(alone))) return false
  const hex = network.address.toString(16).padStart(8, '0')
  return `2002:${hex.slice(0, 4)}:${hex.slice(4)}::1/48`
}
