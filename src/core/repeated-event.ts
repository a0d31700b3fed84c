/**
 * An event that happens again and again: most of what a switch asks, it asks again.
 * @module
 */
import type { SwitchEvent } from './switch-event.ts'
import type { SwitchState } from './switch-state.ts'

/**
 * One object that both those who fold events and those who write them note something at, so that of a hundred thousand switches they need
 * to look at nothing else.
 */
export class RepeatedEvent {
  /** How it was when it happened first. */
  readonly event: SwitchEvent
  /** The state that it was taken into. */
  state: SwitchState | undefined = undefined
  /** How many times it has happened since the state was brought up to date; -1: something else has happened to the switch. */
  times = -1
  /** When it happened last, in milliseconds since 1970. */
  last = Number.NEGATIVE_INFINITY
  /** What is of this switch alone in its line. */
  own = ''
  /** Where the journal keeps the rest of its line; -1: nowhere. */
  place = -1

  constructor(event: SwitchEvent) {
    this.event = event
  }
}
