import { describe, expect, test } from 'vitest'
import { addressTests, networkTests } from '../../../src/render/jinja/address-tests.ts'

/** The names of the tests that a value passes, those of its kind first. */
function passed(value: unknown): string {
  return [...addressTests]
    .filter(([name, ask]) => name !== 'mac' && ask(value))
    .map(([name]) => name)
    .join(' ')
}

describe('an address passes the tests that it passes in Ansible', () => {
  test.each([
    ['10.0.0.1', 'ip ip_address ipv4 ipv4_address private'],
    ['10.0.0.0/8', 'ip ipv4'],
    ['10.0.0.1/8', ''],
    ['10.0.0.0/255.0.0.0', 'ip ipv4'],
    ['10.0.0.0/0.255.255.255', 'ip ipv4'],
    ['10.0.0.0/255.0.255.0', ''],
    ['10.0.0.01', ''],
    ['1.2.3', ''],
    ['::1', 'ip ip_address ipv6 ipv6_address loopback private'],
    ['::1/64', ''],
    ['fe80::1%eth0', 'ip ip_address ipv6 ipv6_address private'],
    ['fe80::%25/64', 'ip ipv6'],
    ['ff02::1', 'ip ip_address ipv6 ipv6_address multicast public'],
    ['100.64.0.1', 'ip ip_address ipv4 ipv4_address'],
    ['192.0.0.9', 'ip ip_address ipv4 ipv4_address public'],
    ['::ffff:8.8.8.8', 'ip ip_address ipv6 ipv6_address public'],
    ['::ffff:10.0.0.1', 'ip ip_address ipv6 ipv6_address private'],
    ['::ffff:8.8.8.08', ''],
    ['', ''],
    ['leaf1', ''],
  ])('%s: %s', (value, names) => expect(passed(value)).toBe(names))

  test.each([[1], [null], [true], [['10.0.0.1']]])('%j is none', (value) => {
    expect(passed(value)).toBe('')
  })
})

test.each([
  ['10.0.0.1', '10.0.0.0/8', true],
  ['10.0.0.0/24', '10.0.0.0/24', true],
  ['10.0.0.0/8', '10.0.0.0/24', false],
  ['10.0.0.1/24', '10.0.0.0/8', false],
  ['10.0.0.1', '10.0.0.1/8', false],
  ['::1', '10.0.0.0/8', false],
  ['::1', '::/0', true],
  ['10.0.0.1', '', false],
])('%s in %s: %s', (value, network, answer) => {
  expect(networkTests.get('in_network')?.(value, network)).toBe(answer)
  expect(networkTests.get('subnet_of')?.(value, network)).toBe(answer)
  expect(networkTests.get('supernet_of')?.(network, value)).toBe(answer)
})

test.each([
  ['52:54:00:00:11:11', true],
  ['52-54-00-00-11-11', true],
  ['5254.0000.1111', true],
  ['525400001111', true],
  ['52:54:00', false],
  ['5254:0000:1111:2222', false],
  [' 52:54:00:00:11:11', false],
  ['leaf1', false],
])('%s is a MAC: %s', (value, answer) => expect(addressTests.get('mac')?.(value)).toBe(answer))

test('a MAC with a mixture of signs is refused', () => {
  expect(() => addressTests.get('mac')?.('52:54-00:00:11:11')).toThrow('notation that nobody uses')
})
