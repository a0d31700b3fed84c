import { expect, test } from 'vitest'
import { call } from './call.ts'

test.each([
  ['Ethernet1/12', ['^Ethernet(\\d+)/(\\d+)$', 'Et\\1-\\2'], {}, 'Et1-12'],
  ['leaf12-dc1', ['^(?P<role>[a-z]+)(?P<n>\\d+)-.*$', '\\g<role>/\\g<n>'], {}, 'leaf/12'],
  ['aAbB', ['a', 'x'], { ignorecase: true }, 'xxbB'],
  ['a\nb', ['^', '> '], { multiline: true }, '> a\n> b'],
  ['x1y2', ['[0-9]'], {}, 'xy'],
  ['aaa', ['a', 'b'], { count: 2 }, 'bba'],
  ['$', ['\\$', '$& $1'], {}, '$& $1'],
  [10, ['1', '2'], {}, '20'],
])('%j | regex_replace(%j)', (value, args, named, answer) => {
  expect(call('regex_replace', value, args, named)).toBe(answer)
})

test('regex_search gives the match, the groups asked for, or none', () => {
  expect(call('regex_search', 'Ethernet1/12', ['\\d+/\\d+'])).toBe('1/12')
  expect(call('regex_search', 'Ethernet1/12', ['(\\d+)/(?P<n>\\d+)', '\\g<n>', '\\1'])).toEqual([
    '12',
    '1',
  ])
  expect(call('regex_search', 'Loopback0', ['/'])).toBe(null)
  expect(call('regex_search', 'ABC', ['b'], { ignorecase: true })).toBe('B')
})

test('regex_findall gives matches, one group, or lists of groups', () => {
  expect(call('regex_findall', 'Et1 Et2 Po3', ['Et\\d'])).toEqual(['Et1', 'Et2'])
  expect(call('regex_findall', 'Et1 Et2', ['Et(\\d)'])).toEqual(['1', '2'])
  expect(call('regex_findall', 'a=1 b=2', ['(\\w)=(\\d)'])).toEqual([
    ['a', '1'],
    ['b', '2'],
  ])
})

test('regex_escape', () => {
  expect(call('regex_escape', '10.0.0.1/24 (x)*')).toBe('10\\.0\\.0\\.1/24\\ \\(x\\)\\*')
  expect(call('regex_escape', 'a.b[c]', ['posix_basic'])).toBe('a\\.b\\[c\\]')
})

test.each([
  ['regex_replace', ['(', 'x'], 'a parenthesis is not closed'],
  ['regex_replace', ['(a)', '\\2'], 'the pattern has no group 2'],
  ['regex_replace', ['a', '\\q'], 'the escape \\q is not known'],
  ['regex_search', ['(a)', '\\2'], 'is no group of the pattern'],
  ['regex_search', ['(a)', '1'], 'is no group of the pattern'],
  ['regex_search', [5], 'the pattern must be a text'],
  ['regex_escape', ['pcre'], "unknown re_type 'pcre'"],
])('%s refuses %j', (filter, args, message) => {
  expect(() => call(filter, 'aaa', args)).toThrow(message)
})

test('a replacement that grows too large is refused', () => {
  const text = 'a'.repeat(100_000)
  expect(() => call('regex_replace', text, ['a', 'x'.repeat(100)])).toThrow(
    'more than 4000000 characters',
  )
})
