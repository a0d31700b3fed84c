/**
 * Writes plain data as YAML 1.1 the way PyYAML over libyaml does, character for character.
 * @module
 */
import { PyDate } from '../python/date.ts'
import { asNumber, numberText } from '../python/number.ts'
import { PyDict, Undefined } from '../python/values.ts'
import { checkDepth, checkItems } from './bounds.ts'
import { FilterError } from './filter.ts'
import { sortByKey } from './key-order.ts'
import { needsQuotes, notationsOf } from './yaml-scalar.ts'
import { YamlWriter } from './yaml-writer.ts'

export interface YamlStyle {
  /** How many columns a level is indented, from 2 to 9. */
  readonly indent: number
  /** The column after which lines are folded. */
  readonly width: number
  readonly sortKeys: boolean
  /** Which collections are written in brackets: all, none, or those that hold scalars only. */
  readonly flow: 'all' | 'none' | 'leaves'
  readonly explicitStart: boolean
  readonly explicitEnd: boolean
}

type Context = 'root' | 'sequence' | 'value' | 'key'

// above this length a key is announced with "?"
const MAX_SIMPLE_KEY_BYTES = 128

/**
 * The YAML text of `value`, with a line end at its end.
 * @throws {FilterError} for undefined anywhere in it, and when it is too large or too deep
 */
export function emitYaml(filter: string, value: unknown, style: YamlStyle): string {
  const writer = new YamlWriter(filter, style.width)
  const anchors = findAnchors(filter, value, sortedEntries)
  const written = new Set<unknown>()
  let flowLevel = 0

  if (style.explicitStart) writer.writeIndicator('---', { afterSpace: true })
  emitNode(value, 'root')
  writer.writeIndent()
  if (style.explicitEnd) {
    writer.writeIndicator('...', { afterSpace: true })
    writer.writeIndent()
  }
  return writer.text

  function emitNode(node: unknown, context: Context): void {
    const anchor = anchors.get(node)
    if (anchor !== undefined) {
      writer.writeIndicator(`${written.has(node) ? '*' : '&'}${anchor}`, { afterSpace: true })
      if (written.has(node)) return
      written.add(node)
    }
    if (Array.isArray(node)) emitSequence(node, context)
    else if (node instanceof PyDict) emitMapping(node)
    else indented(true, false, () => emitScalar(node, context))
  }

  function isFlow(items: readonly unknown[]): boolean {
    if (flowLevel > 0 || items.length === 0 || style.flow === 'all') return true
    return style.flow === 'leaves' && items.every((item) => !isCollection(item))
  }

  function indented(isFlowStyle: boolean, indentless: boolean, emitItems: () => void): void {
    const { indent } = writer
    if (indent < 0) writer.indent = isFlowStyle ? style.indent : 0
    else if (!indentless) writer.indent += style.indent
    emitItems()
    writer.indent = indent
  }

  function emitSequence(items: readonly unknown[], context: Context): void {
    if (isFlow(items)) {
      emitFlow('[', ']', items, (item) => emitNode(item, 'sequence'))
      return
    }
    indented(false, context === 'value' && !writer.isAtIndention, () => {
      for (const item of items) {
        writer.writeIndent()
        writer.writeIndicator('-', { afterSpace: true, isIndention: true })
        emitNode(item, 'sequence')
      }
    })
  }

  function emitMapping(dict: PyDict): void {
    const entries = sortedEntries(dict)
    if (isFlow([...dict.values()])) {
      emitFlow('{', '}', entries, ([key, item]) => emitEntry(key, item))
      return
    }
    indented(false, false, () => {
      for (const [key, item] of entries) {
        writer.writeIndent()
        emitEntry(key, item)
      }
    })
  }

  function sortedEntries(dict: PyDict): [unknown, unknown][] {
    const entries = dict.entries()
    return style.sortKeys ? sortByKey(filter, entries) : entries
  }

  function emitFlow<T>(
    open: string,
    close: string,
    items: readonly T[],
    emitItem: (item: T) => void,
  ): void {
    writer.writeIndicator(open, { afterSpace: true, isSpace: true })
    flowLevel++
    indented(true, false, () => {
      for (const [index, item] of items.entries()) {
        if (index > 0) writer.writeIndicator(',')
        if (writer.isPastWidth) writer.writeIndent()
        emitItem(item)
      }
    })
    flowLevel--
    writer.writeIndicator(close)
  }

  function emitEntry(key: unknown, item: unknown): void {
    const isSimple =
      typeof key === 'string'
        ? !notationsOf(key).multiline && Buffer.byteLength(key) <= MAX_SIMPLE_KEY_BYTES
        : !isCollection(key)
    if (isSimple) {
      emitNode(key, 'key')
      writer.writeIndicator(':')
    } else {
      writer.writeIndicator('?', { afterSpace: true, isIndention: flowLevel === 0 })
      emitNode(key, 'value')
      if (flowLevel === 0 || writer.isPastWidth) writer.writeIndent()
      writer.writeIndicator(':', { afterSpace: true, isIndention: flowLevel === 0 })
    }
    emitNode(item, 'value')
  }

  function emitScalar(node: unknown, context: Context): void {
    if (typeof node !== 'string') {
      writer.writePlain(scalarText(filter, node), context !== 'key')
      return
    }
    const notations = notationsOf(node)
    const mayFold = context !== 'key'
    const allowsPlain =
      flowLevel > 0
        ? notations.flowPlain
        : notations.blockPlain && !(node === '' && context === 'key')
    if (allowsPlain && !needsQuotes(node)) writer.writePlain(node, mayFold)
    else if (notations.singleQuoted && !(context === 'key' && notations.multiline)) {
      writer.writeSingleQuoted(node, mayFold)
    } else writer.writeDoubleQuoted(node, mayFold)
  }
}

function isCollection(value: unknown): boolean {
  return Array.isArray(value) || value instanceof PyDict
}

function scalarText(filter: string, value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  const number = asNumber(value)
  if (number !== undefined) {
    if (Number.isNaN(number)) return '.nan'
    if (typeof number === 'number' && !Number.isFinite(number)) return number > 0 ? '.inf' : '-.inf'
    const text = numberText(number)
    // YAML 1.1 wants a point in what it is to read as a float
    return text.includes('.') ? text : text.replace('e', '.0e')
  }
  if (value === undefined || value instanceof Undefined)
    throw new FilterError(`${filter}: the value holds something undefined`)
  if (value instanceof PyDate) return value.print()
  throw new FilterError(`${filter}: a value of type ${typeof value} cannot be written`)
}

/** A name for each collection that stands in more than one place; PyYAML writes it once and refers to it. */
function findAnchors(
  filter: string,
  value: unknown,
  entriesOf: (dict: PyDict) => [unknown, unknown][],
): ReadonlyMap<unknown, string> {
  const seen = new Set<unknown>()
  const anchors = new Map<unknown, string>()
  let items = 0
  visit(value, 0)
  return anchors

  function visit(node: unknown, depth: number): void {
    checkItems(filter, ++items)
    if (!isCollection(node)) return
    checkDepth(filter, depth)
    if (seen.has(node)) {
      if (!anchors.has(node)) anchors.set(node, `id${String(anchors.size + 1).padStart(3, '0')}`)
      return
    }
    seen.add(node)
    if (Array.isArray(node)) for (const item of node) visit(item, depth + 1)
    else if (node instanceof PyDict) {
      for (const [, item] of entriesOf(node)) visit(item, depth + 1)
    }
  }
}
