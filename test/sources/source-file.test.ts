import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { invalidUtf8At } from '../../src/sources/source-file.ts'

describe('the first place that is not UTF-8', () => {
  test.each([
    ['nothing wrong', Buffer.from('aü€😀'), undefined],
    ['a Latin-1 letter in the middle', Buffer.from([0x61, 0xc3, 0xbc, 0xf6, 0x62]), 3],
    ['a character cut off at the end', Buffer.from([0x61, 0xe2, 0x82]), 1],
    ['a written U+FFFD before it', Buffer.from([0xef, 0xbf, 0xbd, 0xff]), 3],
    ['a lone surrogate', Buffer.from([0x61, 0xed, 0xa0, 0x80]), 1],
  ])('%s', (_what, bytes, place) => {
    expect(invalidUtf8At(bytes)).toBe(place)
  })

  test('of a valid text with one wrong byte put in, it is the place of that byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        const head = Buffer.from(before, 'utf8')
        const bytes = Buffer.concat([head, Buffer.from([0xff]), Buffer.from(after, 'utf8')])
        expect(invalidUtf8At(bytes)).toBe(head.length)
      }),
    )
  })
})
