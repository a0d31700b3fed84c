import { expect, test } from 'vitest'
import { faultIn, textOf } from './render.ts'

test.each([
  ["'10.0.0.0/24'", 'ip', true],
  ["'10.0.0.1/24'", 'ip', false],
  ["'10.0.0.0/255.255.255.0'", 'ipv4', true],
  ["'10.0.0.0/0.0.0.255'", 'ipv4', true],
  ["'10.0.0.0/255.0.255.0'", 'ipv4', false],
  ["'2001:db8::/32'", 'ipv6', true],
  ["'01.2.3.4'", 'ip', false],
  ['167772161', 'ip', false],
  ["['10.0.0.1']", 'ip', false],
  ["'10.0.0.1'", 'ip_address', true],
  ["'10.0.0.0/24'", 'ip_address', false],
  ["'fe80::1%eth0'", 'ipv6_address', true],
  ["'::1'", 'loopback', true],
  ["'ff02::1'", 'multicast', true],
  ["'192.168.1.1'", 'private', true],
  ["'::ffff:10.0.0.1'", 'private', true],
  ["'100.64.0.1'", 'public', false],
  ["'8.8.8.8'", 'public', true],
  ["'10.1.0.0/16'", "in_network('10.0.0.0/8')", true],
  ["'10.1.0.1/16'", "subnet_of('10.0.0.0/8')", false],
  ["'10.0.0.0/8'", "supernet_of('10.1.0.0/16')", true],
  ["'001c.730a.bb01'", 'mac', true],
  ["'2024-01-02'", 'mac', false],
])('%s is ansible.utils.%s: %s', (value, name, answer) => {
  expect(textOf(`{{ ${value} is ansible.utils.${name} }}`)).toBe(answer ? 'True' : 'False')
})

test.each([
  '{{ 5 is ansible.utils.mac }}',
  "{{ {'a': 1}.keys() is ansible.utils.ip }}",
  '{{ [[1]] is subset([1]) }}',
  "{{ 0 is version('1.0') }}",
])('%s is refused, as in Ansible', (template) => {
  expect(faultIn(template).code).toBe('template-failed')
})
