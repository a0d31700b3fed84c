import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CompactKeys } from '../../src/core/compact-key.ts'

const byte = fc.constantFrom('00', '0a', 'a0', 'ff', '1c', '73', 'FF', '0g', ' 1', '1')
const macLike = fc
  .tuple(fc.array(byte, { minLength: 6, maxLength: 6 }), fc.constantFrom(':', ':', ':', '-', '.'))
  .map(([bytes, between]) => bytes.join(between))
const anyText = fc.oneof(macLike, macLike, fc.string({ minLength: 17, maxLength: 17 }), fc.string())

test('two texts have the same key if they are the same, and only then', () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 200 }), (texts) => {
      const keys = new CompactKeys()
      const textOf = new Map<number | string, string>()
      for (const text of [...texts, ...texts]) {
        const key = keys.of(text)
        expect(textOf.get(key) ?? text).toBe(text)
        textOf.set(key, text)
      }
      expect(textOf.size).toBe(new Set(texts).size)
    }),
    { numRuns: 300 },
  )
})

test('a MAC address is a number, and so are those of sixty-four vendors; more stay texts', () => {
  const keys = new CompactKeys()
  const macs = Array.from({ length: 70 }, (_, at) => `00:1c:${(at + 16).toString(16)}:00:00:01`)
  const kinds = [...macs, ...macs].map((mac) => typeof keys.of(mac))
  expect(kinds.filter((kind) => kind === 'number')).toHaveLength(128)
  expect(typeof keys.of('00:1C:73:00:00:01')).toBe('string')
})
