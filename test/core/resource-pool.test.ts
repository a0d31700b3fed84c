import { describe, expect, test } from 'vitest'
import { parsePool } from '../../src/core/pool-reader.ts'
import type { Problem } from '../../src/core/problem.ts'
import type { ResourcePool } from '../../src/core/resource-pool.ts'
import { yaml11Text } from '../../src/core/yaml11-text.ts'

const textOf = (pool: ResourcePool) => Buffer.concat(pool.chunks()).toString()
const pairsOf = (pool: ResourcePool) =>
  pool.entries().map(({ value, holder }) => [value, holder ?? null])

function problemOf(text: string): Problem {
  try {
    parsePool('pool', text)
  } catch (error) {
    return error as Problem
  }
  throw new Error('the pool was read')
}

test('values and holders are their source text', () => {
  const text = '010: 001122\n0x1F: 1_000\n"a b": \'12:30:45\'\nyes: 2024-05-01\n~: 1.0\n'
  expect(pairsOf(parsePool('pool', text))).toEqual([
    ['010', '001122'],
    ['0x1F', '1_000'],
    ['a b', '12:30:45'],
    ['yes', '2024-05-01'],
    ['~', '1.0'],
  ])
})

test.each(['a: null', 'a: ~', 'a:', "a: ''", 'a: Null # x', 'a: null\r', '{a}', 'a: !!null x'])(
  '%j is free',
  (text) => {
    expect(pairsOf(parsePool('pool', `${text}\n`))).toEqual([['a', null]])
  },
)

test('the texts null and None are free, and told of with their places', () => {
  const pool = parsePool('pool', "a: x\nb: None # left behind\nc:  'null'\n")
  expect(pairsOf(pool)).toEqual([
    ['a', 'x'],
    ['b', null],
    ['c', null],
  ])
  expect(pool.warnings().map(({ code, at, key }) => [code, at, key])).toEqual([
    ['pool-holder-text', { file: 'pool', line: 2, column: 4 }, 'b'],
    ['pool-holder-text', { file: 'pool', line: 3, column: 5 }, 'c'],
  ])
})

describe('a new holder', () => {
  test.each([
    ['a: null # c\nb: null\n', "a: '0011' # c\nb: null\n"],
    ['a:\nb:\n', "a: '0011'\nb:\n"],
    ['a:   # c\n', "a: '0011'   # c\n"],
    ['a: null\r\nb: null', "a: '0011'\r\nb: null"],
    ['\ufeffa: ~', "\ufeffa: '0011'"],
    ['{a: null, b}\n', "{a: '0011', b}\n"],
    ['{"a":null}', '{"a":\'0011\'}'],
    ['{a, b}\n', "{a: '0011', b}\n"],
    ['? a # c\n? b\n', "? a # c\n: '0011'\n? b\n"],
    ['? a\r\n', "? a\r\n: '0011'\r\n"],
    ['? a', "? a\n: '0011'"],
    ['  ? a\n  :\n', "  ? a\n  : '0011'\n"],
    ['a: # c\n  null\n', "a: # c\n  '0011'\n"],
    ['a: !!null null\n', "a: '0011'\n"],
    ['a: &x null\nb: *x\n', "a: &x '0011'\nb: null\n"],
    ['---\na: | # c\n\n# d\n...\n', "---\na: '0011' # c\n# d\n...\n"],
  ])('in %j changes only its place', (before, after) => {
    const pool = parsePool('pool', before)
    expect(textOf(pool)).toBe(before)
    expect(pool.take('0011')).toBe('a')
    expect(textOf(pool)).toBe(after)
    expect(pairsOf(parsePool('pool', after))[0]).toEqual(['a', '0011'])
  })

  test('can be freed again, again and again', () => {
    const pool = parsePool('pool', 'a:\nb: x\n')
    for (let round = 0; round < 3; round++) {
      expect(pool.take('001')).toBe('a')
      expect(pool.releaseValue('a')).toEqual(['a'])
    }
    expect(textOf(pool)).toBe('a: null\nb: x\n')
  })

  test('does not take the holder of an alias away', () => {
    const pool = parsePool('pool', 'a: &x SER1\nb: *x\nc: *x\n')
    expect(pool.releaseValue('c')).toEqual(['c'])
    expect(pool.releaseValue('a')).toEqual(['a'])
    expect(textOf(pool)).toBe('a: &x null\nb: SER1\nc: null\n')
  })
})

describe('who holds what', () => {
  const pool = () =>
    parsePool('pool', 'a: 52:54:00:AA:00:01\nb: 5254.00aa.0002\nc: SER1\nd: 525400aa0001\n')

  test.each([
    [['525400aa0001'], 'a'],
    [['52-54-00-AA-00-02'], 'b'],
    [['SER1'], 'c'],
    [['ser1'], undefined],
    [['SER1', '525400AA0002'], 'b'],
    [[], undefined],
  ])('%j holds %s', (ids, value) => {
    expect(pool().heldBy(ids)).toBe(value)
  })

  test('all values of one holder are freed at once, in file order', () => {
    const changed = pool()
    expect(changed.releaseHeldBy(['SER1', '5254.00aa.0001'])).toEqual(['a', 'c', 'd'])
    expect(changed.counts).toEqual({ values: 4, held: 1 })
    expect(changed.take('x')).toBe('a')
  })

  test('clearing frees everything and keeps the layout', () => {
    const changed = parsePool('pool', "# top\na: x # why\n\nb: ~\nc: 'None'\nd: y\n")
    expect(changed.clear()).toBe(2)
    expect(textOf(changed)).toBe("# top\na: null # why\n\nb: ~\nc: 'None'\nd: null\n")
  })

  test('a fork goes its own way', () => {
    const base = parsePool('pool', 'a: null\nb: null\n')
    const fork = base.fork()
    expect(fork.take('x')).toBe('a')
    expect(fork.take('y')).toBe('b')
    expect(fork.take('z')).toBeUndefined()
    expect(base.counts.held).toBe(0)
    expect(base.take('z')).toBe('a')
  })
})

