/**
 * Remembers what switches were answered, within a bound of bytes: most of what a switch asks, it asks again.
 * @module
 */
import { CompactKeys } from '../core/compact-key.ts'

/** A bounded memory: what was put in longest ago goes first. It is emptied with every new snapshot. */
export class ConfigCache<Value extends { readonly size: number }> {
  private readonly entries = new Map<number | string, Value>()
  private readonly keys = new CompactKeys()
  private readonly maxBytes: number
  // kept: an iterator begun anew each time would walk over all the holes that deleted entries leave
  private oldest = this.entries.keys()
  private bytes = 0
  private version = -1

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  /** What is remembered under a key for a snapshot's version. */
  get(version: number, text: string): Value | undefined {
    if (version === this.version) return this.entries.get(this.keys.of(text))
    this.entries.clear()
    this.oldest = this.entries.keys()
    this.bytes = 0
    this.version = version
    return undefined
  }

  /** Remembers a value; its size is in bytes. */
  set(version: number, text: string, value: Value): void {
    const key = this.keys.of(text)
    const { size } = value
    if (version !== this.version || size > this.maxBytes / 4) return
    const before = this.entries.get(key)
    if (before !== undefined) {
      this.bytes -= before.size
      this.entries.delete(key)
    }
    this.entries.set(key, value)
    this.bytes += size
    while (this.bytes > this.maxBytes && this.entries.size > 1) this.forgetOldest()
  }

  private forgetOldest(): void {
    const next = this.oldest.next()
    if (next.done === true) {
      this.oldest = this.entries.keys()
      return
    }
    const entry = this.entries.get(next.value)
    if (entry === undefined) return
    this.entries.delete(next.value)
    this.bytes -= entry.size
  }
}
