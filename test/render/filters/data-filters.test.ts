import { expect, test } from 'vitest'
import { call } from './call.ts'

const low = { x: { p: 1, q: 2 }, l: [1, 2] }
const high = { x: { q: 3, r: 4 }, l: [2, 3] }

test('combine lets the later dictionary win', () => {
  expect(call('combine', low, [high])).toEqual(high)
  expect(call('combine', low, [{ z: 1 }, { z: 2 }])).toEqual({ ...low, z: 2 })
  expect(call('combine', [{ a: 1 }, { b: 2 }])).toEqual({ a: 1, b: 2 })
})

test('combine goes into dictionaries when recursive', () => {
  expect(call('combine', low, [high], { recursive: true })).toEqual({
    x: { p: 1, q: 3, r: 4 },
    l: [2, 3],
  })
})

test.each([
  ['replace', [2, 3]],
  ['keep', [1, 2]],
  ['append', [1, 2, 2, 3]],
  ['prepend', [2, 3, 1, 2]],
  ['append_rp', [1, 2, 3]],
  ['prepend_rp', [2, 3, 1]],
])('combine merges lists by %s', (listMerge, merged) => {
  expect(call('combine', low, [high], { list_merge: listMerge })).toHaveProperty('l', merged)
})

test('no filter touches a prototype', () => {
  const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"a": 1}}')
  const merged = call('combine', { constructor: { b: 2 } }, [hostile], { recursive: true })
  expect(JSON.stringify(merged)).toBe('{"constructor":{"b":2,"a":1},"__proto__":{"polluted":true}}')
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
  const items = call('dict2items', hostile, [], { key_name: '__proto__' })
  expect(JSON.stringify(items)).toContain('"__proto__":"constructor"')
  const dict = call('items2dict', [{ key: '__proto__', value: { polluted: true } }])
  expect(Object.keys(dict as object)).toEqual(['__proto__'])
  expect(call('items2dict', [{ key: 'a', value: 1 }])).not.toHaveProperty('polluted')
})

test('dict2items and items2dict are each other’s inverse', () => {
  const dict = { b: { name: 'red' }, a: 1 }
  expect(call('items2dict', call('dict2items', dict))).toEqual(dict)
  expect(call('dict2items', { a: 1 }, ['id', 'v'])).toEqual([{ id: 'a', v: 1 }])
})

test('sets keep the order of first appearance, and compare by content', () => {
  expect(call('union', [1, 2, 3], [[3, 4]])).toEqual([1, 2, 3, 4])
  expect(call('intersect', [1, 2, 3], [[3, 2]])).toEqual([2, 3])
  expect(call('difference', [1, 2, 2, 3], [[3]])).toEqual([1, 2])
  expect(call('symmetric_difference', [1, 2], [[2, 3]])).toEqual([1, 3])
  expect(call('union', [{ a: [1] }], [[{ a: [1] }]])).toEqual([{ a: [1] }])
  expect(call('union', [1], [[true, '1']])).toEqual([1, '1'])
})

test('flatten passes over none and stops at the level asked for', () => {
  expect(call('flatten', [1, [2, [3, [null]]]])).toEqual([1, 2, 3])
  expect(call('flatten', [1, [2, [3]]], [1])).toEqual([1, 2, [3]])
  expect(call('flatten', [[null]], [], { skip_nulls: false })).toEqual([null])
})

test.each([
  ['yes', true],
  ['On', true],
  ['1', true],
  [1, true],
  ['no', false],
  ['x', false],
  [2, false],
  [null, null],
])('%j | bool is %j', (value, answer) => {
  expect(call('bool', value)).toBe(answer)
})

test('ternary goes by Python’s truth', () => {
  expect(call('ternary', [], ['yes', 'no'])).toBe('no')
  expect(call('ternary', {}, ['yes', 'no'])).toBe('no')
  expect(call('ternary', '0', ['yes', 'no'])).toBe('yes')
  expect(call('ternary', null, ['t', 'f', 'n'])).toBe('n')
})

test('mandatory passes on what is defined', () => {
  expect(call('mandatory', null)).toBe(null)
  expect(() => call('mandatory', undefined)).toThrow('is not defined')
  expect(() => call('mandatory', undefined, ['loopback is missing'])).toThrow('loopback is missing')
})

test.each([
  ['combine', { a: 1 }, [5], 'every term must be a dictionary'],
  ['combine', { a: 1 }, [{ b: 1 }], "unknown list_merge 'toString'"],
  ['items2dict', [{ key: 'a' }], [], "with 'key' and 'value'"],
  ['items2dict', [{ value: 1 }], ['constructor'], "with 'constructor'"],
  ['dict2items', [1], [], 'must be a dictionary'],
  ['union', [1], [null], 'both sides must be lists'],
  ['flatten', 5, [], 'must be a list'],
  ['bool', undefined, [], 'undefined'],
  ['ternary', undefined, [1, 2], 'undefined'],
])('%s refuses %j with %j', (filter, value, args, message) => {
  const named = message.includes('list_merge') ? { list_merge: 'toString' } : {}
  expect(() => call(filter, value, args, named)).toThrow(message)
})

test('lists of a hundred thousand are compared in time', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => ({ ports: [index] }))
  expect(call('difference', names, [names.slice(1)])).toEqual([{ ports: [0] }])
  const merged = call('combine', { l: names }, [{ l: names }], { list_merge: 'append_rp' })
  expect(merged).toEqual({ l: names })
})
