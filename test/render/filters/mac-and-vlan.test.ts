import { expect, test } from 'vitest'
import { call } from './call.ts'

test.each([
  ['linux', '00:1c:73:0a:bb:01'],
  ['cisco', '001c.730a.bb01'],
  ['bare', '001C730ABB01'],
  ['unix', '0:1c:73:a:bb:1'],
  ['eui48', '00-1C-73-0A-BB-01'],
  ['pgsql', '001c73:0abb01'],
  ['int', 122189167361],
  ['bool', true],
  ['', '00:1C:73:0a:Bb:01'],
])('a MAC address in the notation %j', (query, answer) => {
  expect(call('hwaddr', '00:1C:73:0a:Bb:01', [query])).toBe(answer)
})

test.each(['001c.730a.bb01', '001c730abb01', '00-1C-73-0A-BB-01', '0:1c:73:a:bb:1'])(
  '%s is read',
  (value) => {
    expect(call('macaddr', value, ['linux'])).toBe('00:1c:73:0a:bb:01')
  },
)

test('what is no MAC address is none, or an error when a notation is asked for', () => {
  expect(call('hwaddr', 'leaf1')).toBe(null)
  expect(() => call('hwaddr', 'leaf1', ['linux'])).toThrow("'leaf1' is not a hardware address")
  expect(() => call('hwaddr', '00:1c:73:0a:bb:01', ['toString'])).toThrow(
    "unknown query 'toString'",
  )
})

test('VLANs are folded into lines of at most so many characters', () => {
  const vlans = [1688, 1, 2, 3, 4, 5, 3002, 3003, 3004, 3005, 3006]
  expect(call('vlan_parser', vlans)).toEqual(['1-5,1688,3002-3006'])
  expect(call('vlan_parser', [10, 20, 21], [5, 5])).toEqual(['10,20', '21'])
  expect(call('vlan_parser', [7, 7, 8])).toEqual(['7,8'])
})

test('a VLAN expression is expanded in order', () => {
  expect(call('vlan_expander', '20-22,1')).toEqual([1, 20, 21, 22])
})

test.each([
  ['vlan_parser', [], 'the list of VLANs is empty'],
  ['vlan_parser', [4095], 'must be from 1 to 4094'],
  ['vlan_parser', '1-4', 'must be a list'],
  ['vlan_expander', '1,,2', 'neither a VLAN nor a range'],
  ['vlan_expander', '1-9999999', 'more than 1000000 items'],
  ['vlan_expander', '1-900000,1-900000', 'more than 1000000 items'],
])('%s refuses %j', (filter, value, message) => {
  expect(() => call(filter, value)).toThrow(message)
})
