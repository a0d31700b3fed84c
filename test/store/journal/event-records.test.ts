import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventLines } from '../../../src/core/event-line.ts'
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
    /** How often it comes, each time so much later. */
    later: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
    isSameObject: fc.boolean(),
    /** What was written so far is sent, or is lost on its way. */
    fate: fc.constantFrom('more', 'more', 'sent', 'lost'),
  })
  fc.assert(
    fc.property(fc.array(occurrence, { maxLength: 20 }), (occurrences) => {
      const lines = new EventLines()
      const writer = new RecordWriter()
      const reader = new RecordReader()
      let buffer = Buffer.alloc(200 * maxRecordBytes)
      let length = 0
      let expected = ''
      const send = () => {
        expect(reader.read(buffer.subarray(0, length)).toString()).toBe(expected)
        // the bytes are used again by somebody else
        buffer.fill(0xff, 0, length)
        buffer = Buffer.from(buffer)
        length = 0
        expected = ''
      }
      for (const { event, later, isSameObject, fate } of occurrences) {
        for (const ms of [0, ...later]) {
          const at = event.at + ms
          length += writer.write(isSameObject ? event : { ...event, at }, at, buffer, length)
          expected += lines.line(event, at)
        }
        if (fate === 'sent') send()
        if (fate === 'lost') {
          writer.forget()
          length = 0
          expected = ''
        }
      }
      send()
    }),
    { numRuns: 300 },
  )
})

test('more switches than are remembered make the same lines', () => {
  const lines = new EventLines()
  const writer = new RecordWriter()
  const reader = new RecordReader()
  const buffer = Buffer.alloc(40_000_000)
  let length = 0
  let expected = ''
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < 5_000; at++) {
      const event = { at, kind: 'seen', mac: `52:54:00:00:${at}`, status: 200 } as const
      for (const _ of [1, 2]) {
        length += writer.write(event, at + round, buffer, length)
        expected += lines.line(event, at + round)
      }
    }
  }
  expect(reader.read(buffer.subarray(0, length)).toString() === expected).toBe(true)
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
  expect(writer.write(event, event.at, buffer, 0)).toBeLessThan(maxRecordBytes)
  expect(writer.write(event, event.at, buffer, 0)).toBeLessThan(maxRecordBytes)
})
