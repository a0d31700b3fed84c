import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactJson, exactValue } from '../../src/core/exact-value.ts'
import { readYaml11 } from '../../src/core/yaml11.ts'
import { yaml11Node } from '../../src/core/yaml11-writer.ts'

/** The JSON of a text. */
function jsonOf(text: string): string {
  const root = readYaml11(text)
  return exactJson(root === undefined ? null : exactValue(root))
}

describe('a file of ZTPServer is read as YAML 1.1', () => {
  test.each([
    ['yes', 'true'],
    ['Off', 'false'],
    ['y', '"y"'],
    ['0x1F', '31'],
    ['010', '8'],
    ['1_000', '1000'],
    ['09', '"09"'],
    ['1e3', '"1e3"'],
    ['5254e1234567', '"5254e1234567"'],
    ['12:30:45', '45045'],
    ['~', 'null'],
    ['2024-05-01', '"2024-05-01"'],
    ['1.0', '1.0'],
    ['4.30', '4.3'],
    ['123456789012345678901234567', '123456789012345678901234567'],
    ['{300: a, 20: b, a: c}', '{"300": "a", "20": "b", "a": "c"}'],
    ['{a: 1, b: 2, a: 3}', '{"a": 3, "b": 2}'],
    [
      '{__proto__: 1, constructor: {prototype: 2}}',
      '{"__proto__": 1, "constructor": {"prototype": 2}}',
    ],
    ['a: &x {k: 1}\nb:\n  <<: *x\n  k: 2', '{"a": {"k": 1}, "b": {"k": 2}}'],
    ["'yes'", '"yes"'],
    ['a: [\n{b: 1\n},\n]\nc: 2', '{"a": [{"b": 1}], "c": 2}'],
    ['- "b\nc"', '["b c"]'],
    ["- 'b'#c\n- [#d\n1]#e", '["b", [1]]'],
    ['- |\n  b', '["b"]'],
    ['!!str 12', '"12"'],
  ])('%s is %s', (text, json) => {
    expect(jsonOf(text)).toBe(json)
  })

  test.each([
    ['a tab as indentation', 'a:\n\t- b'],
    ['a tab and nothing else', '\t'],
    ['a tab behind a colon', 'a:\t1'],
    ['a tab behind a word', 'a: 1\t\n'],
    ['a tab before a comment', "a: '# b'\t# c"],
    ['a second document', 'a: 1\n---\nb: 2'],
    ['an unknown tag', 'a: !!python/object:os.system {}'],
    ['a text that is cut off', 'a: [1, 2'],
    ['an alias without an anchor', 'a: *b'],
    ['nesting without end', '['.repeat(500)],
  ])('%s is refused', (_what, text) => {
    expect(() => readYaml11(text)).toThrow()
  })
})

const hasPyYaml = spawnSync('python3', ['-c', 'import yaml']).status === 0
if (!hasPyYaml) {
  if (process.env['CI'] !== undefined) throw new Error('python3-yaml is not installed')
  console.warn('skipped: comparisons with PyYAML need python3-yaml')
}

test.each([
  ['a quote that is never closed', `a: 'x\n${'abcd: 1\n'.repeat(2_500_000)}`, 'YamlFault'],
  ['a bracket that is never closed', `a: [\n${'abcd: 1\n'.repeat(2_500_000)}`, 'YamlFault'],
  ['a second key on a line of 20 MB', `a: ${'x '.repeat(10_000_000)}: y: z\n`, 'YamlFault'],
])('twenty megabytes with %s are refused, and the mistake is told', (_what, text, name) => {
  let fault: unknown
  try {
    readYaml11(text)
  } catch (error) {
    fault = error
  }
  expect((fault as Error).name).toBe(name)
})

