/**
 * Remembers what switches were answered, within a bound of bytes: most of what a switch asks, it asks again.
 * @module
 */

/** A bounded memory: what was used longest ago goes first. It is emptied with every new snapshot. */
export class ConfigCache<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly size: number }>()
  private readonly maxBytes: number
  private bytes = 0
  private version = -1

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  /** What is remembered under a key for a snapshot's version. */
  get(version: number, key: string): Value | undefined {
    if (version !== this.version) {
      this.entries.clear()
      this.bytes = 0
      this.version = version
      return undefined
    }
    return this.entries.get(key)?.value
  }

  set(version: number, key: string, value: Value, size: number): void {
    if (version !== this.version || size > this.maxBytes / 4) return
    const before = this.entries.get(key)
    if (before !== undefined) {
      this.bytes -= before.size
      this.entries.delete(key)
    }
    this.entries.set(key, { value, size })
    this.bytes += size
    for (const [oldest, entry] of this.entries) {
      if (this.bytes <= this.maxBytes) break
      this.entries.delete(oldest)
      this.bytes -= entry.size
    }
  }
}
