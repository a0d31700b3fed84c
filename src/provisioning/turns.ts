/**
 * Work on many things in turns, so that switches are answered meanwhile.
 * @module
 */
import type { Clock } from '../ports.ts'

/** How long the server may be stopped at once. */
const stretchMs = 5

/** The turn of one piece of work. */
export interface Turn {
  /** Whether it has taken long enough: then {@link next} is due. */
  isOver(): boolean
  /** Lets everybody else work first. */
  next(): Promise<void>
}

/** Turns of several pieces of work, one after the other: ten at once stop the server no longer than one. */
export class Turns {
  readonly #monotonic: () => number
  #last: Promise<unknown> = Promise.resolve()

  constructor({ monotonic }: Pick<Clock, 'monotonic'>) {
    this.#monotonic = monotonic
  }

  /** Begins a piece of work when those before it have had their turns. */
  async begin(): Promise<Turn> {
    let begun = 0
    const next = async () => {
      this.#last = this.#last.then(() => new Promise(setImmediate))
      await this.#last
      begun = this.#monotonic()
    }
    await next()
    return { isOver: () => this.#monotonic() - begun > stretchMs, next }
  }
}
