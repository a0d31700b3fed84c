/**
 * One inventory file, parsed: its switches, `defaults` and `groups`, and where each of them stands.
 * @module
 */
import { type ScanFault, scanJsonPairs, spanWidth } from './json-scan.ts'
import { JsonSyntaxError, parseJsonTree } from './json-text.ts'
import { Problem, type ProblemCode } from './problem.ts'
import {
  byteOffsets,
  byteOrderMarkLength,
  type Data,
  type Dictionary,
  isDictionary,
  isTooPrecise,
  isVersionLike,
  locate,
  nodeValue,
  type SourceNode,
  type SourceText,
} from './source-text.ts'
import { readYamlEvents, readYamlPairs, YamlFault } from './yaml-text.ts'

/** A switch as its file states it. `id` is the key as it was written. */
export interface SwitchEntry {
  readonly id: string
  readonly value: Data
}

/** A file's content. Pairs are counted in the order of the file, `defaults` and `groups` among them. */
export interface InventoryTable {
  readonly source: SourceText
  readonly format: InventoryFormat
  /** Per pair: where the key, the value and what follows it begin, as byte offsets. */
  readonly spans: Uint32Array<ArrayBuffer>
  /** Per pair; undefined for `defaults` and `groups`. */
  readonly entries: readonly (SwitchEntry | undefined)[]
  readonly defaults: Section | undefined
  /** Group name → its variables. */
  readonly groups: Section | undefined
  /** True when an entry's meaning may depend on text outside of it (YAML anchors). */
  readonly entangled: boolean
  /** Warnings; what is an error is thrown. */
  readonly warnings: readonly Problem[]
}

export type InventoryFormat = 'json' | 'yaml'

/** A reserved key of the top level: its value and its place. */
export interface Section {
  readonly value: Dictionary
  readonly ordinal: number
}

/** Right in an entry these are identifiers, taken from the source text even where they look like numbers. */
export const identifierKeys: ReadonlySet<string> = new Set(['mac', 'serial', 'hostname', 'model'])
const identifierList = [...identifierKeys]

/** How many numbers describe a pair in `spans`. */
export const tableSpanWidth = 3

const maxWarnings = 100

/** The format a file name stands for; undefined when it is none that an inventory can have. */
export function inventoryFormat(fileName: string): InventoryFormat | undefined {
  if (/\.json$/i.test(fileName)) return 'json'
  return /\.ya?ml$/i.test(fileName) ? 'yaml' : undefined
}

/** Tells that a pair is known already, so that its value need not be made: its entry is {@link knownEntry}. */
export type IsKnownPair = (
  ordinal: number,
  keyStart: number,
  valueStart: number,
  end: number,
) => boolean

/** Stands in a table for the entry of a known pair. */
export const knownEntry: SwitchEntry = { id: '', value: null }

/**
 * Parses one inventory file. The bytes must be valid UTF-8.
 * @throws {Problem} `inventory-empty`, `inventory-syntax`, `inventory-shape`
 */
export function parseInventory(
  source: SourceText,
  format: InventoryFormat,
  isKnownPair?: IsKnownPair,
): InventoryTable {
  if (source.bytes.length === 0) throw emptyProblem(source, 'the file is empty')
  return format === 'json'
    ? parseJsonInventory(source, isKnownPair)
    : parseYamlInventory(source, isKnownPair)
}

function emptyProblem(source: SourceText, message: string): Problem {
  return new Problem('inventory-empty', message, {
    at: { file: source.file },
    fix: 'write {} for an inventory without switches',
  })
}

/** Collects pairs in the order of the file; shared by both formats. */
class TableBuilder {
  readonly entries: (SwitchEntry | undefined)[] = []
  readonly warnings: Problem[] = []
  private defaults: Section | undefined
  private groups: Section | undefined
  private readonly source: SourceText

  constructor(source: SourceText) {
    this.source = source
  }

  add(key: string, value: Data, offset: number): void {
    if (isSection(key)) {
      const section = this.section(key, value, offset)
      if ((key === 'defaults' ? this.defaults : this.groups) !== undefined) {
        throw this.problem(
          'inventory-duplicate-section',
          `"${key}" stands twice in this file`,
          offset,
          key,
        )
      }
      if (key === 'defaults') this.defaults = section
      else this.groups = section
      this.entries.push(undefined)
      return
    }
    this.entries.push({ id: key, value })
  }

