/**
 * `ip4_hex`: an IPv4 address in hexadecimal digits, as PXE configuration files are named.
 * @module
 */
import { requireText, shown } from './arguments.ts'
import { type Filter, FilterError } from './filter.ts'
import { parsePythonInteger } from './python-value.ts'

/** `ip4_hex`. */
export const ip4HexFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['ip4_hex', { params: ['delimiter'], run: ip4Hex }],
])

function ip4Hex(value: unknown, delimiter: unknown): string {
  const text = requireText('ip4_hex', 'the address', value)
  const separator = requireText('ip4_hex', 'the delimiter', delimiter ?? '')
  const octets = text.split('.').map(parsePythonInteger)
  if (
    octets.length !== 4 ||
    octets.some((octet) => octet === undefined || octet < 0n || octet > 255n)
  ) {
    throw new FilterError(
      `ip4_hex: ${shown(text)} is not an IPv4 address. Fix: use ipaddr('address') before it`,
    )
  }
  return octets.map((octet) => (octet ?? 0n).toString(16).padStart(2, '0')).join(separator)
}
