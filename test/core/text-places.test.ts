import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textPlaces } from '../../src/core/text-places.ts'

/** Counted anew for each place. */
function placeIn(text: string, offset: number) {
  const lines = text.slice(0, offset).split('\n')
  return { file: 'f', line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 }
}

test('places are the same in whatever order they are asked for, and columns count characters', () => {
  const texts = fc.array(fc.constantFrom('a', '\n', 'ä', '🐘', '\r'), { maxLength: 30 })
  fc.assert(
    fc.property(texts, fc.array(fc.nat(30)), (parts, asked) => {
      const locate = textPlaces('f', parts.join(''))
      // offsets are the beginnings of characters
      for (const at of asked) {
        const offset = parts.slice(0, at).join('').length
        expect(locate(offset)).toEqual(placeIn(parts.join(''), offset))
      }
    }),
  )
})
