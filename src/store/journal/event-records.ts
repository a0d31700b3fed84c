/**
 * Events on their way to the thread that writes them. What comes for the first time goes as its line; of what happens again only the time
 * goes, and the number of the place where the thread keeps the rest of its line.
 * @module
 */
import { afterTime, EventLines, lineStart } from '../../core/event-line.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'
import type { RepeatedEvent } from '../../ports.ts'

/** No line takes more bytes than this: every text of an event is bounded. */
const maxLineBytes = 40_000

/**
 * A record begins with one byte: that of a line is its `{`.
 * - `keep`: number of the place (4 bytes), length (4), and what follows the time in a line
 * - `again`: number of the place (4 bytes), milliseconds since 1970 (8, a float)
 */
const lineMark = 0x7b
const keepMark = 1
const againMark = 2
const keepBytes = 9
const againBytes = 13

/** No event takes more bytes than this. */
export const maxRecordBytes = keepBytes + maxLineBytes + againBytes

/** The thread keeps so much, then all begins anew: some hundred thousand switches. */
const maxKeptBytes = 48 * 1_048_576

/** Makes records; the other end of the line is a {@link RecordReader}. */
export class RecordWriter {
  private readonly lines = new EventLines()
  /** A repeated event whose place is smaller is not kept any more. */
  private first = 0
  private next = 0
  private keptBytes = 0

  /** Writes the record of an event where it has room; gives the number of bytes. */
  write(event: SwitchEvent, buffer: Buffer, offset: number): number {
    return buffer.write(this.lines.line(event), offset)
  }

  /** As {@link write}, for what happens once more. */
  writeAgain(repeated: RepeatedEvent, at: number, buffer: Buffer, offset: number): number {
    let length = 0
    if (repeated.place < this.first) length = this.writeKeep(repeated, buffer, offset)
    buffer[offset + length] = againMark
    buffer.writeUInt32LE(repeated.place - this.first, offset + length + 1)
    buffer.writeDoubleLE(at, offset + length + 5)
    return length + againBytes
  }

  /** Keeps nothing any more: to be called when some records do not arrive, or the reader is a new one. */
  forget(): void {
    this.first = this.next
    this.keptBytes = 0
  }

  private writeKeep(repeated: RepeatedEvent, buffer: Buffer, offset: number): number {
    if (this.keptBytes > maxKeptBytes) this.forget()
    const line = this.lines.line(repeated.event)
    const length = buffer.write(line.slice(line.indexOf(afterTime)), offset + keepBytes)
    repeated.place = this.next++
    this.keptBytes += length
    buffer[offset] = keepMark
    buffer.writeUInt32LE(repeated.place - this.first, offset + 1)
    buffer.writeUInt32LE(length, offset + 5)
    return keepBytes + length
  }
}

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
    const place = records.readUInt32LE(at + 1)
    if (mark === keepMark) {
      const end = at + keepBytes + records.readUInt32LE(at + 5)
      // a copy: the records' own bytes go back to where they came from
      this.kept[place] = Uint8Array.from(records.subarray(at + keepBytes, end))
      return end
    }
    this.appendAgain(this.kept[place] as Uint8Array, records.readDoubleLE(at + 5))
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
