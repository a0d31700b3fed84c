/**
 * Ansible's tests of addresses: what stands behind `is ansible.utils.…`. An address and a network are what Python's `ipaddress` takes
 * for one: no leading zeros, no host bits in a network.
 * @module
 */
import { isIPv6 } from 'node:net'
import { type IpVersion, parseAddress, widthOf } from '../filters/ip-address.ts'
import { needText } from '../python/arguments.ts'
import { refused } from '../python/fault.ts'
import { Markup } from '../python/values.ts'

interface Address {
  readonly version: IpVersion
  readonly value: bigint
}

interface Network extends Address {
  readonly prefix: number
}

const octet = '(?:0|[1-9]\\d{0,2})'
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

function addressOf(text: string): Address | undefined {
  if (ipv4.test(text)) {
    const value = parseAddress(text, 4)
    return value === undefined ? undefined : { version: 4, value }
  }
  const [, bare = ''] = /^([^%/]*)(?:%[^%/]+)?$/.exec(text) ?? []
  if (!isIPv6(bare)) return undefined
  const embedded = bare.slice(bare.lastIndexOf(':') + 1)
  if (embedded.includes('.') && !ipv4.test(embedded)) return undefined
  const value = parseAddress(bare, 6)
  return value === undefined ? undefined : { version: 6, value }
}

/** What a value is as an address; only a text can be one. */
function readAddress(value: unknown): Address | undefined {
  const text = value instanceof Markup ? value.text : value
  return typeof text === 'string' ? addressOf(text) : undefined
}

function readNetwork(value: unknown): Network | undefined {
  const text = value instanceof Markup ? value.text : value
  if (typeof text !== 'string') return undefined
  const [bare = '', mask, ...more] = text.split('/')
  const address = addressOf(bare)
  if (address === undefined || more.length > 0) return undefined
  const width = widthOf(address.version)
  const prefix = mask === undefined ? width : prefixOf(mask, address.version)
  if (prefix === undefined) return undefined
  const hostBits = (1n << BigInt(width - prefix)) - 1n
  return (address.value & hostBits) === 0n ? { ...address, prefix } : undefined
}

/** `/24`, and for IPv4 a netmask or a hostmask. */
function prefixOf(mask: string, version: IpVersion): number | undefined {
  const width = widthOf(version)
  if (/^\d+$/.test(mask)) return Number(mask) <= width ? Number(mask) : undefined
  const value = version === 4 && ipv4.test(mask) ? parseAddress(mask, 4) : undefined
  if (value === undefined) return undefined
  const bits = value.toString(2).padStart(width, '0')
  const [, ones = '', zeros] = /^(1*)(0*)$/.exec(bits) ?? []
  if (zeros !== undefined) return ones.length
  return /^0*1*$/.test(bits) ? bits.lastIndexOf('0') + 1 : undefined
}

function within(inner: Network | undefined, outer: Network | undefined): boolean {
  if (inner === undefined || outer === undefined || inner.version !== outer.version) return false
  return inner.prefix >= outer.prefix && isIn(inner, outer)
}

function isIn(address: Address, { version, value, prefix }: Network): boolean {
  const shift = BigInt(widthOf(version) - prefix)
  return address.version === version && address.value >> shift === value >> shift
}

function networks(...texts: readonly string[]): readonly Network[] {
  return texts.flatMap((text) => readNetwork(text) ?? [])
}

const loopback = networks('127.0.0.0/8', '::1')
const multicast = networks('224.0.0.0/4', 'ff00::/8')
const shared = networks('100.64.0.0/10')
const mapped = networks('::ffff:0:0/96')
/** What IANA's registries have as not globally reachable. */
const notGlobal = networks(
  ...['0.0.0.0/8', '10.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['240.0.0.0/4', '::/127', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ...['2002::/16', 'fc00::/7', 'fe80::/10'],
)
const globalAmongThem = networks(
  ...['192.0.0.9', '192.0.0.10', '2001:1::1', '2001:1::2', '2001:3::/32', '2001:4:112::/48'],
  ...['2001:20::/28', '2001:30::/28'],
)

function isPrivate(address: Address): boolean {
  const inner = withoutMapping(address)
  return isAny(inner, notGlobal) && !isAny(inner, globalAmongThem)
}

/** The IPv4 address in an IPv6 one. */
function withoutMapping(address: Address): Address {
  return isAny(address, mapped) ? { version: 4, value: address.value & 0xffffffffn } : address
}

function isPublic(address: Address): boolean {
  return !isPrivate(address) && !isAny(address, shared)
}

function isAny(address: Address, networks: readonly Network[]): boolean {
  return networks.some((network) => isIn(address, network))
}

const macForms =
  /^(?:[\da-f]{12}|[\da-f]{2}([-:])(?:[\da-f]{2}\1){4}[\da-f]{2}|[\da-f]{4}(?:\.[\da-f]{4}){2})$/i

function isMac(value: unknown): boolean {
  const text = needText('"is ansible.utils.mac"', value)
  if (macForms.test(text)) return true
  // Ansible takes some mixtures of signs and some not
  if (text.length < 30 && text.replace(/[-:.\n]/g, '').match(/^[\da-f]{12}$/i) !== null) {
    throw refused('"is ansible.utils.mac" for a notation that nobody uses')
  }
  return false
}

function ofAddress(ask: (address: Address) => boolean): (value: unknown) => boolean {
  return (value) => {
    const address = readAddress(value)
    return address !== undefined && ask(address)
  }
}

function ofNetwork(ask: (network: Network) => boolean): (value: unknown) => boolean {
  return (value) => {
    const network = readNetwork(value)
    return network !== undefined && ask(network)
  }
}

/** Tests of one value, by name. */
export const addressTests: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['ip', ofNetwork(() => true)],
  ['ip_address', ofAddress(() => true)],
  ['ipv4', ofNetwork(({ version }) => version === 4)],
  ['ipv4_address', ofAddress(({ version }) => version === 4)],
  ['ipv6', ofNetwork(({ version }) => version === 6)],
  ['ipv6_address', ofAddress(({ version }) => version === 6)],
  ['loopback', ofAddress((address) => isAny(address, loopback))],
  ['multicast', ofAddress((address) => isAny(address, multicast))],
  ['private', ofAddress(isPrivate)],
  ['public', ofAddress(isPublic)],
  ['mac', isMac],
])

/** Tests of a value against a network, by name. */
export const networkTests: ReadonlyMap<string, (value: unknown, network: unknown) => boolean> =
  new Map([
    ['in_network', (value, network) => within(readNetwork(value), readNetwork(network))],
    ['subnet_of', (value, network) => within(readNetwork(value), readNetwork(network))],
    ['supernet_of', (value, network) => within(readNetwork(network), readNetwork(value))],
  ])