  /** Warns of a decimal that a template would print otherwise than it is written. */
  checkDecimal(text: string, offset: () => number): void {
    if (this.warnings.length >= maxWarnings) return
    const printed = Number(text)
    const fix = `write "${text}" in quotes if it is a version or a text`
    if (isVersionLike(text)) {
      this.warn(
        'version-like-number',
        `${text} is a number and prints as ${printed}`,
        offset(),
        fix,
      )
    } else if (isTooPrecise(text)) {
      this.warn(
        'number-precision',
        `${text} has more digits than a number holds and prints as ${printed}`,
        offset(),
        fix,
      )
    }
  }

  private warn(code: ProblemCode, message: string, offset: number, fix: string): void {
    this.warnings.push(new Problem(code, message, { at: locate(this.source, offset), fix }))
  }

  problem(code: ProblemCode, message: string, offset: number, key?: string, fix?: string): Problem {
    return new Problem(code, message, { at: locate(this.source, offset), key, fix })
  }

  table(
    format: InventoryFormat,
    spans: Uint32Array<ArrayBuffer>,
    entangled: boolean,
  ): InventoryTable {
    return {
      source: this.source,
      format,
      spans,
      entries: this.entries,
      defaults: this.defaults,
      groups: this.groups,
      entangled,
      warnings: this.warnings,
    }
  }

  private section(key: string, value: Data, offset: number): Section {
    const dictionary = value === null ? {} : value
    const what = key === 'defaults' ? 'variables' : 'groups'
    if (!isDictionary(dictionary)) {
      throw this.problem('inventory-shape', `"${key}" must be a mapping of ${what}`, offset, key)
    }
    const layers =
      key === 'defaults'
        ? [{ name: key, variables: dictionary }]
        : Object.entries(dictionary).map(([name, variables]) => ({
            name: `groups.${name}`,
            variables,
          }))
    for (const { name, variables } of layers) {
      if (variables !== null && !isDictionary(variables)) {
        throw this.problem(
          'inventory-shape',
          `the group must be a mapping of variables`,
          offset,
          name,
        )
      }
      const reserved = variables === null ? undefined : reservedName(variables)
      if (reserved !== undefined) {
        throw this.problem(
          'variable-reserved',
          `"${reserved}" cannot be a variable: the template has another meaning for it`,
          offset,
          `${name}.${reserved}`,
          'rename it',
        )
      }
    }
    return { value: dictionary, ordinal: this.entries.length }
  }
}

function isSection(key: string): boolean {
  return key === 'defaults' || key === 'groups'
}

/** The first variable whose name templates use for something else: `sw`, `switch`, `server`. */
export function reservedName(variables: Dictionary): string | undefined {
  return ['sw', 'switch', 'server'].find((name) => Object.hasOwn(variables, name))
}

function parseJsonInventory(source: SourceText, isKnownPair?: IsKnownPair): InventoryTable {
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

function shapeProblem(builder: TableBuilder, message: string, offset: number): Problem {
  return builder.problem(
    'inventory-shape',
    message,
    offset,
    undefined,
    'the top level is a mapping of system MACs or serial numbers, each with its variables',
  )
}

function syntaxProblem(builder: TableBuilder, message: string, offset: number): Problem {
  return builder.problem(
    'inventory-syntax',
    message,
    offset,
    undefined,
    'mend the syntax; the last good version stays in force',
  )
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

function parseYamlInventory(source: SourceText, isKnownPair?: IsKnownPair): InventoryTable {
  const start = byteOrderMarkLength(source.bytes)
  const text = source.text(start, source.bytes.length)
  const builder = new TableBuilder(source)
  const toBytes = byteOffsets(text, start, source.bytes.length)
  const spans: number[] = []
  try {
    const { empty, aliases } = readYamlPairs(readYamlEvents(text), identifierKeys, {
      pair: (pair) => {
        const ordinal = spans.length / tableSpanWidth
        const keyStart = toBytes(pair.keyStart)
        const valueStart = toBytes(pair.valueStart)
        const end = toBytes(pair.end)
        spans.push(keyStart, valueStart, end)
        const known =
          !isSection(pair.key) && isKnownPair?.(ordinal, keyStart, valueStart, end) === true
        if (known) builder.entries.push(knownEntry)
        else builder.add(pair.key, pair.value, keyStart)
      },
      lossyNumber: (number, offset) => builder.checkDecimal(number, () => toBytes(offset)),
    })
    if (empty) throw emptyProblem(source, 'the file holds nothing')
    return builder.table('yaml', Uint32Array.from(spans), aliases)
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    const offset = toBytes(error.offset)
    throw error.reason === 'shape'
      ? shapeProblem(builder, error.message, offset)
      : syntaxProblem(builder, error.message, offset)
  }
}
