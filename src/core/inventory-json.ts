/**
 * An inventory file in JSON → its table. Entries are parsed one by one.
 * @module
 */
import {
  type InventoryTable,
  type IsKnownPair,
  identifierKeys,
  knownEntry,
  tableSpanWidth,
} from './inventory-table.ts'
import { type ScanFault, scanJsonPairs, spanWidth } from './json-scan.ts'
import { JsonSyntaxError, parseJsonTree } from './json-text.ts'
import type { Problem } from './problem.ts'
import {
  byteOffsets,
  byteOrderMarkLength,
  type Data,
  type Dictionary,
  isDictionary,
  nodeValue,
  type SourceNode,
  type SourceText,
} from './source-text.ts'
import {
  emptyProblem,
  isSection,
  shapeProblem,
  syntaxProblem,
  TableBuilder,
} from './table-builder.ts'

const identifierList = [...identifierKeys]

export function parseJsonInventory(source: SourceText, isKnownPair?: IsKnownPair): InventoryTable {
  const builder = new TableBuilder(source)
  const pairs = scanJsonPairs(source.bytes, byteOrderMarkLength(source.bytes))
  const fault = 'message' in pairs ? pairs : undefined
  const spans = new Uint32Array(pairs.count * tableSpanWidth)
  for (let ordinal = 0; ordinal < pairs.count; ordinal++) {
    const at = ordinal * spanWidth
    const keyStart = pairs.spans[at] ?? 0
    const valueStart = pairs.spans[at + 1] ?? 0
    const end = pairs.spans[at + 2] ?? 0
    const pairsInside = pairs.spans[at + 3] ?? 0
    const points = pairs.spans[at + 4] ?? 0
    spans[ordinal * tableSpanWidth] = keyStart
    spans[ordinal * tableSpanWidth + 1] = valueStart
    spans[ordinal * tableSpanWidth + 2] = end
    const key = jsonKey(source, builder, keyStart, valueStart)
    if (!isSection(key) && isKnownPair?.(ordinal, keyStart, valueStart, end) === true) {
      builder.entries.push(knownEntry)
      // its value is known, its warnings are not
      if (points > 0 && oddDecimal.test(source.text(valueStart, end)))
        jsonTree(source, builder, valueStart, end)
    } else {
      builder.add(key, jsonValue(source, builder, valueStart, end, pairsInside, points), keyStart)
    }
  }
  // only now: a syntax error inside of an entry before it is what made the scan stumble
  if (fault !== undefined) throw scanProblem(source, builder, fault)
  return builder.table('json', spans, false)
}

function scanProblem(source: SourceText, builder: TableBuilder, fault: ScanFault): Problem {
  const { bytes } = source
  const start = byteOrderMarkLength(bytes)
  const scanned = fault.count === 0 ? start : (fault.spans[(fault.count - 1) * spanWidth + 2] ?? 0)
  // the scan looks for borders only; the parser knows better what is wrong
  const before = fault.count === 0 ? '' : '{"":0'
  let end = Math.min(bytes.length, scanned + 4_000_000)
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  const text = source.text(scanned, end)
  if (fault.count === 0 && text.trim() === '') return emptyProblem(source, 'the file holds nothing')
  let { reason } = fault
  try {
    parseJsonTree(before + text)
    // it is JSON, but no object
    reason = 'shape'
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const place = error.offset - before.length
    const cut = end < bytes.length && place > text.length - 1000
    if (reason === 'syntax' && !cut) {
      return syntaxProblem(builder, error.message, byteOffsets(text, scanned, end)(place))
    }
  }
  return reason === 'shape'
    ? shapeProblem(builder, fault.message, fault.offset)
    : syntaxProblem(builder, fault.message, fault.offset)
}

function jsonKey(source: SourceText, builder: TableBuilder, start: number, end: number): string {
  const text = source.text(start, end)
  const token = text.slice(0, text.lastIndexOf('"') + 1)
  try {
    return JSON.parse(token) as string
  } catch {
    throw syntaxProblem(builder, 'a key with a bad escape or a control character', start)
  }
}

function jsonValue(
  source: SourceText,
  builder: TableBuilder,
  valueStart: number,
  end: number,
  pairsInside: number,
  points: number,
): Data {
  const text = source.text(valueStart, end)
  let value: Data
  try {
    value = JSON.parse(text) as Data
  } catch {
    throw jsonFault(source, builder, valueStart, end)
  }
  const odd = points > 0 && oddDecimal.test(text)
  const exact = !odd && countPairs(value) === pairsInside && !hasBareIdentifier(value)
  return exact ? value : nodeValue(jsonTree(source, builder, valueStart, end))
}

// a decimal that ends in 0, or is long; it may turn out to be inside of a string
const oddDecimal = /[:,[]\s*-?(?:\d+\.\d*0(?!\d)|[\d.]{16})/

/** Reads a value once more, with places; tells what a fast reading would not notice. */
function jsonTree(
  source: SourceText,
  builder: TableBuilder,
  valueStart: number,
  end: number,
): SourceNode {
  const text = source.text(valueStart, end)
  const tree = parseJsonTree(text, identifierKeys)
  inspectNode(tree, byteOffsets(text, valueStart, end), builder)
  return tree
}

function jsonFault(
  source: SourceText,
  builder: TableBuilder,
  valueStart: number,
  end: number,
): Problem {
  // as a member, with the "," or "}" that follows: a missing value is told as what is there instead
  const before = '{"":'
  const text = source.text(valueStart, end + 1)
  try {
    parseJsonTree(before + text)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const offset = byteOffsets(text, valueStart, end + 1)
    return syntaxProblem(builder, error.message, offset(error.offset - before.length))
  }
  return syntaxProblem(builder, 'not JSON', valueStart)
}

/** How many pairs there are inside a value; NaN when it holds a number that JavaScript cannot hold exactly. */
function countPairs(value: Data): number {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? 0 : Number.NaN
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly Data[]) count += countPairs(item)
    return count
  }
  // for…in is the fastest walk; JSON.parse makes plain objects only
  for (const key in value) count += 1 + countPairs((value as Dictionary)[key] ?? null)
  return count
}

/** Whether an identifier is not in quotes, so that it may be written otherwise than it would print. */
function hasBareIdentifier(value: Data): boolean {
  if (!isDictionary(value)) return false
  return identifierList.some(
    (key) => typeof value[key] === 'number' || typeof value[key] === 'boolean',
  )
}

/** Refuses keys that stand twice and warns of numbers that print otherwise than they are written. */
function inspectNode(
  node: SourceNode,
  offset: (place: number) => number,
  builder: TableBuilder,
): void {
  if (node.kind === 'list') {
    for (const item of node.items) inspectNode(item, offset, builder)
  } else if (node.kind === 'dictionary') {
    const seen = new Set<string>()
    for (const pair of node.pairs) {
      if (seen.has(pair.key)) {
        throw syntaxProblem(
          builder,
          `the key ${JSON.stringify(pair.key)} stands twice in one mapping`,
          offset(pair.keyStart),
        )
      }
      seen.add(pair.key)
      inspectNode(pair.value, offset, builder)
    }
  } else if (typeof node.value === 'number' && node.text?.includes('.')) {
    builder.checkDecimal(node.text, () => offset(node.start))
  }
}
