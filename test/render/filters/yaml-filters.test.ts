import fc from 'fast-check'
import { expect, test } from 'vitest'
import { call } from './call.ts'

const leaf = { vlans: [10, 20], name: 'leaf1', up: true, n: null, nested: { b: 'x: y', a: '10' } }

test('to_yaml writes collections of scalars in brackets', () => {
  expect(call('to_yaml', leaf)).toBe(
    "n: null\nname: leaf1\nnested: {a: '10', b: 'x: y'}\nup: true\nvlans: [10, 20]\n",
  )
})

test('to_nice_yaml writes blocks', () => {
  expect(call('to_nice_yaml', leaf)).toBe(
    "n: null\nname: leaf1\nnested:\n    a: '10'\n    b: 'x: y'\nup: true\nvlans:\n- 10\n- 20\n",
  )
  expect(call('to_nice_yaml', [{ a: 1, b: [2] }], [2])).toBe('- a: 1\n  b:\n  - 2\n')
})

test.each([
  ['yes', "'yes'"],
  ['010', "'010'"],
  ['1:20', "'1:20'"],
  ['00:1c:73:0a:bb:01', '00:1c:73:0a:bb:01'],
  ['50:54:00:00:11:11', "'50:54:00:00:11:11'"],
  ['2001-01-01', "'2001-01-01'"],
  ['~', "'~'"],
  ['', "''"],
  ['y', 'y'],
  ['a\tb', '"a\\tb"'],
  ['😀', '"\\U0001F600"'],
  ['é', 'é'],
  ['- x', "'- x'"],
  ["it's", "it's"],
  ['#1', "'#1'"],
])('the text %j is written as %s', (text, written) => {
  expect(call('to_nice_yaml', { k: text })).toBe(`k: ${written}\n`)
})

test.each([
  [1.5, '1.5'],
  [1e-7, '1.0e-07'],
  [1e300, '1.0e+300'],
  [Number.NaN, '.nan'],
  [Number.NEGATIVE_INFINITY, '-.inf'],
  [-0, '0'],
  [10n ** 30n, '1000000000000000000000000000000'],
])('the number %d is written as %s', (value, written) => {
  expect(call('to_yaml', value)).toBe(`${written}\n`)
})

test('long lines are folded at the width, unless it is without end', () => {
  const words = 'word '.repeat(20).trim()
  expect(call('to_nice_yaml', { k: words })).toContain('\n    word')
  expect(call('to_nice_yaml', { k: words }, [], { width: 1000 })).toBe(`k: ${words}\n`)
  expect(call('to_nice_yaml', { k: words }, [], { width: Number.POSITIVE_INFINITY })).toBe(
    `k: ${words}\n`,
  )
})

test('a collection that stands twice is written once, with an anchor', () => {
  const shared = [1]
  expect(call('to_nice_yaml', { a: shared, b: shared })).toBe('a: &id001\n- 1\nb: *id001\n')
})

test('keys that name parts of JavaScript objects are keys like any other', () => {
  const hostile = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "toString": 3}')
  expect(call('to_yaml', hostile)).toBe('__proto__: {x: 1}\nconstructor: 2\ntoString: 3\n')
  const read = call('from_yaml', '__proto__: {polluted: true}\nconstructor: 2\n')
  expect(Object.entries(read as object)).toEqual([
    ['__proto__', { polluted: true }],
    ['constructor', 2],
  ])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test.each([
  [undefined, 'undefined'],
  [{ a: [undefined] }, 'undefined'],
  [() => 1, 'function'],
])('%j cannot be written', (value, message) => {
  expect(() => call('to_yaml', value)).toThrow(message)
})

test('what contains itself is refused', () => {
  const endless: unknown[] = []
  let deep: unknown = endless
  for (let depth = 0; depth < 300; depth++) deep = [deep]
  expect(() => call('to_yaml', deep)).toThrow('levels deep')
})

test('from_yaml reads YAML 1.1', () => {
  expect(call('from_yaml', 'a: yes\nb: 0x1f\nc: 010\nd: 1:30\ne: on\nf: y\n')).toEqual({
    a: true,
    b: 31,
    c: 8,
    d: 90,
    e: true,
    f: 'y',
  })
  expect(call('from_yaml', '12345678901234567890')).toBe('12345678901234567890')
  expect(call('from_yaml', '2001-01-01 10:00:00')).toBe('2001-01-01 10:00:00')
  expect(call('from_yaml', '# nothing')).toBe(null)
  expect(call('from_yaml', { a: 1 })).toEqual({ a: 1 })
  expect(call('from_yaml_all', '---\na\n---\nb')).toEqual(['a', 'b'])
})

test.each([
  ['a: [', 'not YAML'],
  ['!!python/object:os.system x', 'not YAML'],
  ['a\n---\nb', 'holds 2 documents'],
  [`a: &a [1]\nb: [${'*a,'.repeat(600_000)}]`, 'more than 1000000 items'],
  ['a: &a [*a]', 'items'],
])('a text is refused: %#', (text, message) => {
  expect(() => call('from_yaml', text)).toThrow(message)
})

test('aliases that multiply are refused in time', () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    return `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`
  })
  expect(() => call('from_yaml', ['l0: &l0 [x]', ...levels].join('\n'))).toThrow('items')
})

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('data'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

test('what to_nice_yaml and to_yaml write, from_yaml reads back', () => {
  fc.assert(
    fc.property(data, fc.constantFrom('to_yaml', 'to_nice_yaml'), (value, filter) => {
      expect(call('from_yaml', call(filter, value))).toEqual(value)
    }),
  )
})
