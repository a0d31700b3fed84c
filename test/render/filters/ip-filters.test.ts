import { expect, test } from 'vitest'
import { call } from './call.ts'

test.each([
  ['10.20.0.0/16', [], '10.20.0.0/16'],
  ['10.20.0.0/16', [24], '256'],
  ['10.20.0.0/16', [24, 3], '10.20.3.0/24'],
  ['10.20.0.0/16', [26, -1], '10.20.255.192/26'],
  ['10.20.0.0/16', [24, 256], false],
  ['10.1.2.3', [16], '10.1.0.0/16'],
  ['10.1.2.3/24', [], '10.1.2.0/24'],
  ['10.1.2.0/24', ['10.1.0.0/16'], '3'],
  ['leaf1', [24], false],
  ['2001:db8::/32', [64, 65535], '2001:db8:0:ffff::/64'],
  ['::/0', [128], '340282366920938463463374607431768211456'],
])('%s | ipsubnet(%j) is %j', (value, args, answer) => {
  expect(call('ipsubnet', value, args)).toBe(answer)
})

test.each([
  ['10.20.0.0/16', [8], 'no subnets of size /8'],
  ['10.20.0.0/16', ['192.168.0.0/16'], 'is not in the subnet 192.168.0.0/16'],
  ['10.20.0.0/16', ['leaf1'], 'neither a prefix length nor a network'],
  ['10.20.0.0/16', [24, 'x'], 'the index must be an integer'],
])('%s | ipsubnet(%j) is refused', (value, args, message) => {
  expect(() => call('ipsubnet', value, args)).toThrow(message)
})

test.each([
  ['ipmath', '10.0.0.5', [5], '10.0.0.10'],
  ['ipmath', '10.0.0.5/24', [-6], '9.255.255.255'],
  ['ipmath', '2001:db8::ffff', [1], '2001:db8::1:0'],
  ['nthhost', '10.0.0.0/8', [305], '10.0.1.49'],
  ['nthhost', '10.1.1.0/24', [-1], '10.1.1.255'],
  ['nthhost', '10.1.1.0/24', [256], false],
  ['next_nth_usable', '10.0.0.4/29', [2], '10.0.0.6'],
  ['next_nth_usable', '10.0.0.4/29', [9], null],
  ['previous_nth_usable', '10.0.0.4/29', [2], '10.0.0.2'],
  ['previous_nth_usable', 'leaf1', [2], false],
  ['ip4_hex', '10.0.0.1', [], '0a000001'],
  ['ip4_hex', '192.168.1.5', [':'], 'c0:a8:01:05'],
  [
    'slaac',
    'fdcf:1894:23b5:d38c::/64',
    ['c2:31:b3:83:bf:2b'],
    'fdcf:1894:23b5:d38c:c031:b3ff:fe83:bf2b',
  ],
  ['slaac', '10.0.0.0/8', ['c2:31:b3:83:bf:2b'], false],
  ['network_in_network', '10.0.0.0/24', ['10.0.0.128/25'], true],
  ['network_in_network', '10.0.0.0/24', ['10.0.1.0'], false],
  ['network_in_usable', '10.0.0.0/24', ['10.0.0.255'], false],
  ['network_in_usable', '10.0.0.0/24', ['10.0.0.7'], true],
])('%s: %s with %j is %j', (filter, value, args, answer) => {
  expect(call(filter, value, args)).toBe(answer)
})

test('reduce_on_network keeps the addresses inside', () => {
  const addresses = ['10.0.0.34', '10.3.0.3', '192.168.1.1', '10.0.0.0/28']
  expect(call('reduce_on_network', addresses, ['10.0.0.0/24'])).toEqual([
    '10.0.0.34',
    '10.0.0.0/28',
  ])
})

test('cidr_merge finds the fewest networks, or the one around all', () => {
  expect(call('cidr_merge', ['10.0.0.0/25', '10.0.0.128/25', '10.0.1.7'])).toEqual([
    '10.0.0.0/24',
    '10.0.1.7/32',
  ])
  expect(call('cidr_merge', ['192.168.1.0/24', '192.168.2.9'], ['span'])).toBe('192.168.0.0/22')
  expect(call('cidr_merge', ['0.0.0.1/32', '255.255.255.255/32', '::/0'])).toHaveLength(3)
})

test.each([
  ['ipmath', '255.255.255.255', [1], 'is not an IPv4 address'],
  ['ipmath', 'leaf1', [1], 'is not an IP address'],
  ['ipmath', '10.0.0.1', ['x'], 'the amount must be an integer'],
  ['next_nth_usable', '10.0.0.0/24', [1.5], 'the offset must be an integer'],
  ['ip4_hex', '10.0.0.1/24', [], 'is not an IPv4 address'],
  ['network_in_network', 'a', ['b'], 'is an address'],
  ['reduce_on_network', ['10.0.0.1'], ['x'], 'is not a network'],
  ['reduce_on_network', { a: 1 }, ['10.0.0.0/8'], 'must be a list'],
  ['cidr_merge', ['10.0.0.0/8', 'x'], [], "'x' is not an address or network"],
  ['cidr_merge', ['10.0.0.0/8', '::/0'], ['span'], 'cannot span IPv4 and IPv6'],
  ['cidr_merge', [], ['glue'], "unknown action 'glue'"],
])('%s refuses %j with %j', (filter, value, args, message) => {
  expect(() => call(filter, value, args)).toThrow(message)
})
