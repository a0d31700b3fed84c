/**
 * Reads pools of any layout from the events of a YAML parser.
 * @module
 */
import { type Event, getScalarValue } from 'js-yaml'
import type { PoolBuilder, PoolPair } from './pool-builder.ts'
import { isFreePlain } from './pool-holder.ts'
import type { TellText } from './pool-lines.ts'
import { Problem } from './problem.ts'
import { textPlaces } from './text-places.ts'
import { YamlFault } from './yaml-builder.ts'
import { readYaml11Events } from './yaml11.ts'

/** Reads `text`, without a byte order mark, into a builder; gives where the last place ends. @throws {Problem} `pool-syntax`, `pool-shape` */
export function readPoolEvents(
  file: string,
  text: string,
  builder: PoolBuilder,
  tellText: TellText,
): number {
  try {
    refuseStrangers(text)
    return new EventReader(text, readYaml11Events(text).events, builder, tellText).read()
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    const syntax = error.reason === 'syntax'
    throw new Problem(syntax ? 'pool-syntax' : 'pool-shape', error.message, {
      at: textPlaces(file, text)(error.offset),
      fix: syntax ? undefined : 'write one "value: null" a line',
      cause: error,
    })
  }
}

// YAML 1.1 ends lines at some characters that are ordinary ones in 1.2, and PyYAML refuses what is not printable
const strangers = /[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

function refuseStrangers(text: string): void {
  const offset = text.search(strangers)
  if (offset === -1) return
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0')
  throw new YamlFault(`the character U+${code} is not allowed in YAML 1.1`, offset)
}

const kind = { document: 1, sequence: 2, mapping: 3, scalar: 4, alias: 5, pop: 6 } as const
const plainStyle = 1
const flowStyle = 2
const blockStyles: ReadonlySet<number> = new Set([4, 5])

type Scalar = Extract<Event, { type: 4 }>

/** What an anchor stands for; `pair` where it is the holder of one. */
interface Anchored {
  readonly holder: string | undefined
  readonly text: string
  readonly pair: number | undefined
}

class EventReader {
  private at = 0
  /** Where the nodes read so far end. */
  private place = 0
  /** Where the last place ended. */
  private gapStart = 0
  private flow = false
  /** Remembered: looking for one to the end of the text at every pair would take hours. */
  private nextTab = -1
  private readonly anchors = new Map<string, Anchored>()
  private readonly text: string
  private readonly lineBreak: string
  private readonly events: readonly Event[]
  private readonly builder: PoolBuilder
  private readonly tellText: TellText

  constructor(text: string, events: readonly Event[], builder: PoolBuilder, tellText: TellText) {
    this.text = text
    this.lineBreak = text.includes('\r\n') ? '\r\n' : '\n'
    this.events = events
    this.builder = builder
    this.tellText = tellText
  }

  read(): number {
    this.at = 1
    const root = this.events[1]
    if (this.events[0] === undefined || root === undefined || this.isNothing(root)) {
      throw new YamlFault('the pool is empty', 0, 'shape')
    }
    if (root.type !== kind.mapping) {
      const what = root.type === kind.sequence ? 'a list' : 'a single value'
      throw new YamlFault(`the pool is ${what}, not a mapping`, this.begin(root), 'shape')
    }
    this.flow = root.style === flowStyle
    this.pass(root.start)
    this.at = 2
    while (this.events[this.at]?.type !== kind.pop) this.pair()
    this.refuseTabs(this.place, this.text.length)
    this.at += 2
    const second = this.events[this.at]
    if (second !== undefined) {
      const marker = this.text.slice(this.place).search(/^---/m)
      const offset = this.place + Math.max(0, marker)
      throw new YamlFault('a second document begins; a pool is one', offset, 'shape')
    }
    return this.gapStart
  }

  private isNothing(root: Event): boolean {
    if (root.type === kind.pop) return true
    return root.type === kind.scalar && root.style === plainStyle && this.valueOf(root) === ''
  }

  private pair(): void {
    const keyEvent = this.next()
    const keyBegin = this.begin(keyEvent)
    const value = this.key(keyEvent, keyBegin)
    this.pass(keyBegin, this.endOf(keyEvent))
    const keyEnd = this.place
    const event = this.next()
    if (event.type === kind.alias) this.aliased(value, event)
    else if (event.type === kind.scalar) this.held(value, event, keyBegin, keyEnd)
    else throw new YamlFault('a holder must be a text or null', this.begin(event), 'shape')
  }

  private key(event: Event, begin: number): string {
    let value: string
    if (event.type === kind.alias) {
      value = this.anchorOf(event).text
    } else if (event.type === kind.scalar) {
      value = this.valueOf(event)
      if (event.style === plainStyle && value === '<<') {
        throw new YamlFault('"<<" merges mappings; a pool is a single one', begin, 'shape')
      }
      this.refuseTabsIn(event)
      this.remember(event, { holder: value, text: value, pair: undefined })
    } else {
      throw new YamlFault('a value of a pool must be a text', begin, 'shape')
    }
    if (value === '') throw new YamlFault('a value of the pool is empty', begin, 'shape')
    return value
  }

  private aliased(value: string, event: Event & { type: typeof kind.alias }): void {
    const { holder, pair } = this.anchorOf(event)
    const begin = this.begin(event)
    const end = this.endOf(event)
    this.pass(begin, end)
    this.add({ value, holder, ...this.cut(begin, end), aliasOf: pair })
  }

  private held(value: string, event: Scalar, keyBegin: number, keyEnd: number): void {
    const text = this.valueOf(event)
    const tag = event.tagStart < 0 ? '' : this.slice(event.tagStart, event.tagEnd)
    const isPlain = event.style === plainStyle && (tag === '' || tag === '!!null')
    const begin = event.valueStart < 0 && !hasProperties(event) ? keyEnd : this.begin(event)
    const holder =
      tag === '!!null' || (isPlain && isFreePlain(text))
        ? undefined
        : this.tellText(value, text, begin)
    this.refuseTabsIn(event)
    const pair = this.builder.size
    this.remember(event, { holder, text, pair })
    if (blockStyles.has(event.style)) this.addBlock(value, holder, event, keyEnd)
    else if (event.valueStart < 0 && !hasProperties(event)) {
      this.addNothing(value, keyBegin, keyEnd)
    } else {
      const end = this.endOf(event)
      this.pass(begin, end)
      const around = hasProperties(event)
        ? { before: this.anchorText(event), after: '' }
        : undefined
      this.add({ value, holder, ...this.cut(begin, end), ...(around !== undefined && { around }) })
    }
  }

  /** `key: |`: another holder takes the place of the indicator and of the lines below; a comment between them stays. */
  private addBlock(value: string, holder: string | undefined, event: Scalar, keyEnd: number): void {
    let indicator = hasProperties(event) ? this.propertiesEnd(event) : keyEnd
    while (!/[|>]/.test(this.text.charAt(indicator))) {
      indicator = this.text.charAt(indicator) === '#' ? this.lineEnd(indicator) : indicator + 1
    }
    const begin = hasProperties(event) ? this.begin(event) : indicator
    const [header = ''] = /^[|>][-+0-9]*/.exec(this.text.slice(indicator, indicator + 4)) ?? []
    const after = this.text.slice(indicator + header.length, this.lineEnd(indicator) + 1)
    const contentStart = indicator + header.length + after.length
    const end = Math.max(contentStart, event.valueEnd < 0 ? 0 : event.valueEnd)
    this.pass(begin)
    this.place = end
    const around = { before: this.anchorText(event), after }
    this.add({ value, holder, ...this.cut(begin, end), around })
  }

  /** A key with nothing for a holder: `key:`, or in some layouts the key alone. */
  private addNothing(value: string, keyBegin: number, keyEnd: number): void {
    const next = this.skip(keyEnd)
    if (this.text.charAt(next) === ':') {
      this.pass(next, next + 1)
      this.add({ value, holder: undefined, ...this.cut(next + 1, next + 1) })
      return
    }
    if (this.flow) {
      const around = { before: ': ', after: '' }
      this.add({ value, holder: undefined, ...this.cut(keyEnd, keyEnd), around })
      return
    }
    // "? key": the holder goes on a line of its own, as far in as the question mark is
    const lineStart = this.text.lastIndexOf('\n', keyBegin - 1) + 1
    const mark = this.text.lastIndexOf('?', keyBegin)
    const [indent = ''] = /^ */.exec(this.text.slice(lineStart, mark)) ?? []
    const end = this.lineEnd(keyEnd)
    const place = this.text.charAt(end - 1) === '\r' ? end - 1 : end
    this.pass(place)
    const around = { before: `${this.lineBreak}${indent}: `, after: '' }
    this.add({ value, holder: undefined, ...this.cut(place, place), around })
  }

  private add(pair: PoolPair): void {
    this.builder.add(pair)
  }

  private cut(begin: number, end: number): Pick<PoolPair, 'gap' | 'place'> {
    const gap = this.text.slice(this.gapStart, begin)
    this.gapStart = end
    return { gap, place: this.text.slice(begin, end) }
  }

  private next(): Event {
    const event = this.events[this.at++]
    if (event === undefined) throw new YamlFault('the text ends too early', this.text.length)
    return event
  }

  private remember(event: Scalar, anchored: Anchored): void {
    if (event.anchorStart < 0) return
    this.anchors.set(this.slice(event.anchorStart, event.anchorEnd), anchored)
  }

  private anchorOf(event: Event & { type: typeof kind.alias }): Anchored {
    const name = this.slice(event.anchorStart, event.anchorEnd)
    const anchored = this.anchors.get(name)
    if (anchored !== undefined) return anchored
    throw new YamlFault(`the alias *${name} has no anchor &${name} before it`, this.begin(event))
  }

  /** The anchor as it must stand before another holder; a tag would give that one a type. */
  private anchorText(event: Scalar): string {
    return event.anchorStart < 0 ? '' : `&${this.slice(event.anchorStart, event.anchorEnd)} `
  }

  private valueOf(event: Scalar): string {
    const value = getScalarValue(this.text, event)
    // YAML 1.1 adds no line break at the end of the file, where 1.2 does
    const atEnd = blockStyles.has(event.style) && event.valueEnd === this.text.length
    return atEnd && !this.text.endsWith('\n') ? value.replace(/\n$/, '') : value
  }

  private slice(from: number, to: number): string {
    return this.text.slice(from, to)
  }

  private begin(event: Event): number {
    switch (event.type) {
      case kind.scalar: {
        const value = event.valueStart - (isQuoted(event) ? 1 : 0)
        const starts = [event.anchorStart - 1, event.tagStart, value].filter((each) => each >= 0)
        return starts.length === 0 ? this.place : Math.min(...starts)
      }
      case kind.alias:
        return event.anchorStart - 1
      case kind.mapping:
      case kind.sequence:
        return event.start
      default:
        return this.place
    }
  }

  private endOf(event: Event): number {
    if (event.type === kind.alias) return event.anchorEnd
    if (event.type !== kind.scalar) return this.place
    if (event.valueEnd >= 0) return event.valueEnd + (isQuoted(event) ? 1 : 0)
    return hasProperties(event) ? this.propertiesEnd(event) : this.place
  }

  private propertiesEnd(event: Scalar): number {
    return Math.max(event.anchorEnd, event.tagEnd)
  }

  /** Goes on to the node between two offsets. */
  private pass(begin: number, end = begin): void {
    this.refuseTabs(this.place, begin)
    this.place = Math.max(this.place, end)
  }

  /** Passes white space and comments. */
  private skip(from: number): number {
    let at = from
    for (;;) {
      const character = this.text.charAt(at)
      if (character === '#' && at > from) at = this.lineEnd(at)
      else if (character !== '' && ' \t\r\n'.includes(character)) at++
      else return at
    }
  }

  private lineEnd(from: number): number {
    const end = this.text.indexOf('\n', from)
    return end === -1 ? this.text.length : end
  }

  /** Tabs may stand in comments and in quotes only: PyYAML refuses them everywhere else. */
  private refuseTabs(from: number, to: number): void {
    if (this.nextTab < from) this.nextTab = this.tabFrom(from)
    while (this.nextTab < to) {
      const lineStart = Math.max(from, this.text.lastIndexOf('\n', this.nextTab) + 1)
      if (!/(?:^|\s)#/.test(this.text.slice(lineStart, this.nextTab))) throw tabFault(this.nextTab)
      this.nextTab = this.tabFrom(this.lineEnd(this.nextTab))
    }
  }

  private tabFrom(from: number): number {
    const tab = this.text.indexOf('\t', from)
    return tab === -1 ? this.text.length : tab
  }

  private refuseTabsIn(event: Scalar): void {
    if (event.style !== plainStyle || event.valueStart < 0) return
    const tab = this.slice(event.valueStart, event.valueEnd).indexOf('\t')
    if (tab !== -1) throw tabFault(event.valueStart + tab)
  }
}

function tabFault(offset: number): YamlFault {
  return new YamlFault('a tab may stand in quotes and comments only; use blanks', offset)
}

function isQuoted(event: Scalar): boolean {
  return event.style === 2 || event.style === 3
}

function hasProperties(event: Scalar): boolean {
  return event.anchorStart >= 0 || event.tagStart >= 0
}
