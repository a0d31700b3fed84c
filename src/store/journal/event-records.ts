/**
 * Events on their way to the thread that writes them. What comes for the first time goes as its line; a switch that asks again says the same
 * as before, so only the time goes, and the number of the place where the thread keeps the rest of its line.
 * @module
 */
import { afterTime, EventLines, lineStart } from '../../core/event-line.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'

/** No line takes more bytes than this: every text of an event is bounded. */
const maxLineBytes = 40_000

/**
 * A record begins with one byte: that of a line is its `{`.
 * - `keep`: number of the place (2 bytes), length (4), and what follows the time in a line
 * - `again`: number of the place (2 bytes), milliseconds since 1970 (8, a float)
 */
const lineMark = 0x7b
const keepMark = 1
const againMark = 2
const keepBytes = 7
const againBytes = 11

/** No event takes more bytes than this. */
export const maxRecordBytes = keepBytes + maxLineBytes + againBytes

/** Of so many switches the last line is kept. */
const maxKept = 4_096

/** What a switch's last event was, and its place once it has come twice. */
interface Last {
  readonly event: SwitchEvent
  place: number | undefined
}

/** Makes records; the other end of the line is a {@link RecordReader}. */
export class RecordWriter {
  private readonly lines = new EventLines()
  private readonly lasts = new Map<string, Last>()
  private places = 0

  /** Writes the record of an event that happened at a time, where it has room; gives the number of bytes. */
  write(event: SwitchEvent, at: number, buffer: Buffer, offset: number): number {
    const { mac } = event
    const last = mac === undefined ? undefined : this.lasts.get(mac)
    if (last === undefined || !(last.event === event || isSame(last.event, event))) {
      if (mac !== undefined) this.remember(mac, event)
      return buffer.write(this.lines.line(event, at), offset)
    }
    let length = 0
    if (last.place === undefined) {
      last.place = this.places++
      length = this.writeKeep(last.place, event, buffer, offset)
    }
    buffer[offset + length] = againMark
    buffer.writeUInt16LE(last.place, offset + length + 1)
    buffer.writeDoubleLE(at, offset + length + 3)
    return length + againBytes
  }

  /** Keeps nothing any more: to be called when some records do not arrive, or the reader is a new one. */
  forget(): void {
    this.lasts.clear()
    this.places = 0
  }

  private remember(mac: string, event: SwitchEvent): void {
    if (this.lasts.size >= maxKept || this.places >= maxPlaces) this.forget()
    this.lasts.set(mac, { event, place: undefined })
  }

  private writeKeep(place: number, event: SwitchEvent, buffer: Buffer, offset: number): number {
    const line = this.lines.line(event)
    const length = buffer.write(line.slice(line.indexOf(afterTime)), offset + keepBytes)
    buffer[offset] = keepMark
    buffer.writeUInt16LE(place, offset + 1)
    buffer.writeUInt32LE(length, offset + 3)
    return keepBytes + length
  }
}

/** The number of a place has two bytes. */
const maxPlaces = 65_536

/** Makes lines of records, which come in the order in which they were made. */
export class RecordReader {
  private readonly kept: Uint8Array[] = []
  private at = Number.NaN
  private start: Uint8Array = new Uint8Array()
  private lines = Buffer.alloc(0)
  private length = 0

  /** The lines of some records, as bytes of their own. */
  read(records: Buffer): Buffer<ArrayBuffer> {
    this.lines = Buffer.allocUnsafeSlow(Math.max(2 * this.length, records.length))
    this.length = 0
    for (let at = 0; at < records.length; ) at = this.readOne(records, at)
    return this.lines.subarray(0, this.length)
  }

  /** Reads the record at a place; gives that of the next one. */
  private readOne(records: Buffer, at: number): number {
    const mark = records[at]
    if (mark === lineMark) {
      const end = records.indexOf(10, at) + 1
      this.append(records.subarray(at, end))
      return end
    }
    const place = records.readUInt16LE(at + 1)
    if (mark === keepMark) {
      const end = at + keepBytes + records.readUInt32LE(at + 3)
      // a copy: the records' own bytes go back to where they came from
      this.kept[place] = Uint8Array.from(records.subarray(at + keepBytes, end))
      return end
    }
    this.appendAgain(this.kept[place] as Uint8Array, records.readDoubleLE(at + 3))
    return at + againBytes
  }

  private appendAgain(rest: Uint8Array, at: number): void {
    if (at !== this.at) {
      this.at = at
      this.start = Buffer.from(lineStart(at))
    }
    this.append(this.start)
    this.append(rest)
  }

  private append(bytes: Uint8Array): void {
    const length = this.length + bytes.length
    if (length > this.lines.length) {
      const larger = Buffer.allocUnsafeSlow(2 * length)
      this.lines.copy(larger, 0, 0, this.length)
      this.lines = larger
    }
    this.lines.set(bytes, this.length)
    this.length = length
  }
}

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