/** What PyYAML makes of texts, as JSON; null where it refuses one. */
function pyYaml(texts: readonly string[]): (string | null)[] {
  const script = `
import datetime, json, sys, yaml
class Loader(yaml.SafeLoader): pass
Loader.yaml_implicit_resolvers = {k: [(t, r) for t, r in v if t != 'tag:yaml.org,2002:timestamp'] for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
out = []
for text in json.load(sys.stdin):
    try:
        out.append(json.dumps(yaml.load(text, Loader), ensure_ascii=False))
    except Exception:
        out.append(None)
json.dump(out, sys.stdout)
`
  const { stdout, stderr } = spawnSync('python3', ['-c', script], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as (string | null)[]
}

function outcome(text: string): string {
  try {
    return jsonOf(text)
  } catch (error) {
    return String(error)
  }
}

const word = fc.constantFrom(
  ...[
    'leaf',
    'any:any',
    "regex('sp\\d+'):any",
    '$up',
    '10.0.0.1/24',
    '00:1c:73:aa:bb:cc',
    'a#b',
    'two words',
  ],
  ...[
    'yes',
    'Off',
    '~',
    'null',
    '010',
    '0x1F',
    '09',
    '1_000',
    '1e3',
    '1.5',
    '12:30:45',
    '2024-05-01',
    'é',
  ],
  ...[
    "'it''s'",
    '"q\\n"',
    "''",
    "'# no'",
    '"a: b"',
    "'two\n lines'",
    '"two\n\n   lines"',
    "'\nmargin'",
  ],
)
const name = fc.constantFrom(
  ...[
    'name',
    'node',
    'any',
    'Ethernet1-2',
    '010',
    'off',
    '1.5',
    '10.0.0.2/24',
    "'a b'",
    '"c"',
    'two words',
  ],
)
/** What stands between the words of a collection in brackets. */
const space = fc.constantFrom('', '', ' ', '\n', '\n  ', '\n      ', ' # c\n', '#c\n', '\n# c, ]\n')
const comment = fc.constantFrom('', '', '', ' # c', '  # c: [')
const behind = fc.constantFrom('', '', ' # c', '#c')
const { inBrackets } = fc.letrec((tie) => ({
  inBrackets: fc.oneof(
    { depthSize: 'small' },
    word,
    fc
      .tuple(fc.array(fc.tuple(space, tie('inBrackets'), space), { maxLength: 3 }), space)
      .map(([items, end]) => `[${items.map((item) => item.join('')).join(',')}${end}]`),
    fc
      .tuple(
        fc.array(fc.tuple(space, name, fc.constant(': '), tie('inBrackets'), space), {
          maxLength: 3,
        }),
        space,
      )
      .map(([pairs, end]) => `{${pairs.map((pair) => pair.join('')).join(',')}${end}}`),
  ),
}))
const blockText = fc
  .tuple(
    fc.constantFrom('|', '>', '|-', '>-', '|+', '>+', '| # c'),
    fc.array(fc.constantFrom('text', '# no comment', '- a: [', '  more', '', "it's"), {
      maxLength: 4,
    }),
  )
  .map(([header, lines]) => `${header}\n${lines.map((line) => `% ${line}\n`).join('')}`)
const line = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(word, comment).map((parts) => `${parts.join('')}\n`) },
  { weight: 4, arbitrary: fc.tuple(inBrackets, behind).map((parts) => `${parts.join('')}\n`) },
  blockText,
  fc.constantFrom('two\n%lines\n', '&x 1\n', '&y {a: 1}\n', '*x\n', '{<<: *y, b: 2}\n'),
)
const { collection } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, line, tie('collection')),
  collection: fc.oneof(
    fc
      .array(fc.tuple(name, tie('value')), { minLength: 1, maxLength: 3 })
      .map(
        (pairs) => `\n${pairs.map(([key, value]) => `%${key}: ${deeper(String(value))}`).join('')}`,
      ),
    fc
      .array(tie('value'), { minLength: 1, maxLength: 3 })
      .map((items) => `\n${items.map((item) => `%- ${deeper(String(item))}`).join('')}`),
  ),
}))

/** Each % is one more level of indentation. */
const deeper = (text: string) => text.replaceAll('%', '  %')

/** An anchor whose name ends with a colon, and a comment right behind one. */
const staysDifferent = /&\w:|:#/

/** Documents as operators write them, and such with one character more or less; always the same. */
function generatedDocuments(): { documents: string[]; broken: string[] } {
  const text = fc
    .tuple(
      fc.constantFrom('', '', '# head\n', '---\n', '%YAML 1.1\n---\n'),
      collection.map((lines) => String(lines).replaceAll('%', '')),
      fc.constantFrom('', '', '', '# end', '...\n', '\n \n'),
      fc.constantFrom('\n', '\n', '\r\n'),
      fc.boolean(),
    )
    .map(([head, body, tail, lineEnd, isEnded]) => {
      const whole = `${head}${body}${tail}`
      return (isEnded ? whole : whole.replace(/\n$/, '')).replaceAll('\n', lineEnd)
    })
  const documents = fc.sample(text, { numRuns: 6_000, seed: 17 })
  const change = fc.tuple(
    text,
    fc.nat(),
    fc.constantFrom('', ' ', '\n', '#', ',', ']', '}', "'", '"', ':'),
  )
  const broken = fc
    .sample(change, { numRuns: 3_000, seed: 19 })
    .map(([whole, place, character]) => {
      const at = place % (whole.length + 1)
      return whole.slice(0, at) + character + whole.slice(character === '' ? at + 1 : at)
    })
  return { documents, broken }
}

