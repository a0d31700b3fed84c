/**
 * A resource pool: its values with their holders, and its text, of which only the places of holders ever change.
 *
 * Every pair of the file is kept as the text before its holder (`gap`) and the holder as it is written (`place`), so that comments,
 * order and layout cannot get lost. The text is given in blocks, and only blocks with a changed place are made anew: that is what
 * keeps an allocation from a pool of a million values cheap.
 *
 * A value that stands several times is one value: it is held as soon as one of its pairs has a holder, by the last one.
 * @module
 */
import { type HolderIndex, holderKey } from './holder-index.ts'
import { readPart } from './pool-part.ts'
import { PoolText } from './pool-text.ts'
import type { Problem } from './problem.ts'

/** A value with its holder, undefined where it is free. */
export interface PoolEntry {
  readonly value: string
  readonly holder: string | undefined
}

// an empty text is free, so it cannot be a holder: it marks a pair whose value stands in an earlier pair already
export const repeated = ''

/** Changes in memory only; {@link ResourcePool.chunks} gives the text to save. One that could not be saved must be thrown away. */
export class ResourcePool {
  /** What is worth a look in the text (`pool-holder-text`). */
  readonly warnings: () => readonly Problem[]
  private readonly values: readonly string[]
  private readonly indexes: ReadonlyMap<string, number>
  private readonly holders: (string | undefined)[]
  private readonly held: HolderIndex
  private readonly text: PoolText
  /** No value before this one is free. */
  private firstFree = 0
  private heldValues: number
  private readonly isUsual: boolean

  constructor(parts: PoolParts) {
    this.warnings = parts.warnings
    this.values = parts.values
    this.indexes = parts.indexes
    this.holders = parts.holders
    this.held = parts.held
    this.text = parts.text
    this.heldValues = parts.heldValues
    this.isUsual = parts.isUsual
  }

  /** How many values there are, and how many of them are held. */
  get counts(): { readonly values: number; readonly held: number } {
    return { values: this.indexes.size, held: this.heldValues }
  }

  /** Every value once, in file order. */
  entries(): PoolEntry[] {
    const entries: PoolEntry[] = []
    for (const [value, index] of this.indexes) entries.push({ value, holder: this.holders[index] })
    return entries
  }

  /** The first value in file order that one of the ids holds. MACs are compared in any notation and case, other ids as they are. */
  heldBy(ids: readonly string[]): string | undefined {
    let first: number | undefined
    for (const id of ids) {
      const index = this.held.first(holderKey(id))
      if (index !== undefined && (first === undefined || index < first)) first = index
    }
    return first === undefined ? undefined : this.values[first]
  }

  /** Gives the first free value in file order to `id`; undefined when there is none. */
  take(id: string): string | undefined {
    const index = this.holders.indexOf(undefined, this.firstFree)
    if (index === -1) {
      this.firstFree = this.holders.length
      return undefined
    }
    this.firstFree = index + 1
    this.hold(index, id)
    this.text.hold(index, id)
    return this.values[index]
  }

  /** The holder of a value; undefined where it is free or not there. */
  holderOf(value: string): string | undefined {
    const index = this.indexes.get(value)
    return index === undefined ? undefined : this.holders[index]
  }

  /** Frees one value; gives those that were held. */
  releaseValue(value: string): string[] {
    const index = this.indexes.get(value)
    return index === undefined || !this.free(index) ? [] : [value]
  }

  /** Frees all values that one of the ids holds; gives them in file order. */
  releaseHeldBy(ids: readonly string[]): string[] {
    const indexes = new Set(ids.flatMap((id) => this.held.all(holderKey(id))))
    const released: string[] = []
    for (const index of [...indexes].sort((a, b) => a - b)) {
      this.free(index)
      released.push(this.values[index] ?? '')
    }
    return released
  }

  /** Frees all values; gives how many were held. */
  clear(): number {
    const before = this.heldValues
    for (const index of this.indexes.values()) this.free(index)
    return before
  }

  /** A pool of its own that begins with this one's holders. It has no text to save. */
  fork(): ResourcePool {
    const { warnings, values, indexes, heldValues, isUsual } = this
    const holders = this.holders.slice()
    const held = this.held.copy()
    const text = new PoolText([], [], '', new Map())
    const fork = new ResourcePool({
      warnings,
      values,
      indexes,
      holders,
      held,
      text,
      heldValues,
      isUsual,
    })
    fork.firstFree = this.firstFree
    return fork
  }

  /**
   * Becomes the pool of another text, if that differs in little but holders: much sooner than it could be read. False, and unchanged,
   * for anything else.
   */
  follow(bytes: Uint8Array): boolean {
    const part = this.isUsual ? this.text.difference(bytes) : undefined
    const pairs = part === undefined ? undefined : readPart(part.bytes, part.from > 0)
    if (part === undefined || pairs?.length !== part.to - part.from) return false
    if (pairs.some(({ value }, at) => value !== this.values[part.from + at])) return false
    if (this.warnings().length > 0) return false
    for (const [at, { holder, gap, place }] of pairs.entries()) {
      const index = part.from + at
      this.text.rewrite(index, gap, place)
      if (this.holders[index] === holder) continue
      this.unhold(index)
      if (holder !== undefined) this.hold(index, holder)
    }
    return true
  }

  /** The text as UTF-8, in blocks. */
  chunks(): readonly Uint8Array[] {
    return this.text.chunks()
  }

  private free(index: number): boolean {
    if (!this.unhold(index)) return false
    this.text.free(index)
    return true
  }

  private hold(index: number, holder: string): void {
    this.holders[index] = holder
    this.held.add(holderKey(holder), index)
    this.heldValues++
  }

  private unhold(index: number): boolean {
    const holder = this.holders[index]
    if (holder === undefined) return false
    this.holders[index] = undefined
    this.held.remove(holderKey(holder), index)
    this.heldValues--
    this.firstFree = Math.min(this.firstFree, index)
    return true
  }
}

/** What a pool is made of. */
export interface PoolParts {
  readonly warnings: () => readonly Problem[]
  readonly values: readonly string[]
  readonly indexes: ReadonlyMap<string, number>
  readonly holders: (string | undefined)[]
  readonly held: HolderIndex
  readonly text: PoolText
  readonly heldValues: number
  readonly isUsual: boolean
}
