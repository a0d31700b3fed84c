/**
 * An address with its prefix length, and the sums around it. An address alone has the full prefix length.
 * @module
 */
import { formatAddress, highestOf, type IpVersion, parseAddress, widthOf } from './ip-address.ts'
import { parsePythonInteger } from './python-value.ts'

/** `10.1.2.3/24`: the address as written, host bits and all, and its prefix length. */
export interface IpNetwork {
  readonly version: IpVersion
  readonly address: bigint
  readonly prefixLength: number
}

/**
 * Reads `10.1.2.3`, `10.1.2.3/24`, `10.1.2.0/255.255.255.0`, `10.1.2.0/0.0.0.255`, `10.1/16`, `2001:db8::1/64` and
 * `2001:db8::/ffff:ffff::`.
 */
export function parseNetwork(text: string): IpNetwork | undefined {
  return parseNetworkOf(text, 4) ?? parseNetworkOf(text, 6)
}

function parseNetworkOf(text: string, version: IpVersion): IpNetwork | undefined {
  const slash = text.indexOf('/')
  const addressText = slash === -1 ? text : text.slice(0, slash)
  const address = parseAddress(addressText, version) ?? parsePartial(addressText, version)
  if (address === undefined) return undefined
  const prefixLength =
    slash === -1 ? widthOf(version) : parsePrefixLength(text.slice(slash + 1), version)
  return prefixLength === undefined ? undefined : networkOf(version, address, prefixLength)
}

/** The network, undefined when one of the numbers is out of range. */
export function networkOf(
  version: IpVersion,
  address: bigint,
  prefixLength: number,
): IpNetwork | undefined {
  if (address < 0n || address > highestOf(version)) return undefined
  if (!(prefixLength >= 0 && prefixLength <= widthOf(version))) return undefined
  return { version, address, prefixLength }
}

function parsePartial(text: string, version: IpVersion): bigint | undefined {
  if (version === 6 || text.includes(':')) return undefined
  const parts = text.split('.').map(parsePythonInteger)
  if (parts.length > 4 || parts.includes(undefined)) return undefined
  while (parts.length < 4) parts.push(0n)
  return parseAddress(parts.join('.'), 4)
}

function parsePrefixLength(text: string, version: IpVersion): number | undefined {
  const number = parsePythonInteger(text)
  if (number !== undefined) return Number(number)
  const mask = parseAddress(text, version)
  if (mask === undefined) return undefined
  if (isNetmask(mask, version)) return widthOf(version) - bitLength(highestOf(version) ^ mask)
  return isHostmask(mask) ? widthOf(version) - bitLength(mask) : undefined
}

/** Whether the address is ones followed by zeros. */
export function isNetmask(address: bigint, version: IpVersion): boolean {
  return isHostmask(highestOf(version) ^ address)
}

/** Whether the address is zeros followed by ones. */
export function isHostmask(address: bigint): boolean {
  return (address & (address + 1n)) === 0n
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}

/** How many addresses the network has. */
export function sizeOf(network: IpNetwork): bigint {
  return 1n << BigInt(widthOf(network.version) - network.prefixLength)
}

export function hostmaskOf(network: IpNetwork): bigint {
  return sizeOf(network) - 1n
}

export function netmaskOf(network: IpNetwork): bigint {
  return highestOf(network.version) ^ hostmaskOf(network)
}

/** The network's lowest address. */
export function firstOf(network: IpNetwork): bigint {
  return network.address & netmaskOf(network)
}

/** The network's highest address. */
export function lastOf(network: IpNetwork): bigint {
  return network.address | hostmaskOf(network)
}

/** The first and last address a host can have; undefined for a single address. */
export function usableRange(network: IpNetwork): readonly [bigint, bigint] | undefined {
  const size = sizeOf(network)
  if (size === 1n) return undefined
  // both addresses of a /31 are hosts (RFC 3021)
  if (size === 2n) return [firstOf(network), lastOf(network)]
  return [firstOf(network) + 1n, lastOf(network) - 1n]
}

/** The same network without host bits. */
export function withoutHostBits(network: IpNetwork): IpNetwork {
  return { ...network, address: firstOf(network) }
}

/** Whether every address of `inner` is one of `outer`. */
export function contains(outer: IpNetwork, inner: IpNetwork): boolean {
  return (
    outer.version === inner.version &&
    outer.prefixLength <= inner.prefixLength &&
    firstOf(outer) === (inner.address & netmaskOf(outer))
  )
}

/** The address alone, without the prefix length. */
export function formatIp(network: IpNetwork): string {
  return formatAddress(network.address, network.version)
}

/** Address and prefix length, `10.1.2.3/24`. */
export function formatNetwork(network: IpNetwork): string {
  return `${formatIp(network)}/${network.prefixLength}`
}
