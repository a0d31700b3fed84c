import { expect, test } from 'vitest'
import { call } from './call.ts'

test('Base64 both ways', () => {
  expect(call('b64encode', 'admin:pä55')).toBe('YWRtaW46cMOkNTU=')
  expect(call('b64encode', 5)).toBe('NQ==')
  expect(call('b64decode', 'YWRtaW4=')).toBe('admin')
})

test.each([
  [undefined, 'f10e2821bbbea527ea02200352313bc059445190'],
  ['md5', '7815696ecbf1c96e6894b779456d330e'],
  ['sha256', '688787d8ff144c502c7f5cffaafe2cc588d86079f9de88304c26b0cb99ce91c6'],
])('hash(%s) of a text', (algorithm, digest) => {
  expect(call('hash', 'asd', [algorithm])).toBe(digest)
})

test('quote makes a word for a shell', () => {
  expect(call('quote', "it's")).toBe(`'it'"'"'s'`)
  expect(call('quote', 'plain')).toBe('plain')
  expect(call('quote', null)).toBe("''")
})

test('what is no text is printed as Python prints it', () => {
  const value = [null, true, 1.5, 1e-7, 'it\'s "x"', { a: '\n\u2028é' }]
  expect(call('quote', value)).toContain(`[None, True, 1.5, 1e-07, '"'"'it\\'"'"'s "x"'"'"', {`)
  expect(call('regex_replace', value, ['^.*{', ''])).toBe("'a': '\\n\\u2028é'}]")
})

test.each([
  ['b64decode', 'YQ', [], 'is not Base64'],
  ['b64decode', '/w==', [], 'does not hold UTF-8'],
  ['b64encode', 'a', ['rot13'], "unknown encoding 'rot13'"],
  ['hash', 'a', ['shake256'], "unknown algorithm 'shake256'"],
  ['hash', undefined, [], 'undefined'],
  ['b64encode', 'x'.repeat(3_500_000), [], 'more than 4000000 characters'],
])('%s refuses %s', (filter, value, args, message) => {
  expect(() => call(filter, value, args)).toThrow(message)
})
