/**
 * YAML 1.1 as PyYAML's safe loader reads it: the YAML of ZTPServer's files. Dates stay the text that they are written as.
 * @module
 */
import { type Data, floatJson, numberFromText, type SourceNode } from './source-text.ts'
import { YamlFault } from './yaml-builder.ts'
import type { YamlEvents } from './yaml-events.ts'
import type { YamlDialect } from './yaml-scalar.ts'
import { readYamlDocument, readYamlEvents } from './yaml-text.ts'
import { withBlanks } from './yaml11-layout.ts'
import { misplacedTab } from './yaml11-tabs.ts'

const booleans = new Map(
  [
    ['yes', true],
    ['true', true],
    ['on', true],
    ['no', false],
    ['false', false],
    ['off', false],
  ].flatMap(([word, value]) => {
    const text = String(word)
    const capitalised = text.charAt(0).toUpperCase() + text.slice(1)
    return [text, capitalised, text.toUpperCase()].map(
      (spelling) => [spelling, value === true] as const,
    )
  }),
)

const nulls = new Set(['', '~', 'null', 'Null', 'NULL'])

const integer =
  /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/

const float =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)$/

/** PyYAML's YAML 1.1, without dates, infinities and binary data. Of repeated keys the last wins. */
export const yaml11: YamlDialect = {
  plain: (text) => {
    if (nulls.has(text)) return null
    const boolean = booleans.get(text)
    if (boolean !== undefined) return boolean
    const number = yaml11Number(text)
    return number === undefined ? text : numberFromText(number)
  },
  // as Python's json writes keys that are no text
  plainKey: (text) => {
    if (nulls.has(text)) return 'null'
    return String(booleans.get(text) ?? yaml11Number(text) ?? text)
  },
  plainTags: new Set(['!!int', '!!float', '!!bool', '!!null', '!!timestamp']),
  repeatedKeys: 'last-wins',
  unendedLine: 'as-it-stands',
}

/** The number that a plain scalar is, as JSON writes it: all digits of an integer, a float with a point. Undefined: it is none. */
export function yaml11Number(text: string): string | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined
  if (integer.test(text)) return integerDigits(text)
  if (!float.test(text)) return undefined
  const plain = text.replaceAll('_', '')
  const value = plain.includes(':') ? sexagesimalFloat(plain) : Number(plain)
  return Number.isFinite(value) ? floatJson(value) : undefined
}

function integerDigits(text: string): string {
  const negative = text.startsWith('-')
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '')
  const value = /^0[bx]/.test(digits)
    ? BigInt(digits.length > 2 ? digits : 0)
    : digits.includes(':')
      ? digits.split(':').reduce((total, part) => total * 60n + BigInt(part), 0n)
      : /^0./.test(digits)
        ? BigInt(`0o${digits.slice(1)}`)
        : BigInt(digits)
  return String(negative ? -value : value)
}

function sexagesimalFloat(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  const parts = text.replace(/^[-+]/, '').split(':')
  return sign * parts.reduce((total, part) => total * 60 + Number(part), 0)
}

/** Whether a YAML 1.1 loader would take a plain scalar for something else than text. */
export function isYaml11Text(text: string): boolean {
  const value: Data = yaml11.plain(text)
  return typeof value === 'string' && yaml11Number(text) === undefined
}

/**
 * Splits a text into events, in every layout that PyYAML takes. A byte order mark must have been taken off.
 * @throws {YamlFault}
 */
export function readYaml11Events(text: string): YamlEvents {
  try {
    return withoutTabs(readYamlEvents(text))
  } catch (error) {
    const spaced = error instanceof YamlFault ? withBlanks(text) : undefined
    if (spaced === undefined) throw error
    try {
      return { text, events: spaced.restore(withoutTabs(readYamlEvents(spaced.text)).events) }
    } catch {
      // what is wrong with it was told before, and where it stands
      throw error
    }
  }
}

function withoutTabs(source: YamlEvents): YamlEvents {
  const tab = misplacedTab(source)
  if (tab === undefined) return source
  throw new YamlFault('a tab may stand in quotes and comments only; use blanks', tab)
}

/**
 * Reads a file of ZTPServer's; undefined when it is empty.
 * @throws {YamlFault}
 */
export function readYaml11(text: string): SourceNode | undefined {
  return readYamlDocument(readYaml11Events(text), yaml11)
}
