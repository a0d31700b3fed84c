/**
 * Events as the bytes of their lines. A switch that asks again says the same as before: its line is remembered, and only the time in it
 * is new.
 * @module
 */
import { EventLines } from '../../core/event-line.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'

/** No line takes more bytes than this: every text of an event is bounded. */
export const maxLineBytes = 40_000

/** Of so many switches the last line is remembered. */
const maxRemembered = 4_096

/** What a switch's last event was, and what follows the time in its line once it has come twice. */
interface Remembered {
  readonly event: SwitchEvent
  tail: Uint8Array | undefined
}

export class EventBytes {
  private readonly lines = new EventLines()
  private readonly remembered = new Map<string, Remembered>()
  private at = Number.NaN
  private head: Uint8Array = new Uint8Array()

  /** Writes the line of an event that happened at a time, where it has room; gives the number of bytes. */
  write(event: SwitchEvent, at: number, buffer: Buffer, offset: number): number {
    const { mac } = event
    const before = mac === undefined ? undefined : this.remembered.get(mac)
    if (before === undefined || !(before.event === event || isSame(before.event, event))) {
      if (mac !== undefined) this.remember(mac, event)
      return buffer.write(this.lines.line(event, at), offset)
    }
    before.tail ??= this.tailOf(event)
    if (at !== this.at) this.setTime(event, at)
    buffer.set(this.head, offset)
    buffer.set(before.tail, offset + this.head.length)
    return this.head.length + before.tail.length
  }

  private remember(mac: string, event: SwitchEvent): void {
    if (this.remembered.size >= maxRemembered) this.remembered.clear()
    this.remembered.set(mac, { event, tail: undefined })
  }

  private tailOf(event: SwitchEvent): Uint8Array {
    const line = this.lines.line(event, event.at)
    return Buffer.from(line.slice(line.indexOf(afterTime)))
  }

  private setTime(event: SwitchEvent, at: number): void {
    const line = this.lines.line(event, at)
    this.at = at
    this.head = Buffer.from(line.slice(0, line.indexOf(afterTime)))
  }
}

const afterTime = '","kind":'

/** Whether two events differ in their time alone. */
function isSame(one: SwitchEvent, other: SwitchEvent): boolean {
  return (
    one.kind === other.kind &&
    one.sha256 === other.sha256 &&
    one.revision === other.revision &&
    one.status === other.status &&
    one.request === other.request &&
    one.from === other.from &&
    one.entry === other.entry &&
    one.serial === other.serial &&
    one.node === other.node &&
    one.model === other.model &&
    one.version === other.version &&
    one.problem === other.problem &&
    one.action === other.action &&
    one.message === other.message
  )
}
