/**
 * Makes a pool of the pairs that a reader finds in a text.
 * @module
 */
import { HolderIndex, holderKey } from './holder-index.ts'
import { PoolText, type Unusual } from './pool-text.ts'
import type { Problem } from './problem.ts'
import { ResourcePool, repeated } from './resource-pool.ts'

/** One pair of a pool's text, as a reader finds it. */
export interface PoolPair {
  readonly value: string
  /** Undefined where the value is free. */
  readonly holder: string | undefined
  /** The text from the end of the pair before to this one's place. */
  readonly gap: string
  /** The holder as it is written; empty where nothing is. */
  readonly place: string
  /** What must stand around another holder that is written here. */
  readonly around?: { readonly before: string; readonly after: string }
  /** The anchor that the holder is an alias of, by the number of its pair. */
  readonly aliasOf?: number | undefined
}

/** Takes the pairs of a text in their order, and makes a pool of them. */
export class PoolBuilder {
  private readonly values: string[] = []
  private readonly indexes = new Map<string, number>()
  private readonly holders: (string | undefined)[] = []
  private readonly held = new HolderIndex()
  private readonly gaps: string[] = []
  private readonly places: string[] = []
  private readonly unusual = new Map<number, Unusual>()
  private readonly head: string
  private heldValues = 0

  /** `head` is what stands before the text that is read: a byte order mark, or nothing. */
  constructor(head: string) {
    this.head = head
  }

  /** How many pairs it was told. */
  get size(): number {
    return this.values.length
  }

  /** Gives the number of the pair. */
  add(pair: PoolPair): number {
    const { value, holder, gap, place, around, aliasOf } = pair
    const at = this.values.length
    this.values.push(value)
    this.gaps.push(at === 0 ? this.head + gap : gap)
    this.places.push(place)
    if (around !== undefined) this.unusualAt(at).around = around
    if (aliasOf !== undefined) {
      this.unusualAt(at).aliasOf = aliasOf
      this.unusualAt(aliasOf).aliases.set(at, holder)
    }
    const first = this.indexes.get(value)
    if (first === undefined) {
      this.indexes.set(value, at)
      this.holders.push(holder)
      if (holder !== undefined) this.hold(at, holder)
    } else {
      this.holders.push(repeated)
      this.repeat(first, at, holder)
    }
    return at
  }

  /** `isUsual`: all of the text is in the layout that the quick reader reads. */
  finish(
    tail: string,
    warnings: () => readonly Problem[],
    { isUsual }: { readonly isUsual: boolean },
  ): ResourcePool {
    const { values, indexes, holders, held, gaps, places, unusual, heldValues } = this
    const text = new PoolText(gaps, places, this.size === 0 ? this.head + tail : tail, unusual)
    return new ResourcePool({ warnings, values, indexes, holders, held, text, heldValues, isUsual })
  }

  private hold(index: number, holder: string): void {
    this.held.add(holderKey(holder), index)
    this.heldValues++
  }

  private repeat(first: number, at: number, holder: string | undefined): void {
    const before = this.holders[first]
    const unusual = this.unusualAt(first)
    unusual.pairs ??= [{ at: first, held: before !== undefined }]
    unusual.pairs.push({ at, held: holder !== undefined })
    if (holder === undefined) return
    if (before !== undefined) {
      this.held.remove(holderKey(before), first)
      this.heldValues--
    }
    this.holders[first] = holder
    this.hold(first, holder)
  }

  private unusualAt(at: number): Unusual {
    const known = this.unusual.get(at)
    if (known !== undefined) return known
    const made: Unusual = { around: undefined, aliasOf: undefined, aliases: new Map() }
    this.unusual.set(at, made)
    return made
  }
}
