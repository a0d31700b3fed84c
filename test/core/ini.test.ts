import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findEntry, parseIni } from '../../src/core/ini.ts'
import { describeProblem } from '../../src/core/problem.ts'

const file = '/etc/ztpush/ztpush.conf'

/** `section.key` → value, as the text itself has them. */
function values(text: string): Record<string, string> {
  const { entries, problems } = parseIni(text, file)
  expect(problems).toEqual([])
  return Object.fromEntries(entries.map(({ section, key, value }) => [`${section}.${key}`, value]))
}

function faults(text: string): readonly string[] {
  return parseIni(text, file).problems.map(describeProblem)
}

describe('what is read', () => {
  test.each<[string, string, Record<string, string>]>([
    ['an equals sign and a colon both split', '[a]\nx = 1\ny: 2', { 'a.x': '1', 'a.y': '2' }],
    [
      'the first sign splits, the others are plain',
      '[a]\nx = http://h:1/?a=b\ny : c=d',
      { 'a.x': 'http://h:1/?a=b', 'a.y': 'c=d' },
    ],
    ['keys lose their letter case, sections keep it', '[Ab]\nKeY=V', { 'Ab.key': 'V' }],
    [
      'sections that differ in letter case are two',
      '[a]\nx=1\n[A]\nx=2',
      { 'a.x': '1', 'A.x': '2' },
    ],
    [
      'full-line comments are skipped',
      '# c\n[a]\n; c\nx=1\n   # indented = c\ny=2',
      {
        'a.x': '1',
        'a.y': '2',
      },
    ],
    [
      'there are no inline comments',
      '[a] # c\nx = 1 # one\ny = 2 ; two',
      {
        'a.x': '1 # one',
        'a.y': '2 ; two',
      },
    ],
    [
      'a deeper line continues the value',
      '[a]\nx = 1\n  2\n\t3\ny=4',
      {
        'a.x': '1\n2\n3',
        'a.y': '4',
      },
    ],
    [
      'an indented key that is deeper is a continuation too',
      '[a]\nx = 1\n  y = 2',
      {
        'a.x': '1\ny = 2',
      },
    ],
    ['keys may be indented when all are', '[a]\n  x = 1\n  y = 2', { 'a.x': '1', 'a.y': '2' }],
    [
      'blank lines inside a value stay, those behind it go',
      '[a]\nx = 1\n\n  2\n\n\ny = 3',
      {
        'a.x': '1\n\n2',
        'a.y': '3',
      },
    ],
    [
      'a comment between continued lines leaves no blank line',
      '[a]\nx = 1\n# c\n  2',
      {
        'a.x': '1\n2',
      },
    ],
    ['a value may be empty', '[a]\nx =\ny:', { 'a.x': '', 'a.y': '' }],
    ['a percent sign is plain', '[a]\nx = %(asctime)s 100%', { 'a.x': '%(asctime)s 100%' }],
    ['a byte order mark is skipped', '\u{feff}[a]\nx=1', { 'a.x': '1' }],
    ['lines end in LF, CRLF or CR', '[a]\r\nx=1\r\n  2\ry=3\n', { 'a.x': '1\n2', 'a.y': '3' }],
    ['tabs and other space are trimmed', '[a]\n\u{a0}x\t=\t1\u{3000}', { 'a.x': '1' }],
    ['a NUL is as good as any character', '[a]\nx = 1\0 2', { 'a.x': '1\0 2' }],
    [
      'names of JavaScript objects are names',
      '[__proto__]\nconstructor=1',
      {
        '__proto__.constructor': '1',
      },
    ],
    ['a text without anything is fine', '', {}],
  ])('%s', (_rule, text, expected) => {
    expect(Object.entries(values(text))).toEqual(Object.entries(expected))
  })

  test('every section and key has the line it stands on, also behind comments and continued values', () => {
    const { sections, entries } = parseIni('# c\r\n\r\n[a]\r\nx = 1\r\n  2\r\n\r\ny = 3', file)
    expect(sections).toEqual([{ name: 'a', line: 3 }])
    expect(entries).toEqual([
      { section: 'a', key: 'x', value: '1\n2', line: 4 },
      { section: 'a', key: 'y', value: '3', line: 7 },
    ])
  })

  test('[DEFAULT] lends its keys to every section that is written, where that has none of its own', () => {
    const ini = parseIni('[DEFAULT]\nport = 1\nhost = h\n[server]\nport = 2\n[DEFAULT]\nx=3', file)
    expect(ini.problems).toEqual([])
    expect(findEntry(ini, 'server', 'port')?.value).toBe('2')
    expect(findEntry(ini, 'server', 'host')).toMatchObject({ section: 'DEFAULT', line: 3 })
    expect(findEntry(ini, 'server', 'x')?.value).toBe('3')
    expect(findEntry(ini, 'operator', 'port')).toBeUndefined()
  })

  test('a value of a megabyte and a line of a megabyte of space take no time', () => {
    const text = `[a]\nx = ${'y'.repeat(1 << 20)}\n${' '.repeat(1 << 20)}z = 1`
    expect(values(text)['a.x']).toBe(`${'y'.repeat(1 << 20)}\nz = 1`)
  })
})

