/**
 * MAC addresses (EUI-48) and EUI-64: every notation in, every notation out.
 * @module
 */

/** A hardware address as a number. */
export interface HardwareAddress {
  readonly bits: 48 | 64
  readonly value: bigint
}

interface Notation {
  readonly pattern: RegExp
  /** How many hexadecimal digits a group has when its leading zeros are written out. */
  readonly digits: number
}

const eui48Notations: readonly Notation[] = [
  { pattern: groups(6, ':-', '{1,2}'), digits: 2 },
  { pattern: groups(3, ':.-', '{1,4}'), digits: 4 },
  { pattern: groups(2, ':-', '{5,6}'), digits: 6 },
  { pattern: /^[0-9a-f]{11,12}$/i, digits: 12 },
]
const eui64Notations: readonly Notation[] = [
  { pattern: groups(8, ':-', '{1,2}'), digits: 2 },
  { pattern: groups(4, ':.-', '{1,4}'), digits: 4 },
  { pattern: /^[0-9a-f]{16}$/i, digits: 16 },
]

function groups(count: number, separators: string, digits: string): RegExp {
  const group = `[0-9a-f]${digits}`
  return new RegExp(`^${group}(?:([${separators}])${group}(?:\\1${group}){${count - 2}})$`, 'i')
}

/** Reads any common notation, and a decimal number. */
export function parseHardwareAddress(text: string): HardwareAddress | undefined {
  const eui48 = parseNotation(text, eui48Notations)
  if (eui48 !== undefined) return { bits: 48, value: eui48 }
  const number = /^\d{1,20}$/.test(text) ? BigInt(text) : undefined
  if (number !== undefined && number < 1n << 48n) return { bits: 48, value: number }
  const eui64 = parseNotation(text, eui64Notations) ?? number
  return eui64 !== undefined && eui64 < 1n << 64n ? { bits: 64, value: eui64 } : undefined
}

function parseNotation(text: string, notations: readonly Notation[]): bigint | undefined {
  const notation = notations.find(({ pattern }) => pattern.test(text))
  if (notation === undefined) return undefined
  const hex = text.split(/[:.-]/).map((group) => group.padStart(notation.digits, '0'))
  return BigInt(`0x${hex.join('')}`)
}

type Format = (hex: string) => string

/** The notations of a MAC address by the name `hwaddr` has for them; they take twelve hexadecimal digits. */
export const macFormats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['bare', (hex) => hex.toUpperCase()],
  ['cisco', (hex) => inGroups(hex, 4).join('.')],
  ['eui48', (hex) => inGroups(hex.toUpperCase(), 2).join('-')],
  ['linux', (hex) => inGroups(hex, 2).join(':')],
  ['pgsql', (hex) => inGroups(hex, 6).join(':')],
  ['postgresql', (hex) => inGroups(hex, 6).join(':')],
  ['psql', (hex) => inGroups(hex, 6).join(':')],
  ['unix', (hex) => inGroups(hex, 2).map(withoutZero).join(':')],
  ['win', (hex) => inGroups(hex.toUpperCase(), 2).join('-')],
])

function inGroups(hex: string, digits: number): string[] {
  return hex.match(new RegExp(`.{${digits}}`, 'g')) ?? []
}

function withoutZero(group: string): string {
  return group.replace(/^0/, '')
}

/** The interface identifier that an IPv6 host makes of its hardware address (RFC 4291, appendix A). */
export function interfaceIdentifier({ bits, value }: HardwareAddress): bigint {
  const eui64 = bits === 64 ? value : ((value >> 24n) << 40n) | 0xfffe000000n | (value & 0xffffffn)
  return eui64 ^ (2n << 56n)
}
