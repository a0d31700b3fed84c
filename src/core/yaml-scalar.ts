/**
 * What a plain YAML scalar means in our own files: YAML 1.2 with the booleans that Ansible's and ZTPServer's users mean,
 * and without the traps that turn an identifier into a number.
 * @module
 */
import { type Data, numberFromText } from './source-text.ts'

/** How one kind of YAML reads what parsers disagree about. */
export interface YamlDialect {
  /** The value of a plain scalar. */
  plain(text: string): Data
  /** A plain key as text. */
  plainKey(text: string): string
  /** Tags that leave a scalar to what it looks like. */
  readonly plainTags: ReadonlySet<string>
  readonly repeatedKeys: 'refuse' | 'last-wins'
  /** How a block text ends whose last line, and with it the file, lacks its line end. */
  readonly unendedLine: 'ended' | 'as-it-stands'
}

/** The YAML of our own files. */
export const ourYaml: YamlDialect = {
  plain: plainScalarValue,
  plainKey: (text) => text,
  plainTags: new Set(),
  repeatedKeys: 'refuse',
  unendedLine: 'ended',
}

const booleans = new Map<string, boolean>([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
])

/**
 * The value of a plain scalar. Text with leading zeros (`0012`, `001122334455`), hexadecimal text that a YAML parser takes for
 * a float (`5e5400001111`) and anything with two colons (`50:54:00:00:11:11`) stay text.
 */
export function plainScalarValue(text: string): Data {
  const first = text.charCodeAt(0)
  // digits, + - and . begin a number; everything else is a word
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) {
    return isPlainNumber(text) ? numberFromText(text) : text
  }
  if (text.length > 5) return text
  if (text === '' || text === '~') return null
  const word = text.toLowerCase()
  if (word === 'null') return text === 'null' || text === 'Null' || text === 'NULL' ? null : text
  return booleans.get(word) ?? text
}

const numberNotations = [
  /^[-+]?(?:0|[1-9]\d*)$/,
  /^[-+]?(?:0|[1-9]\d*)?\.\d+(?:[eE][-+]?\d+)?$/,
  // without a point the exponent needs its sign: 5e5400001111 is half a MAC address
  /^[-+]?(?:0|[1-9]\d*)(?:\.\d*)?[eE][-+]\d+$/,
  /^0x[0-9a-fA-F]+$/,
  /^0o[0-7]+$/,
]

/** Whether a plain scalar is a number. */
export function isPlainNumber(text: string): boolean {
  return numberNotations.some((notation) => notation.test(text))
}
