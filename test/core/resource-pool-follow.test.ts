import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePool } from '../../src/core/pool-reader.ts'
import type { ResourcePool } from '../../src/core/resource-pool.ts'

const count = 3500
const lines = Array.from({ length: count }, (_, at) =>
  at % 7 === 0
    ? `k${at}:`
    : `k${at}: ${at % 3 === 0 ? `h${at}` : 'null'}${at % 5 === 0 ? ' # é' : ''}`,
)
const text = `# top\n${lines.join('\n')}\n`
const textOf = (pool: ResourcePool) => Buffer.concat(pool.chunks()).toString()

const edit = fc.tuple(
  fc.oneof(
    fc.integer({ min: 0, max: count - 1 }),
    fc.constantFrom(0, 1023, 1024, 2047, 2048, count - 1),
  ),
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(': null', ": '0011'", ': SER1', ': x # why', ': "q"  #', ':'),
    },
    fc.constantFrom(
      ': None',
      ': a b',
      ':  x',
      ': x#y',
      '',
      ': x\n# more',
      ': x\nnew: null',
      ': h#\n\n',
      ': &a x',
      ': "',
    ),
  ),
)

test('a pool follows another text to just what reading it would give, or leaves it alone', () => {
  let followed = 0
  const property = fc.property(fc.array(edit, { maxLength: 4 }), fc.nat(3), (edits, more) => {
    const pool = parsePool('pool', text)
    pool.take('first')
    const changed = textOf(pool).split('\n')
    for (const [at, holder] of edits) changed[at + 1] = `k${at}${holder}`
    const next = changed.join('\n')
    const before = textOf(pool)
    if (!pool.follow(Buffer.from(next))) {
      expect(textOf(pool)).toBe(before)
      return
    }
    followed++
    const read = parsePool('pool', next)
    for (let at = 0; at <= more; at++) expect(pool.take(`t${at}`)).toBe(read.take(`t${at}`))
    expect(pool.entries()).toEqual(read.entries())
    expect(pool.counts).toEqual(read.counts)
    expect(textOf(pool)).toBe(textOf(read))
    for (const id of ['SER1', '0011', 'first', 'h3'])
      expect(pool.heldBy([id])).toBe(read.heldBy([id]))
  })
  void fc.assert(property, { numRuns: 250 })
  expect(followed).toBeGreaterThan(50)
})

test('a pool follows a file that was only touched, and no other layout than the usual', () => {
  expect(parsePool('pool', text).follow(Buffer.from(text))).toBe(true)
  const indented = text.replaceAll(/^k/gm, '  k')
  expect(parsePool('pool', indented).follow(Buffer.from(indented))).toBe(false)
})
