/**
 * `to_json`, `to_nice_json` and `from_json`, with the separators and escapes of Python's json module.
 * @module
 */
import { JsonSyntaxError } from '../../core/json-text.ts'
import { PyDate } from '../python/date.ts'
import { readJson } from '../python/json.ts'
import { asNumber, numberText, type PyNumber } from '../python/number.ts'
import { PyDict, Undefined } from '../python/values.ts'
import { flag, requireCount, requireText, shown } from './arguments.ts'
import { checkCharacters, checkDepth } from './bounds.ts'
import { type Filter, FilterError } from './filter.ts'
import { sortByKey } from './key-order.ts'
import { typeName } from './python-value.ts'

/** `to_json`, `to_nice_json`, `from_json`. */
export const jsonFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  [
    'to_json',
    {
      params: [],
      keywordOnly: ['indent', 'sort_keys', 'ensure_ascii', 'separators'],
      run: (value, indent, sortKeys, ensureAscii, separators) =>
        new JsonWriter('to_json', {
          indent: readIndent('to_json', indent),
          sortKeys: flag(sortKeys),
          ensureAscii: flag(ensureAscii, true),
          separators: readSeparators(separators),
        }).write(value),
    },
  ],
  [
    'to_nice_json',
    {
      params: ['indent', 'sort_keys'],
      keywordOnly: ['ensure_ascii'],
      run: (value, indent, sortKeys, ensureAscii) =>
        new JsonWriter('to_nice_json', {
          indent: readIndent('to_nice_json', indent === undefined ? 4 : indent),
          sortKeys: flag(sortKeys, true),
          ensureAscii: flag(ensureAscii, true),
          separators: [',', ': '],
        }).write(value),
    },
  ],
  ['from_json', { params: [], run: fromJson }],
])

interface JsonStyle {
  /** What a level is indented by; undefined for everything on one line. */
  readonly indent: string | undefined
  readonly sortKeys: boolean
  readonly ensureAscii: boolean
  /** Between items and after a key; undefined for Python's own. */
  readonly separators: readonly [string, string] | undefined
}

function readIndent(filter: string, indent: unknown): string | undefined {
  if (indent === undefined || indent === null) return undefined
  if (typeof indent === 'string') return indent
  return ' '.repeat(requireCount(filter, 'indent', indent, [0, 100]))
}

function readSeparators(separators: unknown): readonly [string, string] | undefined {
  if (separators === undefined || separators === null) return undefined
  const [item, key, ...more]: unknown[] = Array.isArray(separators) ? separators : []
  if (typeof item === 'string' && typeof key === 'string' && more.length === 0) return [item, key]
  throw new FilterError("to_json: separators must be two texts. Fix: write (',', ':')")
}

class JsonWriter {
  readonly #filter: string
  readonly #style: JsonStyle
  readonly #itemSeparator: string
  readonly #keySeparator: string
  #length = 0

  constructor(filter: string, style: JsonStyle) {
    this.#filter = filter
    this.#style = style
    const [item, key] = style.separators ?? [style.indent === undefined ? ', ' : ',', ': ']
    this.#itemSeparator = item
    this.#keySeparator = key
  }

  write(value: unknown, depth = 0): string {
    checkDepth(this.#filter, depth)
    if (Array.isArray(value)) {
      return this.#block('[', ']', depth, value, (item) => this.write(item, depth + 1))
    }
    if (value instanceof PyDict) {
      const entries = value.entries()
      if (this.#style.sortKeys) sortByKey(this.#filter, entries)
      return this.#block('{', '}', depth, entries, ([key, item]) => {
        return `${this.#text(this.#key(key))}${this.#keySeparator}${this.write(item, depth + 1)}`
      })
    }
    const text = this.#scalar(value)
    this.#length += text.length
    checkCharacters(this.#filter, this.#length)
    return text
  }

  #block<T>(
    open: string,
    close: string,
    depth: number,
    items: readonly T[],
    write: (item: T) => string,
  ): string {
    if (items.length === 0) return `${open}${close}`
    const { indent } = this.#style
    const newline = indent === undefined ? '' : `\n${indent.repeat(depth + 1)}`
    const separator = `${this.#itemSeparator}${newline}`
    this.#length += separator.length * items.length
    checkCharacters(this.#filter, this.#length)
    const end = indent === undefined ? '' : `\n${indent.repeat(depth)}`
    return `${open}${newline}${items.map(write).join(separator)}${end}${close}`
  }

  #scalar(value: unknown): string {
    if (typeof value === 'string') return this.#text(value)
    if (value === null || typeof value === 'boolean') return String(value)
    const number = asNumber(value)
    if (number !== undefined) return jsonNumber(number)
    if (value instanceof PyDate) return this.#text(value.iso)
    if (value === undefined || value instanceof Undefined)
      throw new FilterError(`${this.#filter}: the value holds something undefined`)
    throw new FilterError(`${this.#filter}: a value of type ${typeof value} cannot be written`)
  }

  /** JSON's keys are texts: what else Python has becomes one. */
  #key(key: unknown): string {
    if (typeof key === 'string') return key
    if (Array.isArray(key))
      throw new FilterError(`${this.#filter}: a tuple cannot be a key in JSON`)
    return this.#scalar(key)
  }

  #text(text: string): string {
    const json = JSON.stringify(text)
    if (!this.#style.ensureAscii) return json
    return json.replace(/[^\0-~]/g, (unit) => {
      return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
  }
}

function jsonNumber(value: PyNumber): string {
  if (Number.isNaN(value)) return 'NaN'
  if (typeof value === 'number' && !Number.isFinite(value))
    return value > 0 ? 'Infinity' : '-Infinity'
  return numberText(value)
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') {
    throw new FilterError(
      `from_json: the value must be a text, not ${typeName(value)}; it may be read already`,
    )
  }
  const text = requireText('from_json', 'the value', value)
  try {
    return readJson(text)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new FilterError(`from_json: ${shown(text)} is not JSON`, { cause: error })
  }
}