describe.skipIf(!hasPyYaml)('compared with PyYAML', () => {
  test('thousands of generated words mean the same', () => {
    const letters = [...'0123456789_:.-+exbXnoyaf~=']
    const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 8 })
    const words = fc.sample(word, { numRuns: 4_000, seed: 7 }).filter(
      // what PyYAML reads as a collection, or a number that JSON has no word for
      (text) => !/^[-?:]( |$)|:$|inf|nan|^=$/i.test(text),
    )
    const theirs = pyYaml(words)
    const differences = words.flatMap((text, at) => {
      const expected = theirs[at] ?? null
      if (expected === null || /Infinity|NaN/.test(expected)) return []
      const ours = jsonOf(text)
      const same = ours === expected || (ours !== '' && Number(ours) === Number(expected))
      return same ? [] : [`${text}: ${ours}, PyYAML ${expected}`]
    })
    expect(differences).toEqual([])
  })

  test('tabs are refused where it refuses them', () => {
    const part = fc.constantFrom(
      ...['\t', '\t', ' ', '\n', '\n  ', 'a: ', '- ', 'b', "'c\td'", '"e\tf"', "'# g'", '# h\ti\n'],
      ...['|\n  j\n', '>-\n  k\tl\n', '[', ']', ','],
    )
    const texts = fc
      .sample(fc.array(part, { maxLength: 7 }), { numRuns: 20_000, seed: 13 })
      .map((parts) => parts.join(''))
      .filter((text) => text.includes('\t'))
    const theirs = pyYaml(texts)
    const taken = texts.filter((text, at) => {
      if (theirs[at] !== null) return false
      try {
        // PyYAML refuses other things too: what is refused with blanks in the place of tabs is not about tabs
        readYaml11(text)
        return pyYaml([text.replaceAll('\t', ' ')])[0] !== null
      } catch {
        return false
      }
    })
    expect(taken).toEqual([])
    const refused = texts.filter((text, at) => {
      if (theirs[at] === null) return false
      try {
        return jsonOf(text) === ''
      } catch (error) {
        return String(error).includes('a tab may stand')
      }
    })
    expect(refused).toEqual([])
  })

  test('generated documents in every layout mean the same, and none is refused that it takes', () => {
    const { documents, broken } = generatedDocuments()
    const texts = [...documents, ...broken]
    const theirs = pyYaml(texts)
    const taken = theirs.filter((json) => json !== null)
    expect(taken.length).toBeGreaterThan(4_000)
    const differences = texts.flatMap((text, at) => {
      const expected = theirs[at] ?? null
      if (expected === null || staysDifferent.test(text)) return []
      const ours = outcome(text)
      return ours === expected ? [] : [{ text, ours, expected }]
    })
    expect(differences).toEqual([])
  })

  test('whatever text stands in a pattern file we write, PyYAML reads it back', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        'yes',
        '001122334455',
        '12:30:45',
        'null',
        '',
        '~',
        '1e3',
        '- a',
        '# b',
        'a: b',
      ),
      fc.constantFrom(
        "regex('sp\\d'):any",
        '$spine:any',
        'any:any',
        "it's",
        '"',
        '\n',
        'a\tb',
        '\u0085',
      ),
    )
    const texts = fc.sample(text, { numRuns: 500, seed: 11 })
    const written = texts.map((value) =>
      yaml11Node({
        kind: 'dictionary',
        start: 0,
        pairs: [
          {
            key: value,
            keyStart: 0,
            value: {
              kind: 'list',
              start: 0,
              items: [{ kind: 'scalar', start: 0, value, text: undefined }],
            },
          },
        ],
      }),
    )
    expect(pyYaml(written).map((json) => JSON.parse(json ?? 'null'))).toEqual(
      texts.map((value) => ({ [value]: [value] })),
    )
    expect(written.map((each) => JSON.parse(jsonOf(each)))).toEqual(
      texts.map((value) => ({ [value]: [value] })),
    )
  })
})
