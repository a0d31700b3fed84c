/**
 * YAML with the places kept: one pass over the parser's events builds either plain values (fast, for loading) or nodes with
 * their places (when somebody asks where a value stands).
 * @module
 */
import { type Event, getScalarValue, parseEvents, YAMLException } from 'js-yaml'
import { type Data, maxDepth, type SourceNode, type SourcePair, setOwn } from './source-text.ts'
import { plainScalarValue } from './yaml-scalar.ts'

/** What is wrong with a YAML text, and at which character. */
export class YamlFault extends Error {
  override readonly name = 'YamlFault'
  readonly offset: number
  readonly reason: 'syntax' | 'shape'
  constructor(message: string, offset: number, reason: 'syntax' | 'shape' = 'syntax') {
    super(message)
    this.offset = offset
    this.reason = reason
  }
}

/** A text of which the events are known, ready to be built from. */
export interface YamlEvents {
  readonly text: string
  readonly events: readonly Event[]
}

const document = 1
const sequence = 2
const mapping = 3
const scalar = 4
const alias = 5
const pop = 6
const plainStyle = 1

/** Aliases may make one entry at most this large: `&a [*b, *b, …]` in ten lines can mean a billion values. */
export const maxExpandedNodes = 200_000

/**
 * Splits a text into events. A byte order mark must have been taken off.
 * @throws {YamlFault}
 */
export function readYamlEvents(text: string): YamlEvents {
  try {
    return { text, events: parseEvents(text, { maxDepth: maxDepth + 2 }) }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const deep = error.reason.includes('maxDepth')
    const message = deep ? `nested deeper than ${maxDepth} levels` : error.reason
    throw new YamlFault(message, error.mark?.position ?? 0, deep ? 'shape' : 'syntax')
  }
}

/** How values are made; two makers exist, for plain data and for nodes with places. */
interface Maker<Value, Building> {
  scalar(value: Data, start: number, text: string | undefined): Value
  list(items: Value[], start: number): Value
  begin(start: number): Building
  has(building: Building, key: string): boolean
  add(building: Building, key: string, keyStart: number, value: Value): void
  finish(building: Building): Value
  /** The pairs of a finished dictionary, for `<<`; undefined when it is none. */
  pairs(value: Value): Iterable<readonly [string, number, Value]> | undefined
}

const dataMaker: Maker<Data, Record<string, Data>> = {
  scalar: (value) => value,
  list: (items) => items,
  begin: () => ({}),
  has: (building, key) => Object.hasOwn(building, key),
  add: (building, key, _keyStart, value) => setOwn(building, key, value),
  finish: (building) => building,
  pairs: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([key, item]) => [key, 0, item as Data] as const)
      : undefined,
}

interface BuildingNode {
  readonly start: number
  readonly keys: Set<string>
  readonly pairs: SourcePair[]
}

const nodeMaker: Maker<SourceNode, BuildingNode> = {
  scalar: (value, start, text) => ({ kind: 'scalar', start, value, text }),
  list: (items, start) => ({ kind: 'list', start, items }),
  begin: (start) => ({ start, keys: new Set(), pairs: [] }),
  has: (building, key) => building.keys.has(key),
  add: (building, key, keyStart, value) => {
    building.keys.add(key)
    building.pairs.push({ key, keyStart, value })
  },
  finish: (building) => ({ kind: 'dictionary', start: building.start, pairs: building.pairs }),
  pairs: (value) =>
    value.kind === 'dictionary'
      ? value.pairs.map((pair) => [pair.key, pair.keyStart, pair.value] as const)
      : undefined,
}

/** One pair of the top-level mapping. `end` is where the next pair's key, or the text, begins. */
export interface YamlTopPair {
  readonly key: string
  readonly keyStart: number
  readonly valueStart: number
  readonly end: number
  readonly value: Data
}

/** What the reader of the top-level mapping is told besides its pairs. */
export interface YamlListener {
  pair(pair: YamlTopPair): void
  /** A number whose text says more than its value: `4.30`. */
  lossyNumber(text: string, offset: number): void
}

/**
 * Reads the top-level mapping of a document, pair by pair. In the value of a pair the scalars under `identifierKeys` are taken
 * from the source text, whatever they look like. Of a top-level key that stands twice both pairs are told.
 * @returns false when the document is empty; `aliases` tells whether `*name` or `<<` was used
 * @throws {YamlFault}
 */
export function readYamlPairs(
  source: YamlEvents,
  identifierKeys: ReadonlySet<string>,
  listener: YamlListener,
): { empty: boolean; aliases: boolean } {
  const builder = new Builder(source, dataMaker, identifierKeys, listener)
  const empty = builder.topLevel(listener)
  return { empty, aliases: builder.aliases }
}

