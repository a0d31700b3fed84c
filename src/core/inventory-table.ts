/**
 * One inventory file, parsed: its switches, `defaults` and `groups`, and where each of them stands.
 * @module
 */
import { type JsonPairs, scanJsonPairs, spanWidth } from './json-scan.ts'
import { JsonSyntaxError, parseJsonTree } from './json-text.ts'
import { Problem, type ProblemCode } from './problem.ts'
import {
  byteOrderMarkLength,
  type Data,
  type Dictionary,
  isDictionary,
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

/** In an entry these are identifiers, taken from the source text even where they look like numbers. */
export const identifierKeys: ReadonlySet<string> = new Set(['mac', 'serial', 'hostname', 'model'])

/** How many numbers describe a pair in `spans`. */
export const tableSpanWidth = 3

const maxWarnings = 100

/** The format a file name stands for; undefined when it is none that an inventory can have. */
export function inventoryFormat(fileName: string): InventoryFormat | undefined {
  if (/\.json$/i.test(fileName)) return 'json'
  return /\.ya?ml$/i.test(fileName) ? 'yaml' : undefined
}

/** Tells that a pair is known already, so that its value need not be made: its entry is {@link knownEntry}. */
export type IsKnownPair = (ordinal: number, keyStart: number, valueStart: number, end: number) => boolean

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
  if (source.bytes.length === 0) {
    throw new Problem('inventory-empty', 'the file is empty', {
      at: { file: source.file },
      fix: 'write {} for an inventory without switches',
    })
  }
  return format === 'json' ? parseJsonInventory(source, isKnownPair) : parseYamlInventory(source, isKnownPair)
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
        throw this.problem('inventory-duplicate-section', `"${key}" stands twice in this file`, offset, key)
      }
      if (key === 'defaults') this.defaults = section
      else this.groups = section
      this.entries.push(undefined)
      return
    }
    this.entries.push({ id: key, value })
  }

  warn(code: ProblemCode, message: string, offset: number, fix: string): void {
    if (this.warnings.length >= maxWarnings) return
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
        : Object.entries(dictionary).map(([name, variables]) => ({ name: `groups.${name}`, variables }))
    for (const { name, variables } of layers) {
      if (variables !== null && !isDictionary(variables)) {
        throw this.problem('inventory-shape', `the group must be a mapping of variables`, offset, name)
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
  const { bytes } = source
  const pairs = scanJsonPairs(bytes, byteOrderMarkLength(bytes))
  const builder = new TableBuilder(source)
  if ('message' in pairs) throw scanProblem(source, builder, pairs)
  const spans = new Uint32Array(pairs.count * tableSpanWidth)
  for (let ordinal = 0; ordinal < pairs.count; ordinal++) {
    const keyStart = pairs.spans[ordinal * spanWidth] ?? 0
    const valueStart = pairs.spans[ordinal * spanWidth + 1] ?? 0
    const end = pairs.spans[ordinal * spanWidth + 2] ?? 0
    spans[ordinal * tableSpanWidth] = keyStart
    spans[ordinal * tableSpanWidth + 1] = valueStart
    spans[ordinal * tableSpanWidth + 2] = end
    const key = jsonKey(source, builder, keyStart, valueStart)
    if (!isSection(key) && isKnownPair?.(ordinal, keyStart, valueStart, end) === true) {
      builder.entries.push(knownEntry)
      const text = source.text(valueStart, end)
      if (lossyNumber.test(text)) inspectNode(parseJsonTree(text), (place) => valueStart + byteLength(text, place), builder)
      continue
    }
    builder.add(key, jsonEntry(source, builder, pairs, ordinal), keyStart)
  }
  return builder.table('json', spans, false)
}

function scanProblem(
  source: SourceText,
  builder: TableBuilder,
  fault: { message: string; offset: number; reason: 'syntax' | 'shape' },
): Problem {
  if (fault.reason === 'shape') return shapeProblem(builder, fault.message, fault.offset)
  // the scan looks for borders only; the parser knows better what is wrong, unless the text is too large to bother
  if (source.bytes.length < 4_000_000) {
    const start = byteOrderMarkLength(source.bytes)
    const text = source.text(start, source.bytes.length)
    try {
      parseJsonTree(text)
    } catch (error) {
      if (error instanceof JsonSyntaxError) {
        return syntaxProblem(builder, error.message, start + byteLength(text, error.offset))
      }
      throw error
    }
  }
  return syntaxProblem(builder, fault.message, fault.offset)
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
  return builder.problem('inventory-syntax', message, offset, undefined, 'mend the syntax; the last good version stays in force')
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

// a number right behind ":" "," or "[" of which a JavaScript number would lose digits
const lossyNumber = /[:,[]\s*-?\d(?:\d{14}|\d*\.\d*0\s*[\]},\r\n]|[\d.]*[eE])/

function jsonEntry(source: SourceText, builder: TableBuilder, pairs: JsonPairs, ordinal: number): Data {
  const keyStart = pairs.spans[ordinal * spanWidth] ?? 0
  const valueStart = pairs.spans[ordinal * spanWidth + 1] ?? 0
  const end = pairs.spans[ordinal * spanWidth + 2] ?? 0
  const pairsInside = pairs.spans[ordinal * spanWidth + 3] ?? 0
  const text = source.text(valueStart, end)
  let value: Data
  try {
    value = JSON.parse(text) as Data
  } catch {
    const offset = (place: number) => valueStart + byteLength(text, place)
    try {
      parseJsonTree(text)
    } catch (error) {
      if (error instanceof JsonSyntaxError) throw syntaxProblem(builder, error.message, offset(error.offset))
    }
    throw syntaxProblem(builder, 'not JSON', keyStart)
  }
  if (countPairs(value) === pairsInside && !lossyNumber.test(text)) return value
  const tree = parseJsonTree(text)
  inspectNode(tree, (place) => valueStart + byteLength(text, place), builder)
  return nodeValue(tree)
}

function countPairs(value: Data): number {
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

/** Refuses keys that stand twice and warns of numbers that print otherwise than they are written. */
function inspectNode(node: SourceNode, offset: (place: number) => number, builder: TableBuilder): void {
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
  } else if (node.text !== undefined && typeof node.value === 'number' && isVersionLike(node.text)) {
    warnVersionLike(builder, node.text, offset(node.start))
  }
}

function warnVersionLike(builder: TableBuilder, text: string, offset: number): void {
  builder.warn(
    'version-like-number',
    `${text} is a number and prints as ${Number(text)}`,
    offset,
    `write "${text}" in quotes if it is a version or a text`,
  )
}

function parseYamlInventory(source: SourceText, isKnownPair?: IsKnownPair): InventoryTable {
  const start = byteOrderMarkLength(source.bytes)
  const text = source.text(start, source.bytes.length)
  const builder = new TableBuilder(source)
  const toBytes = byteOffsets(text, start, source.bytes.length)
  const spans: number[] = []
  try {
    const seen = { empty: true, aliases: false }
    Object.assign(
      seen,
      readYamlPairs(readYamlEvents(text), identifierKeys, {
        pair: (pair) => {
          const [keyStart, valueStart, end] = [pair.keyStart, pair.valueStart, pair.end].map(toBytes) as [number, number, number]
          const ordinal = spans.length / tableSpanWidth
          spans.push(keyStart, valueStart, end)
          const known = !isSection(pair.key) && isKnownPair?.(ordinal, keyStart, valueStart, end) === true
          if (known) builder.entries.push(knownEntry)
          else builder.add(pair.key, pair.value, keyStart)
        },
        lossyNumber: (number, offset) => {
          if (isVersionLike(number)) warnVersionLike(builder, number, toBytes(offset))
        },
      }),
    )
    if (seen.empty) {
      throw builder.problem('inventory-empty', 'the file holds nothing', start, undefined, 'write {} for an inventory without switches')
    }
    return builder.table('yaml', Uint32Array.from(spans), seen.aliases)
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    const offset = toBytes(error.offset)
    throw error.reason === 'shape'
      ? shapeProblem(builder, error.message, offset)
      : syntaxProblem(builder, error.message, offset)
  }
}

/** How many bytes the first `characters` UTF-16 units of a text take in UTF-8. */
function byteLength(text: string, characters: number): number {
  let bytes = 0
  for (let at = 0; at < characters; at++) {
    const unit = text.charCodeAt(at)
    // each half of a surrogate pair counts for two of the four bytes
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return bytes
}

/** A function from character offsets to byte offsets, quick for ASCII and for offsets that grow. */
function byteOffsets(text: string, start: number, end: number): (characters: number) => number {
  if (text.length === end - start) return (characters) => start + characters
  let lastCharacters = 0
  let lastBytes = start
  return (characters) => {
    if (characters < lastCharacters) return start + byteLength(text, characters)
    lastBytes += byteLength(text.slice(lastCharacters, characters), characters - lastCharacters)
    lastCharacters = characters
    return lastBytes
  }
}
