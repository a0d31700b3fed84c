import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventLines } from '../../../src/core/event-line.ts'
import type { RepeatedEvent } from '../../../src/core/repeats.ts'
import type { SwitchEvent } from '../../../src/core/switch-event.ts'
import {
  maxRecordBytes,
  RecordReader,
  RecordWriter,
} from '../../../src/store/journal/event-records.ts'

const text = fc.oneof(
  fc.constantFrom('a', 'b', 'ü "quoted" \\', '\u0001'),
  fc.string({ unit: 'binary' }),
)
const event: fc.Arbitrary<SwitchEvent> = fc.record(
  {
    at: fc.integer({ min: 0, max: 5_000 }),
    kind: fc.constantFrom('config-served', 'config-refused'),
    mac: fc.constantFrom('52:54:00:00:11:11', '52:54:00:00:11:12'),
    entry: text,
    serial: text,
    request: text,
    status: fc.constantFrom(200, 503),
    message: text,
  },
  { requiredKeys: ['at', 'kind'] },
) as fc.Arbitrary<SwitchEvent>

test('whatever comes, however often and in whatever pieces, the lines that are read are those of the events', () => {
  const occurrence = fc.record({
    event,
    /** How often it comes again, each time so much later. */
    later: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
    /** How many of those before it come again as well. */
    others: fc.nat(3),
    /** What was written so far is sent, or is lost on its way. */
    fate: fc.constantFrom('kept', 'kept', 'sent', 'lost'),
  })
  fc.assert(
    fc.property(fc.array(occurrence, { maxLength: 20 }), (occurrences) => {
      const pipe = new Pipe()
      const known: RepeatedEvent[] = []
      for (const { event, later, others, fate } of occurrences) {
        pipe.write(event)
        known.unshift(repeated(event))
        for (const ms of later) {
          for (const repeated of known.slice(0, others + 1)) pipe.again(repeated, event.at + ms)
        }
        if (fate === 'sent') pipe.send()
        if (fate === 'lost') pipe.lose()
      }
      pipe.send()
    }),
    { numRuns: 300 },
  )
})

test('more than is kept makes the same lines', () => {
  const pipe = new Pipe()
  const events = Array.from({ length: 40_000 }, (_, at) =>
    repeated({ at, kind: 'seen', serial: `SW${at}`, message: `reason ${at >> 2}` }),
  )
  for (const repeated of events) {
    pipe.again(repeated, repeated.event.at)
    if (repeated.event.at % 100 === 0) {
      pipe.again(events[0] as RepeatedEvent, repeated.event.at)
      pipe.again(events[repeated.event.at / 2] as RepeatedEvent, repeated.event.at)
      pipe.send()
    }
  }
})

test('the longest event has room', () => {
  const long = '\u0001'.repeat(5_000)
  const event = {
    at: Date.now(),
    kind: 'config-served',
    mac: long,
    serial: long,
    node: long,
    entry: long,
    model: long,
    version: long,
    from: long,
    request: long,
    revision: long,
    sha256: long,
    problem: long,
    action: long,
    message: long,
  } as SwitchEvent
  const writer = new RecordWriter()
  const buffer = Buffer.alloc(10 * maxRecordBytes)
  expect(writer.write(event, buffer, 0)).toBeLessThan(maxRecordBytes)
  expect(writer.writeAgain(repeated(event), 1, buffer, 0)).toBeLessThan(maxRecordBytes)
})

/** Both ends, and the lines that are to come out. */
class Pipe {
  private readonly lines = new EventLines()
  private readonly writer = new RecordWriter()
  private readonly reader = new RecordReader()
  private buffer = Buffer.alloc(100 * maxRecordBytes)
  private length = 0
  private expected = ''

  write(event: SwitchEvent): void {
    this.length += this.writer.write(event, this.buffer, this.length)
    this.expected += this.lines.line(event)
  }

  again(repeated: RepeatedEvent, at: number): void {
    this.length += this.writer.writeAgain(repeated, at, this.buffer, this.length)
    this.expected += this.lines.line({ ...repeated.event, at })
  }

  send(): void {
    const read = this.reader.read(this.buffer.subarray(0, this.length)).toString()
    // comparing two long texts piece by piece would take minutes
    if (read !== this.expected) expect(read).toBe(this.expected)
    // the bytes are used again by somebody else
    this.buffer.fill(0xff, 0, this.length)
    this.length = 0
    this.expected = ''
  }

  lose(): void {
    this.writer.forget()
    this.length = 0
    this.expected = ''
  }
}

function repeated(event: SwitchEvent): RepeatedEvent {
  return { event, own: new EventLines().own(event), place: -1, row: -1, turn: 0 }
}
