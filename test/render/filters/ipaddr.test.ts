import { expect, test } from 'vitest'
import { call } from './call.ts'

test.each([
  // value, query, answer
  ['10.1.2.37/27', 'address', '10.1.2.37'],
  ['10.1.2.37/27', 'network', '10.1.2.32'],
  ['10.1.2.37/27', 'netmask', '255.255.255.224'],
  ['10.1.2.37/27', 'prefix', 27],
  ['10.1.2.37/27', 'broadcast', '10.1.2.63'],
  ['10.1.2.37/27', 'hostmask', '0.0.0.31'],
  ['10.1.2.37/27', 'range_usable', '10.1.2.33-10.1.2.62'],
  ['10.1.2.37/27', 'next_usable', '10.1.2.38'],
  ['10.1.2.62/27', 'next_usable', null],
  ['192.168.10.70/26', 'host/prefix', '192.168.10.70/26'],
  ['192.168.10.64/26', 'host/prefix', false],
  ['192.168.10.70/26', 'subnet', '192.168.10.64/26'],
  ['192.168.10.70/26', 'size', 64],
  ['10.0.0.0/31', 'peer', '10.0.0.1'],
  ['10.0.0.2/30', 'peer', '10.0.0.1'],
  ['10.1.2.3', 'revdns', '3.2.1.10.in-addr.arpa.'],
  ['10.1.2.3', 'int', 167838211],
  ['10.1.2.3/24', 'int', '167838211/24'],
  ['2001:db8::1', 'int', '42540766411282592856903984951653826561'],
  ['10.1.2.3', '6to4', '2002:0a01:0203::1/48'],
  ['10.0.0.5', '10.0.0.0/24', '10.0.0.5'],
  ['10.0.1.5', '10.0.0.0/24', null],
  ['2001:db8::1/64', 'wrap', '[2001:db8::1]/64'],
])('%s | ipaddr(%j) is %j', (value, query, answer) => {
  expect(call('ipaddr', value, [query])).toBe(answer)
})

test.each([
  ['0.0.0.0/0', 'size_usable', 4294967294],
  ['::/0', 'size', '340282366920938463463374607431768211456'],
  ['10.0.0.1/32', 'size_usable', 0],
  ['10.0.0.1/32', 'first_usable', null],
  ['10.0.0.1/31', 'network', '10.0.0.0'],
  ['10.0.0.0/31', 'size_usable', 2],
  ['10.0.0.0/31', 'broadcast', null],
  ['2001:db8::/127', 'peer', '2001:db8::1'],
  ['2001:db8::/127', 'range_usable', '2001:db8::-2001:db8::1'],
  ['2001:db8::1/128', 'type', 'address'],
  ['2001:db8::/64', 'address', '2001:db8::'],
  ['::ffff:10.0.0.1', '', '::ffff:10.0.0.1'],
  ['::ffff:10.0.0.1', 'ipv4', '10.0.0.1/32'],
  ['10.0.0.1/24', 'ipv6', '::ffff:10.0.0.1/120'],
])('at the edges, %s | ipaddr(%j) is %j', (value, query, answer) => {
  expect(call('ipaddr', value, [query])).toBe(answer)
})

test.each([
  [1, '10.9.8.1/24'],
  ['1', '10.9.8.1/24'],
  [0, '10.9.8.0/24'],
  [-1, '10.9.8.255/24'],
  ['-256', '10.9.8.0/24'],
  [256, false],
  [-257, false],
  ['1e3', false],
])('the address number %j of 10.9.8.0/24 is %j', (index, answer) => {
  expect(call('ipaddr', '10.9.8.0/24', [index])).toBe(answer)
})

test.each([
  'not-ip',
  '10.0.0.1/33',
  '',
  '256.1.1.1',
  '1:2',
  'fe80::1%Et1',
  '10.0.0.1/24/1',
  0,
  false,
  true,
])('%j is no address', (value) => {
  expect(call('ipaddr', value)).toBe(false)
})

test('a list keeps the items that the query is true of', () => {
  const addresses = ['127.0.0.1', '224.0.0.5', 'leaf1', '10.0.0.1', 'ff02::1', '::1', null]
  expect(call('ipaddr', addresses, ['loopback'])).toEqual(['127.0.0.1', '::1'])
  expect(call('ipaddr', addresses, ['private'])).toEqual(['10.0.0.1'])
  expect(call('ipv6', addresses)).toEqual(['ff02::1', '::1'])
  expect(call('ipaddr', addresses)).toHaveLength(5)
})

test('versions can be asked for', () => {
  expect(call('ipv4', '2001:db8::1')).toBe(false)
  expect(call('ipv6', '10.0.0.1')).toBe(false)
  expect(call('ipaddr', 5, ['', 6])).toBe('::5')
})

test.each([
  ['ipaddr', '10.0.0.1', ['nonsense'], "ipaddr: unknown query 'nonsense'"],
  ['ipv4', '10.0.0.1', ['constructor'], "ipv4: unknown query 'constructor'"],
  ['ipaddr', '10.0.0.1', ['peer'], "'10.0.0.1' is not a network address"],
  ['ipaddr', '10.0.0.0/24', ['peer'], "'10.0.0.0/24' is not point to point"],
  ['ipaddr', '10.0.0.0/30', ['peer'], 'without a peer'],
  ['ipaddr', { a: 1 }, [], 'not a dictionary'],
  ['ipaddr', 1.5, [], 'not a number'],
  ['ipaddr', null, [], 'not none'],
  ['ipaddr', [undefined], [], 'undefined'],
  ['ipwrap', 5, [], 'not a number'],
])('%s refuses %j with the query %j', (filter, value, args, message) => {
  expect(() => call(filter, value, args)).toThrow(message)
})

test('a long value is cut in the message', () => {
  expect(() => call('ipaddr', '10.0.0.1', ['x'.repeat(5000)])).toThrow(`'${'x'.repeat(60)}…'`)
})

test('a list nested too deep is refused', () => {
  let list: unknown = ['10.0.0.1']
  for (let depth = 0; depth < 300; depth++) list = [list]
  expect(() => call('ipaddr', list)).toThrow('levels deep')
})