describe('what is refused', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'a line that is nothing',
      '[a]\nx = 1\nport 8080',
      [
        `${file}:3: neither a [section], nor key = value, nor a comment. Fix: write: key = value (indent the line if it continues the value before it)`,
      ],
    ],
    [
      'a key before any section, once however many there are',
      '# c\nx = 1\ny = 2\n[a]',
      [`${file}:2: this stands before any section. Fix: begin with a section, such as [dynconfig]`],
    ],
    [
      'a key stated twice, in whatever letter case, with both lines',
      '[a]\nport = 1\n[b]\nport=2\nPort = 3',
      [`${file}:5: [b] has the key "port" already, on line 4. Fix: keep one of the two`],
    ],
    [
      'a key stated twice in [DEFAULT]',
      '[DEFAULT]\nx=1\n[DEFAULT]\nx=2',
      [`${file}:4: [DEFAULT] has the key "x" already, on line 2. Fix: keep one of the two`],
    ],
    [
      'a section stated twice, with both lines',
      '[a]\n[b]\n[a]',
      [
        `${file}:3: the section [a] is there already, on line 1. Fix: write the keys of both under one [a]`,
      ],
    ],
    [
      'a section that is not closed',
      '[a]\n[server\n',
      [`${file}:2: the "]" of the section is missing. Fix: close it with ]`],
    ],
    [
      'a section without a name',
      '[a]\n[]\n',
      [`${file}:2: a section without a name. Fix: write its name between [ and ]`],
    ],
    [
      'a value without a key',
      '[a]\n= 1\n',
      [`${file}:2: no key stands before the "=". Fix: write: key = value`],
    ],
  ])('%s', (_what, text, expected) => {
    expect(faults(text)).toEqual(expected)
  })

  test('every fault of a text is reported, and none shows the line, which may hold a secret', () => {
    const found = faults('[operator]\ntoken hunter2hunter2\nlisten off\n[operator]')
    expect(found).toHaveLength(3)
    expect(found.join()).not.toContain('hunter2')
  })
})

/** What python3 has for each text: its sections with all their keys, or null where it refuses the text. */
function readByPython(texts: readonly string[]): readonly unknown[] {
  const program = `
import configparser, io, json, sys
read = []
for text in json.load(sys.stdin):
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=None)
    try:
        parser.read_file(io.StringIO(text, newline=None))
    except configparser.Error:
        read.append(None)
        continue
    read.append([[name, sorted(dict(parser.items(name)).items())] for name in parser.sections()])
json.dump(read, sys.stdout)
`
  const python = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  expect(python.stderr).toBe('')
  return JSON.parse(python.stdout)
}

/** The same of ours. */
function readByUs(text: string): unknown {
  const ini = parseIni(text, file)
  if (ini.problems.length > 0) return null
  const keys = [...new Set(ini.entries.map(({ key }) => key))].sort(byCodePoint)
  return ini.sections
    .filter(({ name }) => name !== 'DEFAULT')
    .map(({ name }) => [
      name,
      keys.flatMap((key) => {
        const entry = findEntry(ini, name, key)
        return entry === undefined ? [] : [[key, entry.value]]
      }),
    ])
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

const space = fc.constantFrom(
  '',
  '',
  '',
  ' ',
  '  ',
  '    ',
  '\t',
  '\u{a0}',
  '\x1f',
  '\x85',
  '\u{2003}',
)
const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'B', 'port', 'Port', 'x y', '%', '8080', 'é', 'İ') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('[', ']', '=', ':', '#', ';', '"', "'", '\\', '\u{2028}'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 6 }) },
)
const words = fc.array(word, { maxLength: 4 }).map((parts) => parts.join(''))
const key = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.string({ unit: fc.constantFrom('a', 'B', 'c'), minLength: 1, maxLength: 4 }),
  },
  { weight: 1, arbitrary: words },
)
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(space, key, space, fc.constantFrom('=', ':'), space, words, space)
      .map((parts) => parts.join('')),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(space, fc.constantFrom('[a]', '[b]', '[A]', '[DEFAULT]', '[c d] x', '[e]]'), space)
      .map((parts) => parts.join('')),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('  ', '\t', '      '), words)
      .map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(space, fc.constantFrom('#', ';'), words).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: space },
  {
    weight: 1,
    arbitrary: fc.oneof({ weight: 5, arbitrary: fc.constant('') }, { weight: 1, arbitrary: words }),
  },
)
const iniText = fc
  .tuple(
    fc.constantFrom('[s]', '[s]', '[DEFAULT]', ' [s]', '# c'),
    fc.array(fc.tuple(fc.constantFrom('\n', '\n', '\r\n', '\r'), line), { maxLength: 12 }),
  )
  .map(([first, rest]) => first + rest.flat().join(''))

const hasPython = spawnSync('python3', ['--version']).status === 0

describe.skipIf(!hasPython)("Python's own ConfigParser", () => {
  test('reads and refuses the same texts, of thousands that are generated', () => {
    const texts = fc.sample(iniText, 4000)
    const python = readByPython(texts)
    const refused = python.filter((read) => read === null).length
    expect(refused).toBeGreaterThan(400)
    expect(refused).toBeLessThan(3600)
    for (const [index, text] of texts.entries()) {
      expect([text, readByUs(text)]).toEqual([text, python[index]])
    }
  })
})
