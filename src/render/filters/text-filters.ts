/**
 * Filters on texts: `b64encode`, `b64decode`, `hash`, `quote`.
 * @module
 */
import { createHash, getHashes } from 'node:crypto'
import { str } from '../python/text.ts'
import { requireText, shown } from './arguments.ts'
import { checkCharacters } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'

/** `b64encode`, `b64decode`, `hash`, `quote`. What is no text is printed first, as in Ansible. */
export const textFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['b64encode', { params: ['encoding'], run: base64Encode }],
  ['b64decode', { params: ['encoding'], run: base64Decode }],
  ['hash', { params: ['hashtype'], run: hash }],
  ['quote', { params: [], run: quote }],
])

type Encoding = 'utf8' | 'latin1' | 'utf16le'

const encodings: ReadonlyMap<string, Encoding> = new Map([
  ['utf-8', 'utf8'],
  ['utf8', 'utf8'],
  ['latin-1', 'latin1'],
  ['latin1', 'latin1'],
  ['iso-8859-1', 'latin1'],
  ['utf-16-le', 'utf16le'],
])

function readEncoding(filter: string, value: unknown): Encoding {
  const name = requireText(filter, 'the encoding', value ?? 'utf-8')
  const encoding = encodings.get(name.toLowerCase().replaceAll('_', '-'))
  if (encoding !== undefined) return encoding
  throw new FilterError(
    `${filter}: unknown encoding ${shown(name)}. Fix: use utf-8, latin-1 or utf-16-le`,
  )
}

function base64Encode(value: unknown, encoding: unknown): string {
  const text = str(value)
  const name = readEncoding('b64encode', encoding)
  if (name === 'latin1' && /[^\0-\xff]/.test(text)) {
    throw new FilterError(`b64encode: ${shown(text)} has characters that are not in Latin-1`)
  }
  const bytes = Buffer.from(text, name)
  checkCharacters('b64encode', Math.ceil(bytes.length / 3) * 4)
  return bytes.toString('base64')
}

function base64Decode(value: unknown, encoding: unknown): string {
  const text = str(value)
  checkCharacters('b64decode', text.length)
  // characters outside the alphabet are passed over, as Python does
  const digits = text.replace(/[^A-Za-z0-9+/=]/g, '')
  if (!/^(?:[^=]{4})*(?:[^=]{2}==|[^=]{3}=)?$/.test(digits)) {
    throw new FilterError(`b64decode: ${shown(text)} is not Base64: digits or padding are missing`)
  }
  const bytes = Buffer.from(digits, 'base64')
  const name = readEncoding('b64decode', encoding)
  if (name !== 'utf8') return bytes.toString(name)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new FilterError(`b64decode: ${shown(text)} does not hold UTF-8 text`, { cause: error })
  }
}

const hashNames = new Set(getHashes().map((name) => name.toLowerCase()))

function hash(value: unknown, hashType: unknown): string {
  const name = requireText('hash', 'the algorithm', hashType ?? 'sha1').toLowerCase()
  const known = name.replace('_', '-')
  // the others have no fixed length, or need OpenSSL's old algorithms
  if (
    !/^(?:md5|sha1|sha224|sha256|sha384|sha512|sha3-\d{3})$/.test(known) ||
    !hashNames.has(known)
  ) {
    throw new FilterError(
      `hash: unknown algorithm ${shown(name)}. Fix: use md5, sha1, sha256 or sha512`,
    )
  }
  return createHash(known).update(str(value), 'utf8').digest('hex')
}

function quote(value: unknown): string {
  const text = value === null ? '' : str(value)
  checkCharacters('quote', text.length)
  if (text === '') return "''"
  return /[^A-Za-z0-9_@%+=:,./-]/.test(text) ? `'${text.replaceAll("'", `'"'"'`)}'` : text
}
