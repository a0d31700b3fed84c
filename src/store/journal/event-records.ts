/**
 * Events on their way to the thread that writes them. What comes for the first time goes as its line; of what happens again, the thread has
 * what its line has in common with those of other switches, and gets the rest.
 * @module
 */
import { EventLines, lineStart } from '../../core/event-line.ts'
import type { RepeatedEvent } from '../../core/repeats.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'

/** No line takes more bytes than this: every text of an event is bounded. */
const maxLineBytes = 40_000

/**
 * A record begins with one byte: that of a line is its `{`.
 * - `keep`: length (4 bytes), and what lines share; it gets the next number, from 0 on
 * - `forget`: nothing is kept any more, and numbers begin anew
 * - `again`: number of what is shared (4 bytes), milliseconds since 1970 (8, a float), length (4), and what is of one switch
 */
const lineMark = 0x7b
const keepMark = 1
const againMark = 2
const forgetMark = 3
const keepBytes = 5
const againBytes = 17

/** No event takes more bytes than this. */
export const maxRecordBytes = 1 + keepBytes + againBytes + maxLineBytes

/** Models, versions and revisions are few; what more there is begins anew. */
const maxShared = 1_000

/** Makes records; the other end of the line is a {@link RecordReader}. */
export class RecordWriter {
  private readonly lines = new EventLines()
  /** Numbers of what the reader keeps, as repeated events know them: counted on through everything that was forgotten. */
  private readonly kept = new Map<string, number>()
  /** The first number that is not forgotten. */
  private first = 0
  private next = 0
  private isForgotten = false

  /** Writes the record of an event where it has room; gives the number of bytes. */
  write(event: SwitchEvent, buffer: Buffer, offset: number): number {
    return buffer.write(this.lines.line(event), offset)
  }

  /** As {@link write}, for what happens once more. */
  writeAgain(repeated: RepeatedEvent, at: number, buffer: Buffer, offset: number): number {
    let start = offset
    if (repeated.place < this.first) start += this.writeShared(repeated, buffer, offset)
    const length = buffer.write(repeated.own, start + againBytes)
    buffer[start] = againMark
    buffer.writeUInt32LE(repeated.place - this.first, start + 1)
    buffer.writeDoubleLE(at, start + 5)
    buffer.writeUInt32LE(length, start + 13)
    return start + againBytes + length - offset
  }

  /** Keeps nothing any more: to be called when some records do not arrive, or the reader is a new one. */
  forget(): void {
    this.kept.clear()
    this.first = this.next
    this.isForgotten = true
  }

  /** Sees to it that the reader has what the event shares with others; gives the number of bytes that took. */
  private writeShared(repeated: RepeatedEvent, buffer: Buffer, offset: number): number {
    const shared = this.lines.shared(repeated.event)
    const known = this.kept.get(shared)
    if (known !== undefined) {
      repeated.place = known
      return 0
    }
    if (this.kept.size === maxShared) this.forget()
    let start = offset
    if (this.isForgotten) buffer[start++] = forgetMark
    this.isForgotten = false
    repeated.place = this.next++
    this.kept.set(shared, repeated.place)
    const length = buffer.write(shared, start + keepBytes)
    buffer[start] = keepMark
    buffer.writeUInt32LE(length, start + 1)
    return start + keepBytes + length - offset
  }
}

/** Makes lines of records, which come in the order in which they were made. */
export class RecordReader {
  private kept: Uint8Array[] = []
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
    switch (records[at]) {
      case lineMark: {
        const end = records.indexOf(10, at) + 1
        this.appendFrom(records, at, end)
        return end
      }
      case keepMark: {
        const end = at + keepBytes + records.readUInt32LE(at + 1)
        // a copy: the records' own bytes go back to where they came from
        this.kept.push(Uint8Array.from(records.subarray(at + keepBytes, end)))
        return end
      }
      case againMark: {
        const end = at + againBytes + records.readUInt32LE(at + 13)
        this.appendStart(records.readDoubleLE(at + 5))
        this.appendFrom(records, at + againBytes, end)
        this.append(this.kept[records.readUInt32LE(at + 1)] as Uint8Array)
        return end
      }
      default:
        this.kept = []
        return at + 1
    }
  }

  private appendStart(at: number): void {
    if (at !== this.at) {
      this.at = at
      this.start = Buffer.from(lineStart(at))
    }
    this.append(this.start)
  }

  private append(bytes: Uint8Array): void {
    this.makeRoom(bytes.length)
    this.lines.set(bytes, this.length)
    this.length += bytes.length
  }

  /** As {@link append}, for bytes that need no object of their own. */
  private appendFrom(records: Buffer, start: number, end: number): void {
    this.makeRoom(end - start)
    this.length += records.copy(this.lines, this.length, start, end)
  }

  private makeRoom(bytes: number): void {
    const length = this.length + bytes
    if (length <= this.lines.length) return
    const larger = Buffer.allocUnsafeSlow(2 * length)
    this.lines.copy(larger, 0, 0, this.length)
    this.lines = larger
  }
}