/**
 * Reads a whole document as nodes with places; undefined when it is empty.
 * @throws {YamlFault}
 */
export function readYamlTree(
  source: YamlEvents,
  identifierKeys: ReadonlySet<string>,
): SourceNode | undefined {
  return new Builder(source, nodeMaker, identifierKeys, undefined).whole()
}

/** An anchored value; undefined while it is being built, which an alias inside of it would notice. */
interface Anchored<Value> {
  readonly value: Value | undefined
  readonly size: number
}

class Builder<Value, Building> {
  aliases = false
  private at = 0
  private size = 0
  private readonly anchors = new Map<string, Anchored<Value>>()
  private readonly text: string
  private readonly events: readonly Event[]
  private readonly make: Maker<Value, Building>
  private readonly identifierKeys: ReadonlySet<string>
  private readonly listener: Pick<YamlListener, 'lossyNumber'> | undefined

  constructor(
    source: YamlEvents,
    make: Maker<Value, Building>,
    identifierKeys: ReadonlySet<string>,
    listener: Pick<YamlListener, 'lossyNumber'> | undefined,
  ) {
    this.text = source.text
    this.events = source.events
    this.make = make
    this.identifierKeys = identifierKeys
    this.listener = listener
  }

  whole(): SourceNode | Value | undefined {
    return this.enterDocument() ? this.value(0, false) : undefined
  }

  topLevel(listener: { pair(pair: YamlTopPair): void }): boolean {
    if (!this.enterDocument()) return true
    const root = this.next()
    if (root.type === scalar && root.style === plainStyle && getScalarValue(this.text, root) === '') {
      return true
    }
    if (root.type !== mapping) {
      const what = root.type === sequence ? 'a list' : 'a single value'
      throw new YamlFault(`the file holds ${what}`, offsetOf(root), 'shape')
    }
    let pending: Omit<YamlTopPair, 'end'> | undefined
    const tell = (end: number) => {
      if (pending !== undefined) listener.pair({ ...pending, end })
    }
    while (this.peek().type !== pop) {
      const keyEvent = this.peek()
      const key = this.key()
      const keyStart = offsetOf(keyEvent)
      tell(keyStart)
      if (key === '<<') throw new YamlFault('"<<" merges into an entry, not into the file', keyStart, 'shape')
      this.size = 0
      const valueStart = offsetOf(this.peek())
      const value = this.value(1, false) as Data
      pending = { key, keyStart, valueStart, value }
    }
    tell(this.text.length)
    this.at++
    this.leaveDocument()
    return false
  }

  private peek(): Event {
    const event = this.events[this.at]
    if (event === undefined) throw new YamlFault('the text ends too early', this.text.length)
    return event
  }

  private next(): Event {
    const event = this.peek()
    this.at++
    return event
  }

  private enterDocument(): boolean {
    if (this.events[this.at]?.type !== document) return false
    this.at++
    return this.peek().type !== pop
  }

  private leaveDocument(): void {
    this.at++
    const further = this.events[this.at + 1]
    if (further !== undefined) {
      const offset = further.type === pop ? this.text.length : offsetOf(further)
      throw new YamlFault('a second document begins; one file holds one document', offset, 'shape')
    }
  }

  private count(nodes: number, offset: number): void {
    this.size += nodes
    if (this.size > maxExpandedNodes) {
      throw new YamlFault(
        `with its aliases written out this entry has more than ${maxExpandedNodes} values`,
        offset,
        'shape',
      )
    }
  }

  private value(depth: number, identifier: boolean): Value {
    const event = this.next()
    this.count(1, 0)
    switch (event.type) {
      case alias:
        return this.aliased(event)
      case scalar: {
        const anchor = this.anchorName(event)
        const value = this.scalarValue(event, identifier)
        if (anchor !== undefined) this.anchors.set(anchor, { value, size: 1 })
        return value
      }
      case sequence:
      case mapping: {
        const anchor = this.anchorName(event)
        const before = this.size
        if (anchor !== undefined) this.anchors.set(anchor, { value: undefined, size: 0 })
        this.refuseTag(event, event.type === sequence ? 'seq' : 'map')
        const value = event.type === sequence ? this.list(event, depth) : this.dictionary(event, depth)
        if (anchor !== undefined) this.anchors.set(anchor, { value, size: this.size - before })
        return value
      }
      default:
        throw new YamlFault('a value is missing', this.text.length)
    }
  }

