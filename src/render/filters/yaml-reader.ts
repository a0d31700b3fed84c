/**
 * Reads YAML 1.1 as PyYAML does.
 *
 * Differences: a date or time comes back as the text Python prints for it, unless the caller makes something else of it, an integer that a number cannot hold as
 * its decimal text, and keys are texts.
 * @module
 */
import {
  defineMappingTag,
  defineScalarTag,
  type LoadOptions,
  loadAll,
  NOT_RESOLVED,
  YAML11_SCHEMA,
  YAMLException,
} from 'js-yaml'
import { yaml11Number } from '../../core/yaml11.ts'
import { isFloat, type PyNumber, readNumber } from '../python/number.ts'
import { PyDict } from '../python/values.ts'
import { checkItems, MAX_DEPTH } from './bounds.ts'
import { FilterError } from './filter.ts'

/** What becomes of a date, given as Python prints it. */
export type ReadDate = (text: string) => unknown

const keepText: ReadDate = (text) => text

/** The one document in `text`; null when it is empty. */
export function parseYaml(filter: string, text: string, dates: ReadDate = keepText): unknown {
  const [document = null, ...more] = parseYamlDocuments(filter, text, dates)
  if (more.length === 0) return document
  throw new FilterError(
    `${filter}: the text holds ${more.length + 1} documents. Fix: use from_yaml_all`,
  )
}

/** All documents in `text`. */
export function parseYamlDocuments(
  filter: string,
  text: string,
  dates: ReadDate = keepText,
): readonly unknown[] {
  const documents = explained(filter, () => loadAll(text, optionsWith(dates)))
  checkItems(filter, countItems(documents, new Map()))
  return documents
}

/** How many items a value has when what aliases repeat is counted each time: a few lines can stand for millions. */
function countItems(value: unknown, known: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1
  const counted = known.get(value)
  if (counted !== undefined) return counted
  // an alias within what it stands for never ends
  known.set(value, Number.POSITIVE_INFINITY)
  const items: unknown[] = value instanceof PyDict ? [...value.values()] : Object.values(value)
  const count = items.reduce((sum: number, item) => sum + countItems(item, known), 1)
  known.set(value, count)
  return count
}

function explained<T>(filter: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const line = error.mark === undefined ? '' : ` in line ${error.mark.line + 1}`
    throw new FilterError(`${filter}: not YAML${line}: ${error.reason}`, { cause: error })
  }
}

// js-yaml takes y and n for booleans too, as YAML 1.1 says and PyYAML does not
const booleanTag = defineScalarTag<boolean>('tag:yaml.org,2002:bool', {
  implicit: true,
  implicitFirstChars: [...'yYnNtTfFoO'],
  resolve: (source) => {
    if (/^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(source)) return true
    return /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(source) ? false : NOT_RESOLVED
  },
  identify: () => false,
})

const integerTag = defineScalarTag<PyNumber>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'-+0123456789'],
  resolve: (source) => {
    const number = source.length > MAX_DIGITS ? undefined : numberOf(source)
    return number === undefined || isFloat(number) ? NOT_RESOLVED : number
  },
  identify: () => false,
})

const floatTag = defineScalarTag<PyNumber>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...'-+0123456789.'],
  resolve: (source) => {
    if (/^[-+]?\.(?:inf|Inf|INF)$/.test(source)) {
      return source.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    }
    if (/^\.(?:nan|NaN|NAN)$/.test(source)) return Number.NaN
    const number = numberOf(source)
    return number !== undefined && isFloat(number) ? number : NOT_RESOLVED
  },
  identify: () => false,
})

const MAX_DIGITS = 4300

function numberOf(source: string): PyNumber | undefined {
  const json = yaml11Number(source)
  return json === undefined ? undefined : readNumber(json)
}

function timestampTag(read: ReadDate) {
  return defineScalarTag<unknown>('tag:yaml.org,2002:timestamp', {
    implicit: true,
    implicitFirstChars: [...'0123456789'],
    resolve: (source) => {
      const text = timestampText(source)
      return text === undefined ? NOT_RESOLVED : read(text)
    },
    identify: () => false,
  })
}

const timestampPattern =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:(Z)|([-+])(\d\d?)(?::(\d\d))?))?)?$/

/** A date or time as Python's `str()` prints it. */
function timestampText(source: string): string | undefined {
  const [
    ,
    year,
    month = '',
    day = '',
    hour,
    minute,
    second,
    fraction = '',
    utc,
    sign,
    zoneHour,
    zoneMinute,
  ] = timestampPattern.exec(source) ?? []
  if (year === undefined) return undefined
  if (hour === undefined) {
    return month.length === 2 && day.length === 2 ? source : undefined
  }
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const micros = fraction.slice(0, 6).padEnd(6, '0')
  const time = `${hour.padStart(2, '0')}:${minute}:${second}${/[1-9]/.test(micros) ? `.${micros}` : ''}`
  if (utc !== undefined) return `${date} ${time}+00:00`
  if (zoneHour === undefined) return `${date} ${time}`
  return `${date} ${time}${sign}${zoneHour.padStart(2, '0')}:${zoneMinute ?? '00'}`
}

const mapTag = defineMappingTag<PyDict>('tag:yaml.org,2002:map', {
  create: () => new PyDict(),
  addPair: (dict, key, value) => {
    if (typeof key === 'object' && key !== null) return 'a key must be a single value'
    dict.set(key, value)
    return ''
  },
  has: (dict, key) => dict.has(key),
  keys: (dict) => dict.keys(),
  get: (dict, key) => dict.get(key),
  identify: () => false,
})

function optionsWith(dates: ReadDate): LoadOptions {
  const known = keptOptions.get(dates)
  if (known !== undefined) return known
  const options: LoadOptions = {
    schema: YAML11_SCHEMA.withTags(booleanTag, integerTag, floatTag, mapTag, timestampTag(dates)),
    // of two equal keys PyYAML keeps the later one's value
    json: true,
    maxDepth: MAX_DEPTH,
  }
  keptOptions.set(dates, options)
  return options
}

const keptOptions = new Map<ReadDate, LoadOptions>()
