/**
 * Shares the thread that serves between bulk work and everybody else.
 * @module
 */

/** Hands out turns for work of so many bytes, in order, and only so much of it between two looks for other requests. */
export class FairTurns {
  private left: number
  private readonly waiting: { readonly bytes: number; readonly start: () => void }[] = []
  private isRoundOpen = false
  private readonly bytesARound: number

  constructor(bytesARound: number) {
    this.bytesARound = bytesARound
    this.left = bytesARound
  }

  /** Waits for a turn; undefined when it is there at once. */
  take(bytes: number): Promise<void> | undefined {
    if (!this.isRoundOpen) {
      this.isRoundOpen = true
      setImmediate(() => this.nextRound())
    }
    if (this.left > 0) {
      this.left -= bytes
      return undefined
    }
    return new Promise((start) => this.waiting.push({ bytes, start }))
  }

  private nextRound(): void {
    this.left = this.bytesARound
    while (this.left > 0) {
      const next = this.waiting.shift()
      if (next === undefined) break
      this.left -= next.bytes
      next.start()
    }
    this.isRoundOpen = this.waiting.length > 0
    if (this.isRoundOpen) setImmediate(() => this.nextRound())
  }
}