  private list(event: Event & { start: number }, depth: number): Value {
    const items: Value[] = []
    while (this.peek().type !== pop) items.push(this.value(depth + 1, false))
    this.at++
    return this.make.list(items, event.start)
  }

  private dictionary(event: Event & { start: number }, depth: number): Value {
    const building = this.make.begin(event.start)
    const merges: { value: Value; offset: number }[] = []
    while (this.peek().type !== pop) {
      const keyEvent = this.peek()
      const key = this.key()
      const keyStart = offsetOf(keyEvent)
      if (key === '<<' && keyEvent.type === scalar && keyEvent.style === plainStyle) {
        this.aliases = true
        merges.push({ value: this.value(depth + 1, false), offset: keyStart })
        continue
      }
      if (this.make.has(building, key)) {
        throw new YamlFault(`the key ${JSON.stringify(key)} stands twice in one mapping`, keyStart)
      }
      const value = this.value(depth + 1, depth === 1 && this.identifierKeys.has(key))
      this.make.add(building, key, keyStart, value)
    }
    this.at++
    for (const merge of merges) this.merge(building, merge.value, merge.offset)
    return this.make.finish(building)
  }

  /** `<<`: keys that are there already win, and of several mappings the earlier one. */
  private merge(building: Building, value: Value, offset: number): void {
    const given = this.make.pairs(value)
    const sources = given === undefined && Array.isArray(value) ? (value as Value[]) : [value]
    for (const source of sources) {
      const pairs = this.make.pairs(source)
      if (pairs === undefined) throw new YamlFault('"<<" takes a mapping or a list of mappings', offset)
      for (const [key, keyStart, item] of pairs) {
        if (!this.make.has(building, key)) this.make.add(building, key, keyStart, item)
      }
    }
  }

  private key(): string {
    const event = this.next()
    if (event.type === alias) {
      const text = this.text.slice(event.anchorStart, event.anchorEnd)
      throw new YamlFault(`the alias *${text} as a key; write the key out`, offsetOf(event))
    }
    if (event.type !== scalar) throw new YamlFault('a key must be a single word or text', offsetOf(event))
    this.refuseTag(event, 'str')
    return getScalarValue(this.text, event)
  }

  private aliased(event: Event & { anchorStart: number; anchorEnd: number }): Value {
    this.aliases = true
    const name = this.text.slice(event.anchorStart, event.anchorEnd)
    const anchored = this.anchors.get(name)
    if (anchored === undefined) {
      throw new YamlFault(`the alias *${name} has no anchor &${name} before it`, event.anchorStart)
    }
    if (anchored.value === undefined) {
      throw new YamlFault(`the alias *${name} stands inside of its own anchor`, event.anchorStart)
    }
    this.count(anchored.size, event.anchorStart)
    return anchored.value
  }

  private anchorName(event: { anchorStart: number; anchorEnd: number }): string | undefined {
    if (event.anchorStart < 0) return undefined
    return this.text.slice(event.anchorStart, event.anchorEnd)
  }

  private scalarValue(event: Event & { type: 4 }, identifier: boolean): Value {
    const text = getScalarValue(this.text, event)
    const start = offsetOf(event)
    const tagged = this.refuseTag(event, 'str')
    if (event.style !== plainStyle || tagged) return this.make.scalar(text, start, undefined)
    const value = plainScalarValue(text)
    if (typeof value === 'number' && !identifier && this.listener !== undefined) {
      if (String(value) !== text && text.includes('.')) this.listener.lossyNumber(text, start)
    }
    return this.make.scalar(identifier && value !== null ? text : value, start, text)
  }

  /** Lets the one tag pass that says what the value is anyway; true when it is there. */
  private refuseTag(event: { tagStart: number; tagEnd: number }, allowed: string): boolean {
    if (event.tagStart < 0) return false
    const tag = this.text.slice(event.tagStart, event.tagEnd)
    if (tag === `!!${allowed}` || tag === '!') return true
    if (tag === '!vault') {
      throw new YamlFault('an Ansible Vault value (!vault) cannot be decrypted here', event.tagStart, 'shape')
    }
    throw new YamlFault(`the tag ${tag} is not supported`, event.tagStart, 'shape')
  }
}

function offsetOf(event: Event): number {
  switch (event.type) {
    case scalar:
      if (event.valueStart < 0) return Math.max(event.anchorStart, event.tagStart, 0)
      return isQuoted(event.style) ? event.valueStart - 1 : event.valueStart
    case sequence:
    case mapping:
      return event.start
    case alias:
      return event.anchorStart
    default:
      return 0
  }
}

function isQuoted(style: number): boolean {
  return style === 2 || style === 3
}
