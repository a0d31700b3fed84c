/**
 * Who holds which values of a pool.
 * @module
 */
import { parseSystemMac } from './identity.ts'

/** What a holder, or an id, is compared by: a MAC in one notation, any other text as it is. */
export function holderKey(text: string): string {
  return parseSystemMac(text) ?? text
}

/** The places of each holder's values in their pool, by the holder's key. */
export class HolderIndex {
  // nearly every holder has one value: a set for each would take most of the memory
  private readonly indexes: Map<string, number | Set<number>>

  constructor(indexes: ReadonlyMap<string, number | Set<number>> = new Map()) {
    this.indexes = new Map(indexes)
  }

  first(key: string): number | undefined {
    const found = this.indexes.get(key)
    if (typeof found !== 'object') return found
    let first = Number.POSITIVE_INFINITY
    for (const index of found) if (index < first) first = index
    return first
  }

  all(key: string): readonly number[] {
    const found = this.indexes.get(key)
    return typeof found === 'object' ? [...found] : found === undefined ? [] : [found]
  }

  add(key: string, index: number): void {
    const found = this.indexes.get(key)
    if (found === undefined) this.indexes.set(key, index)
    else if (typeof found === 'object') found.add(index)
    else this.indexes.set(key, new Set([found, index]))
  }

  remove(key: string, index: number): void {
    const found = this.indexes.get(key)
    if (typeof found === 'object') found.delete(index)
    if (typeof found !== 'object' || found.size === 0) this.indexes.delete(key)
  }

  copy(): HolderIndex {
    const copy = new HolderIndex(this.indexes)
    for (const [key, found] of copy.indexes) {
      if (typeof found === 'object') copy.indexes.set(key, new Set(found))
    }
    return copy
  }
}
