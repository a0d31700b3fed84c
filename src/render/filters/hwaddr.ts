/**
 * Filters on hardware addresses: `hwaddr`, `macaddr`, and the IPv6 address that one leads to.
 * @module
 */

import { toInteger } from '../python/values.ts'
import { requireText, shown } from './arguments.ts'
import { type Filter, FilterError } from './filter.ts'
import { interfaceIdentifier, macFormats, parseHardwareAddress } from './hardware-address.ts'
import { formatAddress, highestOf } from './ip-address.ts'
import { firstOf } from './ip-network.ts'
import { readNetwork } from './ipaddr.ts'
import { typeName } from './python-value.ts'

/** `hwaddr`, `macaddr`, `slaac`. */
export const hardwareAddressFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['hwaddr', { params: ['query', 'alias'], run: (value, query) => hwaddr('hwaddr', value, query) }],
  ['macaddr', { params: ['query'], run: (value, query) => hwaddr('macaddr', value, query) }],
  ['slaac', { params: ['query'], run: slaac }],
])

function hwaddr(filter: string, value: unknown, query: unknown): unknown {
  const text = addressText(filter, value)
  const name = requireText(filter, 'the query', query === undefined ? '' : query)
  const address = parseHardwareAddress(text)
  if (address === undefined) {
    if (name === '' || name === 'bool') return null
    throw new FilterError(
      `${filter}: ${shown(value)} is not a hardware address. Fix: pass one such as '52:54:00:00:11:11'`,
    )
  }
  if (name === '') return text
  if (name === 'bool') return true
  if (name === 'int') return toInteger(address.value)
  const format = macFormats.get(name)
  if (format === undefined) {
    const names = [...macFormats.keys()].join(', ')
    throw new FilterError(`${filter}: unknown query ${shown(name)}. Fix: use bool, int, ${names}`)
  }
  if (address.value >= 1n << 48n) {
    throw new FilterError(
      `${filter}: ${shown(value)} has 64 bits and cannot be written as a MAC address`,
    )
  }
  return format(address.value.toString(16).padStart(12, '0'))
}

function addressText(filter: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isInteger(value)) return String(value)
  // no address: the filter answers none, as for any other text that is not one
  if (value === null) return ''
  throw new FilterError(`${filter}: a hardware address must be a text, not ${typeName(value)}`)
}

function slaac(value: unknown, query: unknown): string | false {
  const network = readNetwork(value)
  if (network?.version !== 6 || query === undefined) return false
  const address = parseHardwareAddress(addressText('slaac', query))
  if (address === undefined) return false
  const sum = firstOf(network) + interfaceIdentifier(address)
  if (sum > highestOf(6)) {
    throw new FilterError(
      `slaac: ${shown(value)} leaves no room for an interface identifier. Fix: use a /64`,
    )
  }
  return formatAddress(sum, 6)
}