describe('a value that stands several times', () => {
  test('is one value, held as soon as one of its pairs is', () => {
    const pool = parsePool('pool', 'a: x\nb: null\na: null\n')
    expect(pairsOf(pool)).toEqual([
      ['a', 'x'],
      ['b', null],
    ])
    expect(pool.take('y')).toBe('b')
    expect(pool.take('z')).toBeUndefined()
  })

  test('is held by the last, and given where the last stands, which wins in YAML', () => {
    const pool = parsePool('pool', 'a: x\na: y\nb: null\nb: null\n')
    expect(pool.heldBy(['x'])).toBeUndefined()
    expect(pool.heldBy(['y'])).toBe('a')
    expect(pool.take('z')).toBe('b')
    expect(textOf(pool)).toBe('a: x\na: y\nb: null\nb: z\n')
    expect(pool.releaseValue('a')).toEqual(['a'])
    expect(textOf(pool)).toBe('a: null\na: null\nb: null\nb: z\n')
  })
})

test.each([
  ['', 'pool-shape', 1, 1],
  ['# nothing\n', 'pool-shape', 1, 1],
  ['- a\n- b\n', 'pool-shape', 1, 1],
  ['word\n', 'pool-shape', 1, 1],
  ['a: null\nb: [x]\n', 'pool-shape', 2, 4],
  ['a: null\nb:\n  c: d\n', 'pool-shape', 3, 3],
  ['a: null\n---\nb: null\n', 'pool-shape', 2, 1],
  ['a: null\n<<: {b: null}\n', 'pool-shape', 2, 1],
  ['a: null\n"": null\n', 'pool-shape', 2, 1],
  ['a: null\n[b]: null\n', 'pool-shape', 2, 1],
  ['a: null\nb:\tnull\n', 'pool-syntax', 2, 3],
  ['a: null\n\tb: null\n', 'pool-syntax', 2, 1],
  ['a: null\nb: c: d\n', 'pool-syntax', 2, 5],
  ['a: null\nb: *x\n', 'pool-syntax', 2, 4],
  ['a: null\nb: "x\u0085y"\n', 'pool-syntax', 2, 6],
  ['\ufeffa: null\nb:\tnull\n', 'pool-syntax', 2, 3],
])('%j is refused as %s, with its place', (text, code, line, column) => {
  const problem = problemOf(text)
  expect([problem.code, problem.at]).toEqual([code, { file: 'pool', line, column }])
})

test.each([
  ['00112233', "'00112233'"],
  ['001122aabbcc', '001122aabbcc'],
  ['JPE12345678', 'JPE12345678'],
  ['5254e1234567', "'5254e1234567'"],
  ['12:30:45', "'12:30:45'"],
  ['yes', "'yes'"],
  ['y', "'y'"],
  ['0x1F', "'0x1F'"],
  ['1_000', "'1_000'"],
  ['2024-05-01', "'2024-05-01'"],
  ['null', "'null'"],
  ['~', "'~'"],
  ['', "''"],
  ['<<', "'<<'"],
  ['=', "'='"],
  ["it's", "'it''s'"],
  [' a', "' a'"],
  ['a #b', "'a #b'"],
  ['- a', "'- a'"],
  ['a\nb', '"a\\x0ab"'],
  ['a\u2028"', '"a\\u2028\\""'],
  ['a\n\u{1f600}', '"a\\x0a\\U0001f600"'],
])('%j is written as %s', (text, written) => {
  expect(yaml11Text(text)).toBe(written)
})

test('a pool of a million values is read in seconds, and an allocation makes one block of it anew', () => {
  const lines = Array.from({ length: 1_000_000 }, (_, at) => `10.${at}: null\n`)
  const begin = performance.now()
  const pool = parsePool('pool', lines.join(''))
  const before = pool.chunks()
  expect(performance.now() - begin).toBeLessThan(8000)
  expect(pool.take('x')).toBe('10.0')
  const after = pool.chunks()
  expect(after.filter((chunk, at) => chunk !== before[at])).toHaveLength(1)
})

test.each([
  [
    'block',
    (keys: string[]) => keys.map((key) => `${key}: null\t# c\n`.replace('\t', '  ')).join(''),
  ],
  ['indented', (keys: string[]) => keys.map((key) => `  ${key}: null # \tc\n`).join('')],
  ['flow', (keys: string[]) => `{${keys.join(', ')}}`],
  ['question marks', (keys: string[]) => keys.map((key) => `? ${key}\n`).join('')],
])('a long pool in %s style takes a time that grows with its length', (_style, make) => {
  const text = make(Array.from({ length: 100_000 }, (_, at) => `k${at}`))
  const begin = performance.now()
  expect(parsePool('pool', text).counts.values).toBe(100_000)
  expect(performance.now() - begin).toBeLessThan(4000)
})
