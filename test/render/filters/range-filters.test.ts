import fc from 'fast-check'
import { expect, test } from 'vitest'
import { call } from './call.ts'

test.each([
  ['Ethernet1-4,6', ['Ethernet1', 'Ethernet2', 'Ethernet3', 'Ethernet4', 'Ethernet6']],
  ['1-3,5', ['1', '2', '3', '5']],
  ['Ethernet1/1-3', ['Ethernet1/1', 'Ethernet1/2', 'Ethernet1/3']],
  ['Et1/1-2,2/1', ['Et1/1', 'Et1/2', 'Et2/1']],
  ['Et1/1-2,4', ['Et1/1', 'Et1/2', 'Et1/4']],
  ['Et3/1/1-2,2/1', ['Et3/1/1', 'Et3/1/2', 'Et3/2/1']],
  ['Ethernet1-2,Port-Channel10', ['Ethernet1', 'Ethernet2', 'Port-Channel10']],
  [' Ethernet1 - 2 , 5 ', ['Ethernet1', 'Ethernet2', 'Ethernet5']],
  ['Ethernet1/1-1/2', ['Ethernet1/1', 'Ethernet1/2']],
  ['Ethernet1-Ethernet2', ['Ethernet1', 'Ethernet2']],
  ['Ethernet1.100-101', ['Ethernet1.100', 'Ethernet1.101']],
  ['Vlan7', ['Vlan7']],
  [7, ['7']],
])('%j stands for %j', (expression, names) => {
  expect(call('range_expand', expression)).toEqual(names)
})

test.each([
  ['Ethernet4-1', 'runs backwards'],
  ['Ethernet1,,2', 'empty part'],
  ['', 'empty part'],
  ['Ethernet', 'no name or range'],
  ['Ethernet1-', 'no name or range'],
  ['Ethernet1-2-3', 'range of last numbers'],
  ['Ethernet1/1-2/4', 'range of last numbers'],
  ['Ethernet1-Management4', 'range of last numbers'],
  ['Ethernet01', 'leading zeros'],
  ['1-65537', 'more than 65536 names'],
  ['1-65536,1', 'more than 65536 names'],
  ['1-99999999999999999999', 'too many digits'],
])('the expression %j is refused', (expression, message) => {
  expect(() => call('range_expand', expression)).toThrow(message)
})

test.each([
  [[10, 11, 12, 20], '10-12,20'],
  [['Ethernet6', 'Ethernet1', 'Ethernet2', 'Ethernet2'], 'Ethernet1-2,6'],
  [['Ethernet2/1', 'Ethernet1/2', 'Ethernet1/1'], 'Ethernet1/1-2,Ethernet2/1'],
  [['Ethernet10/1', 'Ethernet9/1'], 'Ethernet9/1,Ethernet10/1'],
  [['Port-Channel10', 'Ethernet1'], 'Ethernet1,Port-Channel10'],
  [[], ''],
])('%j is compressed to %j', (names, expression) => {
  expect(call('range_compress', names)).toBe(expression)
})

test.each([
  [['Ethernet'], 'ends in a number'],
  [['Ethernet1,2'], 'ends in a number'],
  [[' Ethernet1'], 'ends in a number'],
  [['Ethernet01'], 'ends in a number'],
  [[1.5], 'a name must be'],
  ['Ethernet1', 'must be a list'],
])('%j cannot be compressed', (names, message) => {
  expect(() => call('range_compress', names)).toThrow(message)
})

const word = fc.constantFrom('', 'Ethernet', 'Et', 'Port-Channel', 'Vlan', 'leaf-', '$', 'é')
const path = fc.constantFrom('', '1/', '2/', '1/1/', '10/', '3.', '1:')
const name = fc.tuple(word, path, fc.nat(12)).map((parts) => parts.join(''))

test('what is compressed expands to the same names, each once', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 40 }), (names) => {
      const expanded = call('range_expand', call('range_compress', names))
      expect([...(expanded as string[])].sort()).toEqual([...new Set(names)].sort())
    }),
    { numRuns: 1000 },
  )
})

test('compressing what was expanded gives the same expression again', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 40 }), (names) => {
      const expression = call('range_compress', names)
      expect(call('range_compress', call('range_expand', expression))).toBe(expression)
    }),
  )
})
