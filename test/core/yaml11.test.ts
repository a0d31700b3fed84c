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
