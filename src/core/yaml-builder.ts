/**
 * One pass over the events of a YAML parser: values, anchors and aliases, merges, and their bounds.
 * @module
 */
import { type Event, getScalarValue } from 'js-yaml'
import { type Data, maxDepth } from './source-text.ts'
import {
  alias,
  type CollectionEvent,
  document,
  isBlock,
  isQuoted,
  mapping,
  type Properties,
  plainStyle,
  pop,
  type ScalarEvent,
  scalar,
  sequence,
  startOf,
  type YamlEvents,
} from './yaml-events.ts'
import type { Maker } from './yaml-makers.ts'
import type { YamlDialect } from './yaml-scalar.ts'

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

/** Aliases may add this many values to one entry: `&a [*b, *b, …]` in ten lines can mean a billion. */
export const maxExpandedNodes = 1_000_000

/** Aliases may add this many values to a whole file. */
export const maxExpandedNodesInFile = 100_000_000

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

/** An anchored value; undefined while it is being built, which an alias inside of it would notice. */
interface Anchored<Value> {
  readonly value: Value | undefined
  /** How many values it is made of, those that its own aliases stand for included. */
  readonly size: number
  /** How many levels it has below its own. */
  readonly height: number
}

// as deep as the parser lets a text go, so that aliases do not go deeper
const maxValueDepth = maxDepth + 1

export class Builder<Value, Building> {
  aliases = false
  private at = 0
  /** Where the text read so far ends; an empty value stands there. */
  private place = 0
  private size = 0
  private expanded = 0
  private expandedInFile = 0
  private deepest = 0
  private readonly anchors = new Map<string, Anchored<Value>>()
  private readonly text: string
  private readonly events: readonly Event[]
  private readonly make: Maker<Value, Building>
  private readonly dialect: YamlDialect
  private readonly identifierKeys: ReadonlySet<string>
  private readonly listener: Pick<YamlListener, 'lossyNumber'> | undefined

  constructor(
    source: YamlEvents,
    make: Maker<Value, Building>,
    dialect: YamlDialect,
    identifierKeys: ReadonlySet<string>,
    listener: Pick<YamlListener, 'lossyNumber'> | undefined,
  ) {
    this.text = source.text
    this.events = source.events
    this.make = make
    this.dialect = dialect
    this.identifierKeys = identifierKeys
    this.listener = listener
  }

  /** The document as one value, whatever it is; undefined when there is nothing in it. */
  document(): Value | undefined {
    if (this.events[0]?.type !== document) return undefined
    this.at = 1
    const root = this.peek()
    const empty =
      root.type === scalar && root.style === plainStyle && getScalarValue(this.text, root) === ''
    const value = this.value(0, false)
    this.leaveDocument()
    return empty ? undefined : value
  }

