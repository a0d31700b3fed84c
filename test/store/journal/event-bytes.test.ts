import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventLines } from '../../../src/core/event-line.ts'
import type { SwitchEvent } from '../../../src/core/switch-event.ts'
import { EventBytes, maxLineBytes } from '../../../src/store/journal/event-bytes.ts'

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

test('whatever comes, and however often, the bytes are those of the line', () => {
  const several = fc.array(
    fc.tuple(event, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 })),
  )
  fc.assert(
    fc.property(several, (series) => {
      const lines = new EventLines()
      const bytes = new EventBytes()
      const buffer = Buffer.alloc(2 * maxLineBytes)
      for (const [first, later] of series) {
        for (const ms of [0, ...later]) {
          const next = { ...first, at: first.at + ms }
          const length = bytes.write(next, buffer, 7)
          expect(buffer.toString('utf8', 7, 7 + length)).toBe(lines.line(next))
        }
      }
    }),
    { numRuns: 500 },
  )
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
  const length = new EventBytes().write(event, Buffer.alloc(10 * maxLineBytes), 0)
  expect(length).toBeLessThan(maxLineBytes)
})
