import fc from 'fast-check'
import { expect, test } from 'vitest'
import { call } from './call.ts'

test('to_json has Python’s separators and escapes, and keeps the order of keys', () => {
  expect(call('to_json', { b: [1, 'é', 1.5], a: { x: null } })).toBe(
    '{"b": [1, "\\u00e9", 1.5], "a": {"x": null}}',
  )
  expect(call('to_json', { z: 1, a: [true, false] }, [], { sort_keys: true })).toBe(
    '{"a": [true, false], "z": 1}',
  )
  expect(call('to_json', ['é', '\x7f'], [], { ensure_ascii: false, separators: [',', ':'] })).toBe(
    '["é","\x7f"]',
  )
})

test('to_nice_json sorts and indents', () => {
  expect(call('to_nice_json', { b: [1], a: {} })).toBe(
    '{\n    "a": {},\n    "b": [\n        1\n    ]\n}',
  )
  expect(call('to_nice_json', [1], [2])).toBe('[\n  1\n]')
})

test('from_json keeps every digit of large integers', () => {
  expect(call('from_json', '[12345678901234567890, "12345678901234567890", 5]')).toEqual([
    '12345678901234567890',
    '12345678901234567890',
    5,
  ])
})

test('hostile keys survive both ways', () => {
  const text = '{"__proto__": {"x": 1}, "toString": 2}'
  expect(call('to_json', call('from_json', text))).toBe(text)
})

test.each([
  ['from_json', '{', 'is not JSON'],
  ['from_json', { a: 1 }, 'not a dictionary'],
  ['to_json', { a: undefined }, 'undefined'],
  ['to_json', new Array(5).fill('x'.repeat(1_000_000)), 'more than 4000000 characters'],
])('%s refuses what it cannot read or write', (filter, value, message) => {
  expect(() => call(filter, value)).toThrow(message)
})

test('shared parts that multiply are bounded', () => {
  let bomb: unknown = ['x'.repeat(100)]
  for (let level = 0; level < 30; level++) bomb = [bomb, bomb]
  expect(() => call('to_json', bomb)).toThrow('characters')
})

test('what to_json writes, from_json reads back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!/\d{16}/.test(JSON.stringify(value)))
      const read = call('from_json', call('to_json', value))
      expect(JSON.stringify(read)).toBe(JSON.stringify(value))
    }),
  )
})
