/**
 * What the address registries reserve, as far as the queries of `ipaddr` ask for it.
 * @module
 */
import { widthOf } from './ip-address.ts'
import { contains, type IpNetwork, isHostmask, isNetmask, parseNetwork } from './ip-network.ts'

const loopback = networks('127.0.0.0/8', '::1/128')
const linkLocal = networks('169.254.0.0/16', 'fe80::/10')
const multicast = networks('224.0.0.0/4', 'ff00::/8')
// what netaddr, the library behind Ansible's filters, counts as private: RFC 1918, 2365, 2544, 3879, 4193, 5736, 6598
const privateUse = networks(
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '239.0.0.0/8',
  'fc00::/7',
  'fec0::/10',
)

export function isLoopback(network: IpNetwork): boolean {
  return isWithin(network, loopback)
}

export function isLinkLocal(network: IpNetwork): boolean {
  return isWithin(network, linkLocal)
}

export function isMulticast(network: IpNetwork): boolean {
  return isWithin(network, multicast)
}

/** Whether the whole network is for private use; link-local counts as private. */
export function isPrivate(network: IpNetwork): boolean {
  return isWithin(network, privateUse) || isLinkLocal(network)
}

/** Whether the address itself, its prefix length aside, can be reached over the Internet. */
export function isPublic(network: IpNetwork): boolean {
  const address = addressAlone(network)
  return !(
    isMulticast(address) ||
    isPrivate(address) ||
    isLoopback(address) ||
    isNetmask(address.address, address.version) ||
    isHostmask(address.address)
  )
}

/** The address with its full prefix length. */
export function addressAlone(network: IpNetwork): IpNetwork {
  return { ...network, prefixLength: widthOf(network.version) }
}

function isWithin(network: IpNetwork, ranges: readonly IpNetwork[]): boolean {
  return ranges.some((range) => contains(range, network))
}

function networks(...texts: readonly string[]): readonly IpNetwork[] {
  return texts.flatMap((text) => parseNetwork(text) ?? [])
}
