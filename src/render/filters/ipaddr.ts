/**
 * `ipaddr` and its family: is this an address, and what about it? (Ansible's ansible.utils 2.10)
 * @module
 */
import { asNumber, isFloat } from '../python/number.ts'
import { DictView, isList, Thing, Tuple } from '../python/values.ts'
import { requireCount, requireText, shown } from './arguments.ts'
import { checkDepth, checkItems } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'
import { formatAddress, type IpVersion, widthOf } from './ip-address.ts'
import {
  contains,
  firstOf,
  formatIp,
  formatNetwork,
  type IpNetwork,
  lastOf,
  networkOf,
  parseNetwork,
  sizeOf,
} from './ip-network.ts'
import { type IpSubject, ipQueries } from './ipaddr-queries.ts'
import { isPythonFloat, isTruthy, parsePythonInteger, typeName } from './python-value.ts'

interface Asked {
  readonly filter: string
  readonly query: string
  readonly version: IpVersion | undefined
}

/** `ipaddr`, `ipv4` and `ipv6`. */
export const ipaddrFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  [
    'ipaddr',
    {
      params: ['query', 'version', 'alias'],
      run: (value, query, version) => {
        const wanted = isTruthy(version) ? requireCount('ipaddr', 'version', version, [4, 6]) : 0
        if (wanted === 5) throw new FilterError('ipaddr: version must be 4 or 6, not 5')
        return askTopLevel(
          value,
          asked('ipaddr', query, wanted === 4 || wanted === 6 ? wanted : undefined),
        )
      },
    },
  ],
  [
    'ipv4',
    { params: ['query'], run: (value, query) => askTopLevel(value, asked('ipv4', query, 4)) },
  ],
  [
    'ipv6',
    { params: ['query'], run: (value, query) => askTopLevel(value, asked('ipv6', query, 6)) },
  ],
  // Ansible's takes a query too, and does not look at it
  ['ipwrap', { params: ['query'], run: ipwrap }],
])

function asked(filter: string, query: unknown, version: IpVersion | undefined): Asked {
  if (query === undefined) return { filter, query: '', version }
  const text = typeof query === 'number' && Number.isInteger(query) ? String(query) : query
  return { filter, query: requireText(filter, 'the query', text), version }
}

function askTopLevel(value: unknown, question: Asked): unknown {
  const isInteger = typeof value === 'bigint' || Number.isInteger(value)
  if (typeof value === 'string' || typeof value === 'boolean' || isInteger || isList(value)) {
    return ask(value, question)
  }
  throw new FilterError(
    `${question.filter}: an address must be a text, a whole number or a list of them, not ${typeName(value)}`,
  )
}

/** Answers for one value, or for those of a list's items that the query is true of. */
function ask(value: unknown, question: Asked, depth = 0): unknown {
  if (isList(value)) {
    checkDepth(question.filter, depth)
    checkItems(question.filter, value.length)
    return value.map((item) => ask(item, question, depth + 1)).filter(isTruthy)
  }
  if (value === undefined) throw new FilterError(`${question.filter}: a list item is undefined`)
  if (value instanceof Tuple) throw new FilterError(`${question.filter}: a list item is a tuple`)
  const subject = readSubject(value, question)
  return subject === undefined ? false : answer(subject, question)
}

function answer(subject: IpSubject, { filter, query, version }: Asked): unknown {
  const named = ipQueries.get(query)
  const isIndex = /^\d+$/.test(query)
  const range = named === undefined && !isIndex ? parseNetwork(query) : undefined
  if (version !== undefined && subject.network.version !== version) return false
  if (named !== undefined) return named(subject)
  if (range !== undefined) return contains(range, subject.network) ? subject.value : null
  if (isPythonFloat(query)) return nthAddress(subject, query)
  throw new FilterError(
    `${filter}: unknown query ${shown(query)}. Fix: use a name such as 'address', an index number or a network`,
  )
}

function nthAddress({ network, hasPrefix }: IpSubject, query: string): string | false {
  const size = sizeOf(network)
  if (size === 1n) return hasPrefix ? formatNetwork(network) : formatIp(network)
  const index = parsePythonInteger(query)
  if (index === undefined || index >= size || index < -size) return false
  const address = index < 0n ? lastOf(network) + index + 1n : firstOf(network) + index
  return `${formatAddress(address, network.version)}/${network.prefixLength}`
}

function readSubject(value: unknown, { filter, version }: Asked): IpSubject | undefined {
  if (typeof value === 'boolean' || !isTruthy(value)) return undefined
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Number.isInteger(Number(value)) ? readNumber(BigInt(value), filter, version) : undefined
  }
  if (typeof value !== 'string') return undefined
  if (/^\d{1,60}$/.test(value)) return readNumber(BigInt(value), filter, version)
  const network = parseNetwork(value)
  if (network !== undefined) return { filter, network, value, hasPrefix: value.includes('/') }
  const numeric = readNumericNetwork(value)
  return numeric && { filter, network: numeric, value: formatNetwork(numeric), hasPrefix: true }
}

/** A number is an IPv4 address while it can be one, unless IPv6 is asked for. */
function readNumber(
  number: bigint,
  filter: string,
  version: IpVersion | undefined,
): IpSubject | undefined {
  const ipv4 = version === 6 ? undefined : networkOf(4, number, widthOf(4))
  const network = ipv4 ?? networkOf(6, number, widthOf(6))
  return network && { filter, network, value: formatNetwork(network), hasPrefix: false }
}

/** `42540766412265424405338506004571095040/64` */
function readNumericNetwork(text: string): IpNetwork | undefined {
  const [address, prefixLength, ...more] = text.split('/').map(parsePythonInteger)
  if (address === undefined || prefixLength === undefined || more.length > 0) return undefined
  return networkOf(4, address, Number(prefixLength)) ?? networkOf(6, address, Number(prefixLength))
}

function ipwrap(value: unknown): unknown {
  if (isList(value)) {
    checkItems('ipwrap', value.length)
    return value.map((item: unknown) => {
      return isTruthy(ask(item, asked('ipwrap', '', undefined))) ? wrap(item) : item
    })
  }
  if (typeof value !== 'string' && typeof value !== 'boolean') {
    throw new FilterError(
      `ipwrap: an address must be a text or a list of texts, not ${typeName(value)}`,
    )
  }
  // unlike an item of a list, a single address is written anew before it is wrapped
  const found = ask(value, asked('ipwrap', '', undefined))
  return isTruthy(found) ? wrap(found) : value
}

function wrap(address: unknown): unknown {
  return ask(address, asked('ipwrap', 'wrap', undefined))
}

/**
 * The network that `value` stands for, as the filters around `ipaddr` read it; undefined when it is none.
 */
export function readNetwork(value: unknown): IpNetwork | undefined {
  const number = asNumber(value)
  if (
    (number !== undefined && isFloat(number)) ||
    value instanceof DictView ||
    value instanceof Thing
  ) {
    throw new FilterError(`an address must be a text or a whole number, not ${typeName(value)}`)
  }
  return readSubject(value, { filter: '', query: '', version: undefined })?.network
}
