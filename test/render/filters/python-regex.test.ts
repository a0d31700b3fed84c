import { expect, test } from 'vitest'
import { isBacktrackingSafe } from '../../../src/core/python-regex/compile.ts'
import {
  compilePythonRegex,
  findAllPython,
  replacePython,
} from '../../../src/render/filters/python-regex.ts'

test.each([
  // where Python and JavaScript read the same signs differently
  ['\\Aa', 'a\na', ['a']],
  ['a\\Z', 'a\na', ['a']],
  ['a$', 'a\n', ['a']],
  ['a\\Z', 'a\n', []],
  ['.', '\r\u2028\n', ['\r', '\u2028']],
  ['\\d', '٣5', ['٣', '5']],
  ['(?a)\\d', '٣5', ['5']],
  ['\\w+', 'é_日1-', ['é_日1']],
  ['\\bé', 'é', ['é']],
  ['[]x]', ']x[', [']', 'x']],
  ['[^\\W\\d]', 'a1-', ['a']],
  ['a{,2}', 'aaa', ['aa', 'a', '']],
  ['a{x', 'a{x', ['a{x']],
  ['(?i)K', 'k', ['k']],
  ['(?s)a.b', 'a\nb', ['a\nb']],
  ['(?x) a # comment\n b', 'ab', ['ab']],
  ['(?#comment)a', 'a', ['a']],
  ['\\101\\x42\\u0043', 'ABC', ['ABC']],
  ['(?P<q>[\'"]).*?(?P=q)', `'a' "b"`, ["'", '"']],
  ['|a', 'ab', ['', 'a', '', '']],
  ['x*', 'axb', ['', 'x', '', '']],
  ['😀', '😀', ['😀']],
  ['(a)|b', 'ab', ['a', '']],
  ['(?<=ab|cd)e', 'abecde', ['e', 'e']],
  ['(?<=(?:ab){2})c', 'ababc abc', ['c']],
  ['(?<!\\d{2})x', '1x12x', ['x']],
  ['(?<=\\b(a))b', 'ab', ['a']],
])('%s finds the same in %j as in Python', (pattern, text, found) => {
  expect(findAllPython(compilePythonRegex(pattern), text)).toEqual(found)
})

test('a replacement knows groups by number and by name, and takes a dollar sign as it is', () => {
  const regex = compilePythonRegex('(?P<a>x)(y)?')
  expect(replacePython(regex, '\\g<a>\\g<1>\\2\\g<0>$1\\n\\\\', 'x')).toBe('xxx$1\n\\')
})

test.each([
  ['a++', 'possessive'],
  ['(?>a)', 'not supported'],
  ['(?<n>a)', 'not supported'],
  ['(a)(?(1)b|c)', 'not supported'],
  ['(?i:a)b', '(?i:…)'],
  ['a(?i)', 'not supported'],
  ['(?L)a', '(?L)'],
  ['\\N{DIGIT ONE}', '\\N'],
  ['\\y', '\\y'],
  ['(a)?\\1', 'optional'],
  ['(?:(a)|b)*', 'not every turn fills'],
  ['(?<=a|bc)d', 'fixed width'],
  ['(?<!a+)b', 'fixed width'],
  ['(a)(?<=\\1)b', 'without references'],
  ['(?<=(.){2})c', 'holds a group'],
  ['\\1(a)', 'no group 1'],
  ['(a', 'not closed'],
  ['a)', 'never opened'],
  ['[a', 'not closed'],
  ['[z-a]', 'ends before it begins'],
  ['*a', 'nothing to repeat'],
  ['a{2,1}', 'least above its most'],
  ['(?P<n>a)(?P<n>b)', 'twice'],
  ['('.repeat(200), 'nested too deep'],
  ['a'.repeat(10_001), 'longer than'],
])('the pattern %s is refused by name', (pattern, message) => {
  expect(() => compilePythonRegex(pattern)).toThrow(message)
})

const safe = [
  '^Ethernet(\\d+)/(\\d+)$',
  '\\s+$',
  '.*x',
  '(\\d{1,3}\\.){3}\\d{1,3}',
  '^(\\S+)\\s+(\\S+)$',
  'Ethernet\\d+(?:/\\d+)*$',
  '(?:ab|cd)+x',
  '[a-z]+\\s*=\\s*.*',
  '\\A.*.*x',
]

const unsafe = [
  '(a+)+$',
  '(a|a)*$',
  '(a|ab)*c',
  '(?:a?){30}a{30}',
  'a?'.repeat(30) + 'a'.repeat(30),
  '.*.*x',
  '.*.*.*x',
  '.*\\d+x',
  '(x+x+)+y',
  '(.)\\1',
  '(?=.*a)b',
  '(\\w+\\s?)*$',
  '(a{1,50}){1,50}b',
  '(a*?)*b',
  '(',
]

test.each(safe)('%s surely ends soon', (pattern) => {
  expect(isBacktrackingSafe(pattern)).toBe(true)
})

test.each(unsafe)('%s is not known to end soon', (pattern) => {
  expect(isBacktrackingSafe(pattern)).toBe(false)
})

test('a line start counts as a bound only when lines do', () => {
  expect(isBacktrackingSafe('^.*.*x')).toBe(false)
  expect(isBacktrackingSafe('^.*.*x', { multiline: false })).toBe(true)
  expect(isBacktrackingSafe('(?m)^.*.*x', { multiline: false })).toBe(false)
})

test.each(safe)('%s does end soon, whatever the text', (pattern) => {
  const regex = compilePythonRegex(pattern)
  for (const part of ['a', '1', ' ', '.', 'a1 ', 'ab', 'a.', '1.', '/1', '\n', 'Ethernet1']) {
    const text = part.repeat(Math.floor(2000 / part.length))
    const start = performance.now()
    findAllPython(regex, `${text}!`)
    expect(performance.now() - start).toBeLessThan(1000)
  }
})
