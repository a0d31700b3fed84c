/**
 * Events that happen again and again: most of what a switch asks, it asks again.
 * @module
 */
import type { SwitchEvent } from './switch-event.ts'

/** An event that happens again and again, as whoever keeps it gives it. */
export interface RepeatedEvent {
  /** How it was when it happened first. */
  readonly event: SwitchEvent
  /** What is of one switch in its line: `EventLines.own` gives it. */
  readonly own: string
  /** Where the journal keeps the rest of its line; -1 to begin with. */
  place: number
  /** Where its repeats are counted; -1 to begin with. */
  row: number
  /** Which event of that row it is. */
  turn: number
}

/**
 * Counts repeats, one row for each state. Columns, and no objects: what a hundred thousand switches do again and again has to be counted where
 * the processor's cache holds all of it.
 */
export class Repeats {
  private times = new Uint32Array(1_024)
  private lasts = new Float64Array(1_024)
  /** Grows by one when an event can no more be repeated in its row. */
  private turns = new Int32Array(1_024)
  private size = 0
  private readonly free: number[] = []

  /** A row for a state. */
  add(): number {
    const row = this.free.pop() ?? this.size++
    if (row === this.times.length) this.grow()
    return row
  }

  /** The state of a row is no more. */
  remove(row: number): void {
    this.end(row)
    this.free.push(row)
  }

  /** An event has been taken into the state of a row, and may be repeated from now on. */
  begin(row: number, repeated: RepeatedEvent, at: number): void {
    this.lasts[row] = at
    repeated.row = row
    repeated.turn = this.turns[row] as number
  }

  /** Counts a repeat. False: something else has happened meanwhile, or this is older than what is known. */
  count({ row, turn }: RepeatedEvent, at: number): boolean {
    if (row === -1 || this.turns[row] !== turn || at < (this.lasts[row] as number)) return false
    this.times[row] = (this.times[row] as number) + 1
    this.lasts[row] = at
    return true
  }

  /** How many repeats there were since this was asked last. */
  take(row: number): number {
    const times = this.times[row] as number
    this.times[row] = 0
    return times
  }

  /** When the last one was. */
  last(row: number): number {
    return this.lasts[row] as number
  }

  /** Something else happens to the state of a row. */
  end(row: number): void {
    this.turns[row] = (this.turns[row] as number) + 1
  }

  private grow(): void {
    const length = 2 * this.times.length
    const { times, lasts, turns } = this
    this.times = new Uint32Array(length)
    this.times.set(times)
    this.lasts = new Float64Array(length)
    this.lasts.set(lasts)
    this.turns = new Int32Array(length)
    this.turns.set(turns)
  }
}
