/**
 * Ansible's filters on text that Nunjucks' templates do not share.
 * @module
 */
import { createHash } from 'node:crypto'
import { needText, place } from '../../python/arguments.ts'
import { truth } from '../../python/compare.ts'
import { refused, ValueFault } from '../../python/fault.ts'
import { percent } from '../../python/format-percent.ts'
import { asNumber, toDouble } from '../../python/number.ts'
import { textMethods } from '../../python/text-methods.ts'
import { PyDict, Tuple, toInteger, typeName } from '../../python/values.ts'
import type { JinjaFilter } from '../vocabulary.ts'
import { commentFilter } from './comment-filter.ts'
import { type Filters, filter, strictTextFilter, textFilter } from './define.ts'
import { md5Crypt } from './md5-crypt.ts'
import { toFloatValue } from './number-filters.ts'

const url = /^(?:([A-Za-z][A-Za-z\d+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s

/** What Python takes off an address before it reads it: white space and control characters in front, line ends anywhere. */
const noUrl = /^[\0- ]+|[\t\r\n]/g

function urlSplit(given: string, [query = '']: readonly unknown[]): unknown {
  const text = given.replace(noUrl, '')
  const [, scheme = '', netloc = '', path = '', search = '', fragment = ''] = url.exec(text) ?? []
  const [, user, host = '', port] = /^(?:(.*)@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(netloc) ?? []
  if (Number(port ?? 0) > 65_535) throw new ValueFault('urlsplit(): there is no such port')
  const at = user === undefined ? -1 : user.indexOf(':')
  const name = user === undefined ? null : at === -1 ? user : user.slice(0, at)
  const parts = PyDict.from([
    ['fragment', fragment],
    ['hostname', host === '' ? null : host.replace(/^\[|\]$/g, '').toLowerCase()],
    ['netloc', netloc],
    ['password', user === undefined || at === -1 ? null : user.slice(at + 1)],
    ['path', path],
    ['port', port === undefined || port === '' ? null : Number(port)],
    ['query', search],
    ['scheme', scheme.toLowerCase()],
    ['username', name],
  ] as const)
  const wanted = needText('urlsplit()', query)
  if (wanted === '') return parts
  const part = parts.get(wanted)
  if (part === undefined) throw new ValueFault(`urlsplit(): there is no "${wanted.slice(0, 40)}"`)
  return part
}

const sizes: readonly (readonly [string, number])[] = [
  ['Y', 2 ** 80],
  ['Z', 2 ** 70],
  ['E', 2 ** 60],
  ['P', 2 ** 50],
  ['T', 2 ** 40],
  ['G', 2 ** 30],
  ['M', 2 ** 20],
  ['K', 2 ** 10],
  ['B', 1],
]

function humanReadable(value: unknown, [isBits = false, unit]: readonly unknown[]): string {
  const number = asNumber(value)
  if (number === undefined)
    throw new ValueFault(`human_readable() needs a number, found ${typeName(value)}`)
  const bytes = toDouble(number)
  const wanted =
    unit === undefined || unit === null
      ? undefined
      : needText('human_readable()', unit).toUpperCase()
  const base = truth(isBits) ? 'bits' : 'Bytes'
  const found = sizes.find(([name, limit]) =>
    wanted === undefined ? bytes >= limit : wanted === name,
  )
  const [name, limit] = found ?? ['B', 1]
  const suffix = limit === 1 ? base : `${name}${truth(isBits) ? 'b' : 'B'}`
  return percent('%.2f %s', Tuple.with([bytes / limit, suffix]))
}

function humanToBytes(text: string, args: readonly unknown[]): unknown {
  const [unit, isBits = false] = args
  if (truth(isBits)) throw refused('isbits in human_to_bytes()')
  const [, digits, suffix = ''] = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(text) ?? []
  if (digits === undefined || !/\d/.test(digits))
    throw new ValueFault(`human_to_bytes(): "${text.slice(0, 40)}" begins with no number`)
  const name =
    suffix === ''
      ? unit === undefined || unit === null
        ? 'B'
        : needText('human_to_bytes()', unit)
      : suffix
  const size = sizes.find(([letter]) => letter === name.charAt(0).toUpperCase())
  const isUnit = /^(?:[A-Za-z]|[A-Za-z]B|B|bytes?)$/i.test(name)
  if (size === undefined || !isUnit || /^.b$/.test(name))
    throw new ValueFault(`human_to_bytes(): there is no unit "${name.slice(0, 20)}"`)
  const bytes = Number(digits) * size[1]
  // Python rounds halves to the even neighbour
  const floor = Math.floor(bytes)
  const half = bytes - floor
  return toInteger(BigInt(half > 0.5 || (half === 0.5 && floor % 2 === 1) ? floor + 1 : floor))
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
] // biome-ignore format: a list of names

function strftime(text: string, [second, utc = false]: readonly unknown[]): string {
  if (second === undefined || second === null) {
    throw refused(
      'strftime() without a time: the same switch would get another configuration each second',
    )
  }
  if (!truth(utc)) throw refused('strftime() in local time', 'say utc=true')
  const seconds = toDouble(toFloatValue(second))
  const date = new Date(Math.floor(seconds) * 1000)
  if (Number.isNaN(date.getTime())) throw new ValueFault('strftime(): no such time')
  const two = (number: number) => String(number).padStart(2, '0')
  const hour12 = date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12
  const startOfYear = Date.UTC(date.getUTCFullYear(), 0, 1)
  const parts: Readonly<Record<string, string>> = {
    Y: String(date.getUTCFullYear()),
    y: two(date.getUTCFullYear() % 100),
    m: two(date.getUTCMonth() + 1),
    d: two(date.getUTCDate()),
    H: two(date.getUTCHours()),
    I: two(hour12),
    M: two(date.getUTCMinutes()),
    S: two(date.getUTCSeconds()),
    p: date.getUTCHours() < 12 ? 'AM' : 'PM',
    j: String(Math.floor((date.getTime() - startOfYear) / 86_400_000) + 1).padStart(3, '0'),
    a: (days[date.getUTCDay()] ?? '').slice(0, 3),
    A: days[date.getUTCDay()] ?? '',
    b: (months[date.getUTCMonth()] ?? '').slice(0, 3),
    B: months[date.getUTCMonth()] ?? '',
    w: String(date.getUTCDay()),
    s: String(Math.floor(seconds)),
    '%': '%',
  }
  return text.replace(/%(.)/gs, (whole, letter: string) => {
    const part = parts[letter]
    if (part === undefined) throw refused(`"${whole}" in strftime()`)
    return part
  })
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function dirName(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  return /^\/+$/.test(head) ? head : head.replace(/\/+$/, '')
}

function splitExtension(path: string): Tuple {
  const name = baseName(path)
  const dot = name.lastIndexOf('.')
  // dots at the beginning belong to the name
  const at =
    dot <= 0 || /^\.*$/.test(name.slice(0, dot)) ? path.length : path.length - name.length + dot
  return Tuple.with([path.slice(0, at), path.slice(at)])
}

function joinPath(value: unknown): string {
  if (!Array.isArray(value)) return needText('path_join()', value)
  if (value.length === 0) throw new ValueFault('path_join() of nothing')
  return (value as unknown[])
    .map((part) => needText('path_join()', part))
    .reduce((path, part) => {
      if (part.startsWith('/')) return part
      return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`
    })
}

function decodeUrl(text: string): string {
  const bytes = Buffer.from(
    text
      .replaceAll('+', ' ')
      .replace(/%([\da-f]{2})|[^\0-\x7f]+/gi, (whole, hex) =>
        hex === undefined
          ? [...Buffer.from(whole)].map((byte) => String.fromCharCode(byte)).join('')
          : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    'latin1',
  )
  return bytes.toString('utf8')
}

function digest(name: string): (text: string) => string {
  return (text) => createHash(name).update(text, 'utf8').digest('hex')
}

/** The namespace that Ansible makes its UUIDs in. */
const uuidNamespace = '361E6D51-FAEC-444A-9079-341386DA8E2E'

function toUuid(text: string, [given]: readonly unknown[]): string {
  const name = given === undefined ? uuidNamespace : needText('to_uuid()', given)
  const hexDigits = name
    .replace(/^urn:|uuid:/g, '')
    .replace(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '')
  if (!/^[\da-f]{32}$/i.test(hexDigits)) {
    throw new ValueFault(`to_uuid(): "${name.slice(0, 40)}" is no UUID`)
  }
  const namespace = Buffer.from(hexDigits, 'hex')
  const hash = createHash('sha1').update(namespace).update(text, 'utf8').digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}

/** Filters that Ansible adds. */
export const ansibleTextFilters: Filters = new Map<string, JinjaFilter>([
  commentFilter,
  strictTextFilter('urlsplit', ['query?', 'alias?'], urlSplit),
  strictTextFilter('urldecode', [], decodeUrl),
  filter('human_readable', ['isbits?', 'unit?'], humanReadable),
  textFilter('human_to_bytes', ['default_unit?', 'isbits?'], humanToBytes),
  strictTextFilter('strftime', ['second?', 'utc?'], strftime),
  strictTextFilter('basename', [], baseName),
  strictTextFilter('dirname', [], dirName),
  strictTextFilter('splitext', [], splitExtension),
  filter('path_join', [], joinPath),
  textFilter('md5', [], digest('md5')),
  textFilter('sha1', [], digest('sha1')),
  textFilter('checksum', [], digest('sha1')),
  textFilter('to_uuid', ['namespace?'], toUuid),
  strictTextFilter('type5_pw', ['salt?'], (password, [salt]) => {
    if (salt === undefined || salt === null) {
      throw refused(
        'type5_pw() without a salt: the same switch would get another configuration each time',
      )
    }
    return md5Crypt(password, needText('type5_pw()', salt))
  }),
  [
    'split',
    (value, args) => {
      const [separator, most] = place('split()', ['sep?', 'maxsplit?'], args)
      const positional = [separator ?? null, ...(most === undefined ? [] : [most])]
      return textMethods.get('split')?.(needText('split()', value), {
        positional,
        named: undefined,
      })
    },
  ],
])
