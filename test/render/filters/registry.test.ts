import { expect, test } from 'vitest'
import { findSharedFilter, sharedFilters } from '../../../src/render/filters/registry.ts'
import { ValueFault } from '../../../src/render/python/fault.ts'
import { run } from './call.ts'

test.each([
  'ipaddr',
  'ansible.utils.ipaddr',
  'ansible.utils.hwaddr',
  'ansible.netcommon.vlan_parser',
  'ansible.netcommon.ipaddr',
  'ansible.builtin.regex_replace',
  'ansible.builtin.combine',
  'range_expand',
])('%s is found', (name) => {
  expect(findSharedFilter(name)).toBeDefined()
})

test.each([
  'ansible.builtin.ipaddr',
  'ansible.utils.combine',
  'ansible.builtin.range_expand',
  'community.general.ipaddr',
  'ansible.utils.',
  '.ipaddr',
  'utils.ipaddr',
  'constructor',
  '__proto__',
  'ansible.builtin.__proto__',
  'password_hash',
])('%s is not found', (name) => {
  expect(findSharedFilter(name)).toBeUndefined()
})

const hostileValues: readonly unknown[] = [
  undefined,
  null,
  true,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  1e300,
  10n ** 50n,
  '',
  '\0',
  '\ud800',
  '__proto__',
  'x'.repeat(10_000),
  [],
  [undefined],
  [[[]]],
  {},
  JSON.parse('{"__proto__": 1}'),
  Object.create(null),
  new Date(0),
  () => 1,
  Symbol('s'),
]

test.each([...sharedFilters])('%s answers anything with a value or a ValueFault', (_, filter) => {
  for (const value of hostileValues) {
    for (const argument of hostileValues) {
      for (const args of [[], [argument], [argument, argument], [argument, '\\1', argument]]) {
        try {
          run(filter, value, args)
        } catch (error) {
          if (!(error instanceof ValueFault)) throw error
          expect(error.message.length).toBeLessThan(400)
        }
      }
    }
  }
})

const long = 100_000

test.each([
  ['range_expand', `1-${'1'.repeat(long)}a`, []],
  ['range_compress', [`${'1/'.repeat(long)}a`], []],
  ['ipaddr', '10.0.0.1', [`${'1'.repeat(long)}x`]],
  ['ipaddr', `${'1'.repeat(long)}x`, []],
  ['ipmath', `${'1.'.repeat(long)}x`, [1]],
  ['hwaddr', `${'1:'.repeat(long)}x`, ['linux']],
  ['from_json', `"${'\\"'.repeat(long)}`, []],
  ['b64decode', 'a'.repeat(long + 1), []],
  ['vlan_expander', `${'1-'.repeat(long)}`, []],
])('%s refuses a long text of nonsense in time', (name, value, args) => {
  const start = performance.now()
  try {
    const filter = findSharedFilter(name)
    if (filter !== undefined) expect(run(filter, value, args)).toBe(false)
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error
  }
  expect(performance.now() - start).toBeLessThan(500)
})
