/**
 * The tests of ansible.utils on addresses: what Python's `ipaddress` takes for an address or a network, and nothing else.
 * @module
 */
import { highestOf, type IpVersion, parseAddress, widthOf } from '../filters/ip-address.ts'
import { needText, place, type Signature } from '../python/arguments.ts'
import { ValueFault } from '../python/fault.ts'
import { DictView, defined, Namespace, Thing, typeName } from '../python/values.ts'
import type { JinjaTest } from './vocabulary.ts'

interface Network {
  readonly version: IpVersion
  readonly first: bigint
  readonly last: bigint
}

/** The value as a text; undefined where it is none, which no address is. */
function asText(value: unknown): string | undefined {
  const given = defined(value)
  if (given instanceof DictView || given instanceof Thing || given instanceof Namespace) {
    throw new ValueFault(`an address is a text, found ${typeName(given)}`)
  }
  return typeof given === 'string' ? given : undefined
}

function address(text: string): Network | undefined {
  const four = parseAddress(text, 4)
  if (four !== undefined) return { version: 4, first: four, last: four }
  // a zone says on which interface, not which address
  const six = parseAddress(text.replace(/%[^%/]+$/, ''), 6)
  return six === undefined ? undefined : { version: 6, first: six, last: six }
}

function network(text: string): Network | undefined {
  const [host = '', length, ...more] = text.split('/')
  const found = address(host)
  if (found === undefined || more.length > 0 || length === undefined) {
    return length === undefined ? found : undefined
  }
  const width = widthOf(found.version)
  const prefix = /^\d{1,4}$/.test(length) ? Number(length) : maskLength(length, found.version)
  if (prefix === undefined || prefix > width) return undefined
  const hosts = highestOf(found.version) >> BigInt(prefix)
  // the address of a network has no bits of a host
  return (found.first & hosts) === 0n ? { ...found, last: found.first | hosts } : undefined
}

/** `255.255.255.0`, or the other way round `0.0.0.255`. */
function maskLength(text: string, version: IpVersion): number | undefined {
  const mask = version === 4 ? parseAddress(text, 4) : undefined
  if (mask === undefined) return undefined
  const bits = mask.toString(2).padStart(32, '0')
  if (/^1*0*$/.test(bits)) return bits.replaceAll('0', '').length
  return /^0*1*$/.test(bits) ? bits.replaceAll('1', '').length : undefined
}

function within(inner: Network | undefined, outer: Network | undefined): boolean {
  if (inner === undefined || outer === undefined || inner.version !== outer.version) return false
  return outer.first <= inner.first && inner.last <= outer.last
}

function networks(texts: string): readonly Network[] {
  return texts.split(' ').flatMap((text) => network(text) ?? [])
}

const loopback = networks('127.0.0.0/8 ::1/128')
const multicast = networks('224.0.0.0/4 ff00::/8')
const shared = networks('100.64.0.0/10')
const mapped = networks('::ffff:0:0/96')
const privates = networks(
  [
    '0.0.0.0/8 10.0.0.0/8 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/29 192.0.0.170/31 192.0.2.0/24',
    '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 255.255.255.255/32',
    '::1/128 ::/128 ::ffff:0:0/96 100::/64 2001::/23 2001:2::/48 2001:db8::/32 2001:10::/28 fc00::/7 fe80::/10',
  ].join(' '),
)

/** Whether the value is an address in one of the networks. */
function isIn(all: readonly Network[]): (text: string) => boolean {
  return (text) => all.some((each) => within(address(text), each))
}

/** An IPv4 address that is written as IPv6 is as private as itself. */
function isPrivate(text: string): boolean {
  const found = address(text)
  if (found?.version === 6 && isIn(mapped)(text)) {
    const four: Network = {
      version: 4,
      first: found.first & 0xffff_ffffn,
      last: found.last & 0xffff_ffffn,
    }
    return privates.some((each) => within(four, each))
  }
  return isIn(privates)(text)
}

const mac =
  /^(?:(?:[\da-f]{2}[:-]){5}[\da-f]{2}|[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}|[\da-f]{12})\n?$/i

const ofOne: Readonly<Record<string, (text: string) => boolean>> = {
  ip: (text) => network(text) !== undefined,
  ipv4: (text) => network(text)?.version === 4,
  ipv6: (text) => network(text)?.version === 6,
  ip_address: (text) => address(text) !== undefined,
  ipv4_address: (text) => address(text)?.version === 4,
  ipv6_address: (text) => address(text)?.version === 6,
  loopback: isIn(loopback),
  multicast: isIn(multicast),
  private: isPrivate,
  public: (text) => address(text) !== undefined && !isPrivate(text) && !isIn(shared)(text),
}

const ofTwo: Readonly<Record<string, (text: string, other: string) => boolean>> = {
  in_network: (text, other) => within(network(text), network(other)),
  subnet_of: (text, other) => within(network(text), network(other)),
  supernet_of: (text, other) => within(network(other), network(text)),
}

const otherNames: Readonly<Record<string, string>> = {
  in_network: 'network',
  subnet_of: 'network_b',
  supernet_of: 'network_b',
}

/** The tests by their short names. */
export const addressTests: readonly [string, JinjaTest][] = [
  ...Object.entries(ofOne).map(([name, ask]): [string, JinjaTest] => [
    name,
    (value, args) => {
      place(`"is ${name}"`, [], args)
      const text = asText(value)
      return text !== undefined && ask(text)
    },
  ]),
  ...Object.entries(ofTwo).map(([name, ask]): [string, JinjaTest] => {
    const signature: Signature = [otherNames[name] ?? '']
    return [
      name,
      (value, args) => {
        const [text, other] = [asText(value), asText(place(`"is ${name}"`, signature, args)[0])]
        return text !== undefined && other !== undefined && ask(text, other)
      },
    ]
  }),
  [
    'mac',
    (value, args) => {
      place('"is mac"', [], args)
      return mac.test(needText('"is mac"', value))
    },
  ],
]
