import { describe, expect, test } from 'vitest'
import {
  collide,
  describeListenAddress,
  isLoopback,
  parseListenAddress,
} from '../../src/core/listen-address.ts'

describe('who reaches a host', () => {
  test.each<[string, boolean]>([
    ['127.0.0.1', true],
    ['127.255.0.3', true],
    ['::1', true],
    ['[::1]', true],
    ['0:0:0:0:0:0:0:1', true],
    ['localhost', true],
    ['LOCALHOST', true],
    ['::ffff:127.0.0.1', true],
    ['::FFFF:7f00:1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['128.0.0.1', false],
    ['127.0.0.1.example.net', false],
    ['127.evil.example', false],
    ['localhost.example.net', false],
    ['::ffff:10.0.0.1', false],
    ['::2', false],
    ['', false],
  ])('isLoopback(%j) is %j', (host, expected) => {
    expect(isLoopback(host)).toBe(expected)
  })
})

test.each(['127.0.0.1:80', '[::1]:65534', 'ztp.example.net:8081', '[fe80::1%eth0]:1'])(
  '%s is read and written alike',
  (text) => {
    const address = parseListenAddress(text)
    expect(address && describeListenAddress(address)).toBe(text)
  },
)

test.each<[string, string, boolean]>([
  ['127.0.0.1:80', '127.0.0.1:80', true],
  ['127.0.0.1:80', '127.0.0.1:81', false],
  ['127.0.0.1:80', '127.0.0.2:80', false],
  ['[::1]:80', '[0:0::1]:80', true],
  ['[::ffff:10.0.0.1]:80', '10.0.0.1:80', true],
  ['localhost:80', '[::1]:80', true],
  ['localhost:80', '10.0.0.1:80', false],
  ['0.0.0.0:80', '10.0.0.1:80', true],
  ['0.0.0.0:80', '[2001:db8::1]:80', false],
  ['[::]:80', '10.0.0.1:80', true],
  ['[fe80::1%eth0]:80', '[fe80::1%eth1]:80', false],
  ['ZTP.example.net:80', 'ztp.example.net:80', true],
])('%s and %s on one machine collide: %j', (one, other, expected) => {
  const [a, b] = [parseListenAddress(one), parseListenAddress(other)]
  expect(a && b && [collide(a, b), collide(b, a)]).toEqual([expected, expected])
})