  /** Tells the pairs of the document, which must be a mapping; true when there is nothing in it. */
  topLevel(tell: (pair: Omit<YamlTopPair, 'value'> & { value: Value }) => void): boolean {
    if (this.events[0]?.type !== document) return true
    this.at = 1
    const root = this.next()
    if (
      root.type === scalar &&
      root.style === plainStyle &&
      getScalarValue(this.text, root) === ''
    ) {
      this.leaveDocument()
      return true
    }
    if (root.type !== mapping) {
      const what = root.type === sequence ? 'a list' : 'a single value'
      throw new YamlFault(`the file holds ${what}`, this.placeOf(root), 'shape')
    }
    this.hasTag(root, 'map')
    this.place = root.start
    let pending: (Omit<YamlTopPair, 'end' | 'value'> & { value: Value }) | undefined
    while (this.peek().type !== pop) {
      const keyStart = this.placeOf(this.peek())
      const key = this.key()
      if (pending !== undefined) tell({ ...pending, end: keyStart })
      if (key === '<<')
        throw new YamlFault('"<<" merges into an entry, not into the file', keyStart, 'shape')
      this.expanded = 0
      const valueStart = this.placeOf(this.peek())
      pending = { key, keyStart, valueStart, value: this.value(1, false) }
    }
    this.at++
    this.place = Math.max(this.place, root.start + 1)
    this.leaveDocument()
    if (pending !== undefined) tell({ ...pending, end: this.text.length })
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

  private leaveDocument(): void {
    this.at++
    if (this.events[this.at] === undefined) return
    const markers = this.text.slice(this.place).matchAll(/^---/gm)
    // nothing was read of an empty document, not even its own marker
    if (this.place === 0) markers.next()
    const offset = this.place + (markers.next().value?.index ?? 0)
    throw new YamlFault('a second document begins; one file holds one document', offset, 'shape')
  }

  private value(depth: number, identifier: boolean): Value {
    const event = this.next()
    this.size++
    if (depth > this.deepest) this.deepest = depth
    switch (event.type) {
      case alias:
        return this.aliased(event, depth)
      case scalar: {
        const value = this.scalarValue(event, identifier)
        if (event.anchorStart >= 0)
          this.anchors.set(this.anchorName(event), { value, size: 1, height: 0 })
        return value
      }
      case sequence:
      case mapping:
        return event.anchorStart < 0 ? this.collection(event, depth) : this.anchored(event, depth)
      default:
        throw new YamlFault('a value is missing', this.text.length)
    }
  }

  private anchored(event: CollectionEvent & Properties, depth: number): Value {
    const name = this.anchorName(event)
    const { size, deepest } = this
    this.anchors.set(name, { value: undefined, size: 0, height: 0 })
    this.deepest = depth
    const value = this.collection(event, depth)
    this.anchors.set(name, { value, size: this.size - size, height: this.deepest - depth })
    this.deepest = Math.max(deepest, this.deepest)
    return value
  }

  private collection(event: CollectionEvent & Properties, depth: number): Value {
    this.place = event.start
    if (event.type === sequence) {
      this.hasTag(event, 'seq')
      return this.list(event, depth)
    }
    this.hasTag(event, 'map')
    return this.dictionary(event, depth)
  }

  private list(event: CollectionEvent, depth: number): Value {
    const items: Value[] = []
    while (this.peek().type !== pop) items.push(this.value(depth + 1, false))
    this.at++
    return this.make.list(items, event.start)
  }

  private dictionary(event: CollectionEvent, depth: number): Value {
    const building = this.make.begin(event.start)
    // keys that came by "<<" and may be stated once more
    let merged: Set<string> | undefined
    while (this.peek().type !== pop) {
      const keyEvent = this.peek()
      const keyStart = this.placeOf(keyEvent)
      const key = this.key()
      if (key === '<<' && keyEvent.type === scalar && keyEvent.style === plainStyle) {
        this.aliases = true
        merged ??= new Set()
        this.merge(building, this.value(depth, false), keyStart, merged)
        continue
      }
      const isRepeated = this.make.has(building, key) && merged?.delete(key) !== true
      if (isRepeated && this.dialect.repeatedKeys === 'refuse') {
        throw new YamlFault(`the key ${JSON.stringify(key)} stands twice in one mapping`, keyStart)
      }
      const value = this.value(depth + 1, depth === 1 && this.identifierKeys.has(key))
      this.make.set(building, key, keyStart, value)
    }
    this.at++
    return this.make.finish(building)
  }

  /** `<<`: keys of the mapping itself win, and of several mappings the earlier one. */
  private merge(building: Building, value: Value, offset: number, merged: Set<string>): void {
    for (const source of this.make.items(value) ?? [value]) {
      const pairs = this.make.pairs(source)
      if (pairs === undefined)
        throw new YamlFault('"<<" takes a mapping or a list of mappings', offset)
      for (const [key, keyStart, item] of pairs) {
        if (this.make.has(building, key)) continue
        this.make.set(building, key, keyStart, item)
        merged.add(key)
      }
    }
  }

  private key(): string {
    const event = this.next()
    if (event.type === alias) {
      const name = this.text.slice(event.anchorStart, event.anchorEnd)
      throw new YamlFault(`the alias *${name} as a key; write the key out`, this.placeOf(event))
    }
    if (event.type !== scalar)
      throw new YamlFault('a key must be a single word or text', this.placeOf(event))
    const tagged = this.scalarTag(event) !== undefined
    const text = getScalarValue(this.text, event)
    const isPlain = event.style === plainStyle && !tagged
    const key = isPlain && text !== '<<' ? this.dialect.plainKey(text) : text
    if (event.anchorStart >= 0) {
      const value = this.make.scalar(key, this.placeOf(event), undefined)
      this.anchors.set(this.anchorName(event), { value, size: 1, height: 0 })
    }
    this.passScalar(event)
    return key
  }

  private aliased(event: Event & { type: typeof alias }, depth: number): Value {
    this.aliases = true
    this.place = event.anchorEnd
    const name = this.text.slice(event.anchorStart, event.anchorEnd)
    const anchored = this.anchors.get(name)
    const fault = (message: string, reason: 'syntax' | 'shape' = 'syntax') =>
      new YamlFault(message, this.placeOf(event), reason)
    if (anchored === undefined) throw fault(`the alias *${name} has no anchor &${name} before it`)
    if (anchored.value === undefined)
      throw fault(`the alias *${name} stands inside of its own anchor`)
    const level = depth + anchored.height
    if (level > maxValueDepth) throw fault(`nested deeper than ${maxDepth} levels`, 'shape')
    this.deepest = Math.max(this.deepest, level)
    this.size += anchored.size
    this.expanded += anchored.size
    this.expandedInFile += anchored.size
    if (this.expanded > maxExpandedNodes) {
      throw fault(
        `the aliases of this entry stand for more than ${maxExpandedNodes} values`,
        'shape',
      )
    }
    if (this.expandedInFile > maxExpandedNodesInFile) {
      throw fault(
        `the aliases of this file stand for more than ${maxExpandedNodesInFile} values`,
        'shape',
      )
    }
    return anchored.value
  }

  private anchorName(event: { anchorStart: number; anchorEnd: number }): string {
    return this.text.slice(event.anchorStart, event.anchorEnd)
  }

  private scalarValue(event: ScalarEvent, identifier: boolean): Value {
    const text = this.textOf(event)
    const start = this.placeOf(event)
    this.passScalar(event)
    const tag = this.scalarTag(event)
    if (tag === 'str' || (event.style !== plainStyle && tag === undefined))
      return this.make.scalar(text, start, undefined)
    const value = this.dialect.plain(text)
    if (typeof value === 'number' && !identifier && this.listener !== undefined) {
      if (String(value) !== text && text.includes('.')) this.listener.lossyNumber(text, start)
    }
    return identifier && value !== null
      ? this.make.scalar(text, start, undefined)
      : this.make.scalar(value, start, text)
  }

  private textOf(event: ScalarEvent): string {
    const text = getScalarValue(this.text, event)
    const isUnended = event.valueEnd === this.text.length && !/[\r\n]$/.test(this.text)
    const isKept = this.dialect.unendedLine === 'ended' || !isUnended
    return isKept || !isBlock(event.style) ? text : text.replace(/\n$/, '')
  }

  /** What a tag makes of a scalar: text, or what it looks like; undefined where there is no tag. */
  private scalarTag(event: Properties): 'str' | 'plain' | undefined {
    const tag = this.text.slice(event.tagStart, event.tagEnd)
    if (event.tagStart >= 0 && this.dialect.plainTags.has(tag)) return 'plain'
    return this.hasTag(event, 'str') ? 'str' : undefined
  }

  /** Lets the one tag pass that says what the value is anyway; true when it is there. */
  private hasTag(event: Properties, allowed: string): boolean {
    if (event.tagStart < 0) return false
    const tag = this.text.slice(event.tagStart, event.tagEnd)
    if (tag === `!!${allowed}` || tag === '!') return true
    if (tag === '!vault') {
      throw new YamlFault(
        'an Ansible Vault value (!vault) cannot be decrypted here; write what it stands for',
        event.tagStart,
        'shape',
      )
    }
    throw new YamlFault(`the tag ${tag} is not supported; leave it out`, event.tagStart, 'shape')
  }

  private passScalar(event: ScalarEvent): void {
    if (event.valueEnd >= 0)
      this.place = isQuoted(event.style) ? event.valueEnd + 1 : event.valueEnd
    else this.place = Math.max(this.place, event.anchorEnd, event.tagEnd)
  }

  private placeOf(event: Event): number {
    return startOf(event) ?? this.place
  }
}
