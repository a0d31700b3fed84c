import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { switchOrdinals } from '../../src/core/inventory.ts'
import { assembleInventory, runToEnd } from '../../src/core/inventory-assembly.ts'
import { parseInventory } from '../../src/core/parse-inventory.ts'
import { Problem } from '../../src/core/problem.ts'
import { mergeVariables } from '../../src/core/variables.ts'
import { placed, problemOf, readerOf, sourceOf, tableOf } from './inventory-source.ts'

const { parse, valueOfA } = readerOf('yaml')

describe('a YAML inventory', () => {
  test('has its pairs in the order of the file', () => {
    const table = parse('B:\n  x: 1\ndefaults:\n  y: 2\nA: {z: [3]}\ngroups:\n  g: {}\n')
    expect(table.entries).toEqual([
      { id: 'B', value: { x: 1 } },
      undefined,
      { id: 'A', value: { z: [3] } },
      undefined,
    ])
    expect(table.defaults).toEqual({ value: { y: 2 }, ordinal: 1 })
    expect(table.groups).toEqual({ value: { g: {} }, ordinal: 3 })
    expect(table.warnings).toEqual([])
    expect(table.entangled).toBe(false)
  })

  test.each(['{}', '---\n{}\n...\n', '\uFEFF{}', '# c\n{ }\n', '%YAML 1.2\n---\n{}'])(
    '%j has no switches',
    (text) => {
      expect(parse(text).entries).toEqual([])
    },
  )

  test.each([
    '\uFEFFA:\r\n  x: y\r\n  z:\r\n  - 1\r\n',
    '---\nA:\n  x: y\n  z: [1]\n...\n',
    '{"A": {"x": "y", "z": [1]}}',
    '  A:\n    x: y\n    z:\n    - 1\n',
    '? A\n: x: y\n  z: [1]\n',
    '!!map\nA: !!map {x: !!str y, z: !!seq [1]}',
  ])('%j is read', (text) => {
    expect(valueOfA(text)).toEqual({ x: 'y', z: [1] })
  })

  test('spans tell where key and value stand, an empty value too', () => {
    const text = '\uFEFF"é": {x: ü}\n? B\nC:\nD:\n  y: 1\n'
    const { spans, source, entries } = parse(text)
    const part = (at: number) => source.text(spans[at] ?? 0, spans[at + 1] ?? 0)
    expect(entries.map((entry) => entry?.id)).toEqual(['é', 'B', 'C', 'D'])
    expect([part(0), part(1)]).toEqual(['"é": ', '{x: ü}\n? '])
    expect([part(3), part(4)]).toEqual(['B', '\n'])
    expect([part(6), part(7)]).toEqual(['C', ':\n'])
    expect([part(9), part(10)]).toEqual(['D:\n  ', 'y: 1\n'])
  })

  test('both pairs of a switch that stands twice are told', () => {
    expect(parse('A: {x: 1}\nA: {x: 2}').entries).toEqual([
      { id: 'A', value: { x: 1 } },
      { id: 'A', value: { x: 2 } },
    ])
  })
})

describe('plain scalars', () => {
  const cases: readonly [string, unknown][] = [
    ...['yes', 'Yes', 'YES', 'yEs', 'on', 'On', 'ON', 'oN', 'true', 'True', 'TRUE'].map(
      (text): [string, unknown] => [text, true],
    ),
    ...['no', 'No', 'NO', 'nO', 'off', 'Off', 'OFF', 'oFf', 'false', 'False', 'FALSE'].map(
      (text): [string, unknown] => [text, false],
    ),
    ...['', '~', 'null', 'Null', 'NULL'].map((text): [string, unknown] => [text, null]),
    ...['y', 'Y', 'n', 'N', 'nULL', 'none', 'yess', 'offf'].map((text): [string, unknown] => [
      text,
      text,
    ]),
    ...[
      '001122334455',
      '0012',
      '00',
      '-012',
      '5e5400001111',
      '12e4567890',
      '1e3',
      '50:54:00:00:11:11',
      '5054.0000.1111',
    ].map((text): [string, unknown] => [text, text]),
    ...[
      '12:30',
      '1:2',
      '2024-01-01',
      '10.0.0.1',
      '4.30.1',
      '4.',
      '1_000',
      '0b11',
      '.inf',
      '-.INF',
      '.nan',
      '+',
      '.',
    ].map((text): [string, unknown] => [text, text]),
    ['0', 0],
    ['-12', -12],
    ['+7', 7],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.5e3', 1500],
    ['1e+3', 1000],
    ['1.e-7', 1e-7],
    ['0x1F', 31],
    ['0o17', 15],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['0xFFFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFFFF'],
    ['1.5e999', '1.5e999'],
  ]

  test.each(cases)('%j is %j', (text, value) => {
    expect(valueOfA(`A:\n  x: ${text}\n`)).toEqual({ x: value })
    expect(valueOfA(`A: {x: ${text}, "y": "${text}", z: '${text}'}`)).toEqual({
      x: value,
      y: text,
      z: text,
    })
  })

  test.each(['4.30', '1.0', '-0.0', '+10.100', '.50'])(
    '%s is warned of, with its place',
    (number) => {
      for (const text of [
        `Ä:\n  x: 1\nA:\n  é: ü\n  ü: ${number}\n`,
        `Ä: {x: 1}\n\n\nA: { é: ü,\n  ü: ${number}}\n`,
      ]) {
        expect(parse(text).warnings.map(placed)).toEqual(['version-like-number 5:6'])
      }
      expect(parse(`A: {x: "${number}", y: '${number}', z: !!str ${number}}`).warnings).toEqual([])
    },
  )

  test('a decimal with more digits than a number holds is warned of', () => {
    expect(parse('A:\n- 3.14159265358979323846').warnings.map(placed)).toEqual([
      'number-precision 2:3',
    ])
  })

  test('a hundred thousand warnings in a text that is not ASCII end after a hundred, quickly', () => {
    const entries = Array.from({ length: 30_000 }, (_, at) => `s${at}:\n  é: 1.0\n`)
    const table = parse(entries.join(''))
    expect(table.warnings.length).toBe(100)
    expect(table.warnings.map(placed).at(-1)).toBe('version-like-number 200:6')
  }, 5_000)
})

describe('identifiers are taken from the source text', () => {
  const ids = [
    '001122334455',
    '5e5400001111',
    '12e4567890',
    '50:54:00:00:11:11',
    '0012',
    '1.0',
    '0x12',
    '123',
    'on',
  ]
  test.each(ids)('%s', (id) => {
    for (const text of [
      `${id}:\n  serial: ${id}\n  mac: ${id}\n`,
      `${id}: {serial: ${id}, mac: ${id}}`,
      `{${id}: {serial: ${id}, mac: ${id}}}`,
      `? ${id}\n: serial: ${id}\n  mac: &m ${id}\n`,
      `${id}:\n  <<: {serial: ${id}}\n  mac: ${id}\n`,
    ]) {
      const table = parse(text)
      expect(table.entries).toEqual([{ id, value: { serial: id, mac: id } }])
      expect(table.warnings).toEqual([])
    }
  })

  test('but only right in an entry, and null stays null', () => {
    expect(
      valueOfA('A: {serial: ~, hostname: on, model: 4.30, x: {serial: 12, mac: [1]}}'),
    ).toEqual({
      serial: null,
      hostname: 'on',
      model: '4.30',
      x: { serial: 12, mac: [1] },
    })
  })
})

describe('anchors', () => {
  test('an alias stands for the value, and the table is entangled', () => {
    const table = parse('B: {x: &x [1, 2], &k key: &s text}\nA: {y: *x, z: *s, k: *k}\n')
    expect(table.entries[1]?.value).toEqual({ y: [1, 2], z: 'text', k: 'key' })
    expect(table.entangled).toBe(true)
  })

  test('an anchor that is stated again counts from there on', () => {
    expect(valueOfA('A: {a: &x 1, b: *x, c: &x 2, d: *x}')).toEqual({ a: 1, b: 1, c: 2, d: 2 })
  })

  test.each<[string, string, unknown]>([
    ['brings keys', 'B: &b {x: 1, y: 2}\nA:\n  <<: *b\n  z: 3', { x: 1, y: 2, z: 3 }],
    ['loses to the mapping itself', 'B: &b {x: 1, y: 2}\nA:\n  y: 3\n  <<: *b', { y: 3, x: 1 }],
    ['loses to a key behind it', 'B: &b {x: 1, y: 2}\nA:\n  <<: *b\n  y: 3', { x: 1, y: 3 }],
    [
      'takes a list, the earlier wins',
      'B: &b {x: 1}\nC: &c {x: 2, y: 2}\nA: {<<: [*b, *c]}',
      { x: 1, y: 2 },
    ],
    ['does not merge deep', 'B: &b {x: {p: 1}}\nA: {<<: *b, x: {q: 2}}', { x: { q: 2 } }],
    ['works at every depth', 'B: &b {x: 1}\nA: {l: [{<<: *b, y: 2}]}', { l: [{ x: 1, y: 2 }] }],
    ['is text in quotes', 'A: {"<<": {x: 1}}', { '<<': { x: 1 } }],
    ['is text as a value', 'A: {x: <<}', { x: '<<' }],
  ])('<< %s', (_what, text, value) => {
    expect(JSON.stringify(valueOfA(text))).toBe(JSON.stringify(value))
  })

  test('a merge leaves what it merges alone', () => {
    const table = parse('B: &b {x: 1}\nA: {<<: *b, y: 2}\nC: {<<: *b}')
    expect(table.entries.map((entry) => entry?.value)).toEqual([{ x: 1 }, { x: 1, y: 2 }, { x: 1 }])
  })

  test('a billion laughs are refused quickly', () => {
    const lines = Array.from({ length: 12 }, (_, at) =>
      at === 0
        ? 'a0: &a0 [lol]'
        : `a${at}: &a${at} [${Array(10)
            .fill(`*a${at - 1}`)
            .join(', ')}]`,
    )
    const problem = problemOf(() => parse(lines.join('\n')))
    expect(problem.code).toBe('inventory-shape')
    expect(problem.message).toMatch(/aliases of this entry/)
    const nested = lines.map((line) => `  ${line}`).join('\n')
    expect(problemOf(() => parse(`A:\n${nested}`)).message).toMatch(/aliases/)
  }, 2_000)

  test('many entries that each stay below the bound are refused quickly', () => {
    const big = `big: &big [${Array(900).fill('{x: 1}').join(', ')}]\nbigger: &bigger [${Array(500).fill('*big').join(', ')}]\n`
    const entries = Array.from({ length: 5_000 }, (_, at) => `s${at}: {x: *bigger}`).join('\n')
    expect(problemOf(() => parse(big + entries)).message).toMatch(/aliases of this file/)
  }, 5_000)

  test('a large file without aliases is no such thing', () => {
    const groups = Array.from(
      { length: 3_000 },
      (_, at) => `  g${at}: {${Array.from({ length: 100 }, (_, key) => `k${key}: 1`).join(', ')}}`,
    )
    expect(Object.keys(parse(`groups:\n${groups.join('\n')}`).groups?.value ?? {}).length).toBe(
      3_000,
    )
  })

  test('aliases do not lead deeper than a text may go', () => {
    const open = '['.repeat(60)
    const close = ']'.repeat(60)
    expect(
      problemOf(() => parse(`A: {a: &a ${open}x${close}, b: ${open}*a${close}}`)).message,
    ).toMatch(/nested deeper/)
    const chain = Array.from(
      { length: 3_000 },
      (_, at) => `  a${at}: &a${at} [${at === 0 ? '' : `*a${at - 1}`}]`,
    )
    expect(problemOf(() => parse(`A:\n${chain.join('\n')}`)).message).toMatch(/nested deeper/)
    expect(valueOfA(`A: {a: &a [[x]], b: ${'['.repeat(90)}*a${']'.repeat(90)}}`)).toBeDefined()
  })
})

describe('what is wrong is told with its place', () => {
  test.each<[string, string, string, RegExp]>([
    ['an empty file', '', 'inventory-empty', /empty/],
    ['white space only', ' \n\n', 'inventory-empty', /nothing/],
    ['comments only', '# nothing\n# here\n', 'inventory-empty', /nothing/],
    ['a byte order mark only', '\uFEFF', 'inventory-empty', /nothing/],
    ['a document mark only', '---\n', 'inventory-empty', /nothing/],
    ['null', '~\n', 'inventory-shape 1:1', /a single value/],
    ['a list', '- A\n- B\n', 'inventory-shape 1:1', /a list/],
    ['a text', '\n "abc"', 'inventory-shape 2:2', /a single value/],
    ['a number', '5', 'inventory-shape 1:1', /a single value/],
    ['an alias', '*a', 'inventory-shape 1:1', /a single value/],
    ['a second document', 'A: {x: 1}\n---\nB: {}\n', 'inventory-shape 2:1', /second document/],
    [
      'a second document behind an empty one',
      '---\n---\nB: {}\n',
      'inventory-shape 2:1',
      /second document/,
    ],
    ['a document behind an end', 'A: {}\n...\nB: {}\n', 'inventory-shape', /second document/],
    [
      'an alias before its anchor',
      'A: {x: *a, y: &a 1}',
      'inventory-syntax 1:8',
      /no anchor &a before/,
    ],
    [
      'an alias inside of its anchor',
      'A: &a {x: [*a]}',
      'inventory-syntax 1:12',
      /inside of its own anchor/,
    ],
    ['an alias as a key', 'B: {x: &a 1}\nA: {*a : 2}', 'inventory-syntax 2:5', /as a key/],
    ['an alias as a switch', 'B: {x: &a 1}\n*a : {}', 'inventory-syntax 2:1', /as a key/],
    ['a list as a key', 'A: {[1]: 2}', 'inventory-syntax 1:5', /a key must be/],
    ['<< in the file', 'A: &a {x: 1}\n<<: *a', 'inventory-shape 2:1', /into an entry/],
    ['<< of a text', 'A:\n  <<: abc', 'inventory-syntax 2:3', /takes a mapping/],
    ['<< of null', 'A:\n  <<:\n', 'inventory-syntax 2:3', /takes a mapping/],
    ['<< of a list of texts', 'A:\n  <<: [a]', 'inventory-syntax 2:3', /takes a mapping/],
    [
      'an Ansible Vault value',
      'A:\n  é: !vault |\n    $ANSIBLE_VAULT;1.1\n',
      'inventory-shape 2:6',
      /Vault/,
    ],
    ['!!binary', 'A: {x: !!binary aGk=}', 'inventory-shape 1:8', /!!binary is not supported/],
    ['!!int', 'A: {x: !!int "5"}', 'inventory-shape 1:8', /!!int/],
    ['!!python', 'A: {x: !!python/object:os.system x}', 'inventory-shape 1:8', /not supported/],
    ['a tag on an entry', 'A: !!set {x}', 'inventory-shape 1:4', /!!set/],
    ['a tag on the file', '!foo\nA: {}', 'inventory-shape 1:1', /!foo/],
    ['a tag on a key', 'A: {!!int 5: 1}', 'inventory-shape 1:5', /!!int/],
    ['a tab', 'A:\n\tx: 1\n', 'inventory-syntax 2:1', /tab/],
    ['a NUL', 'A: {x: a\u0000b}', 'inventory-syntax 1:9', /null byte/],
    ['a control character', 'é:\n  x: a\u0007b', 'inventory-syntax 2:7', /non-printable/],
    ['a quote that is missing', 'A:\n  x: "y\n', 'inventory-syntax 3:1', /./],
    ['a bracket that is missing', 'A: {x: [1, 2}', 'inventory-syntax 1:13', /./],
    ['a bad indentation', 'A:\n    x: 1\n  y: 2\n', 'inventory-syntax 3:3', /indentation/],
    ['a colon too many', 'A:\n  é: a: b', 'inventory-syntax 2:7', /./],
    [
      'a key that stands twice',
      'A:\n  x: 1\n  é: {y: 1, y: 2}\n',
      'inventory-syntax 3:13',
      /"y" stands twice/,
    ],
    [
      'a key that stands twice beside <<',
      'A: {<<: {x: 0}, x: 1, x: 2}',
      'inventory-syntax 1:23',
      /"x" stands twice/,
    ],
    [
      'a key that stands twice, quoted',
      'A: {x: 1, "x": 2}',
      'inventory-syntax 1:11',
      /"x" stands twice/,
    ],
    ['__proto__ twice', 'A: {__proto__: 1, __proto__: 2}', 'inventory-syntax 1:19', /stands twice/],
    [
      'defaults twice',
      'defaults: {}\ndefaults: {}',
      'inventory-duplicate-section 2:1',
      /stands twice/,
    ],
    ['groups twice', 'groups: {}\n"groups": {}', 'inventory-duplicate-section 2:1', /stands twice/],
    ['a group twice', 'groups:\n  g: {}\n  g: {}', 'inventory-syntax 3:3', /"g" stands twice/],
    [
      'defaults that are a list',
      'A:\ndefaults: [x]',
      'inventory-shape 2:1',
      /mapping of variables/,
    ],
    ['defaults that are a text', 'defaults: x', 'inventory-shape 1:1', /mapping of variables/],
    ['groups that are a list', 'groups: [g]', 'inventory-shape 1:1', /mapping of groups/],
    ['a group that is a list', 'groups:\n  g: [1]', 'inventory-shape 1:1', /mapping of variables/],
    ['a reserved name in defaults', 'defaults: {switch: 1}', 'variable-reserved 1:1', /"switch"/],
    ['a reserved name in a group', 'groups: {g: {sw: 1}}', 'variable-reserved 1:1', /"sw"/],
  ])('%s', (_what, text, place, message) => {
    const problem = problemOf(() => parse(text))
    expect(placed(problem)).toContain(place)
    expect(problem.message).toMatch(message)
    expect(problem.at?.file).toBe('inventory.yaml')
  })

  test('defaults and groups may be empty', () => {
    expect(parse('defaults:\ngroups:\n')).toMatchObject({
      defaults: { value: {} },
      groups: { value: {} },
    })
    expect(parse('groups:\n  g:\n').groups?.value).toEqual({ g: null })
  })

  test.each(['[', '{x: '])('%s nested deep is refused quickly', (opening) => {
    for (const depth of [105, 10_000, 200_000]) {
      const problem = problemOf(() => parse(`A: ${opening.repeat(depth)}`))
      expect(placed(problem)).toMatch(/^inventory-shape 1:/)
      expect(problem.message).toBe('nested deeper than 100 levels')
    }
  })

  test('a hundred levels are fine, as in JSON', () => {
    expect(valueOfA(`A: ${'['.repeat(100)}x${']'.repeat(100)}`)).toBeDefined()
    expect(problemOf(() => parse(`A: ${'['.repeat(101)}x${']'.repeat(101)}`)).message).toMatch(
      /nested deeper/,
    )
  })
})

describe('whatever the bytes are', () => {
  const whole = [
    '\uFEFF%YAML 1.2',
    '---',
    'defaults: &d {é: 1.0, n: ~}',
    'A:',
    '  <<: *d',
    '  "x": [1, {y: \'é😀\'}]',
    '  t: |2-',
    '     text',
    '    more',
    '  ? k',
    '  : !!str yes # c',
    'groups: {g: {t: >',
    '  }}',
    '50:54:00:00:11:11:',
    '  - &x a',
    '  - *x',
  ].join('\n')

  test('mutated bytes give a table or a Problem, and the place lies in the file', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      ',',
      ':',
      ': ',
      '\n',
      '\r',
      '\t',
      '  ',
      '- ',
      '? ',
      '&a ',
      '*a',
      '!!str ',
      '|',
      '>',
      '<<',
      '#',
      '%',
      '---\n',
      '...\n',
      '\u0000',
      'é',
      '1.0',
      '\uFEFF',
    )
    const base = whole.replace('groups: {g: {t: >', 'groups: {g: {t: x')
    const bytes = Buffer.from(base)
    expect(parse(base).entries.length).toBe(4)
    const edit = fc.record({
      at: fc.nat(bytes.length - 1),
      drop: fc.nat(5),
      insert: fc.oneof(token, fc.string({ maxLength: 3 })),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        let now: Buffer = bytes
        for (const { at, drop, insert } of edits) {
          now = Buffer.concat([now.subarray(0, at), Buffer.from(insert), now.subarray(at + drop)])
        }
        const text = now.toString('utf8')
        try {
          const { entries, spans } = parseInventory(sourceOf(text), 'yaml')
          expect(spans.length).toBe(entries.length * 3)
          for (let at = 0; at < spans.length; at += 3) {
            expect(spans[at]).toBeLessThanOrEqual(spans[at + 1] ?? 0)
            expect(spans[at + 1]).toBeLessThanOrEqual(spans[at + 2] ?? 0)
          }
        } catch (error) {
          if (!(error instanceof Problem)) throw error
          const { line = 1, column = 1 } = error.at ?? {}
          const lines = text.replace(/^\uFEFF/, '').split('\n')
          expect(line).toBeLessThanOrEqual(lines.length)
          expect(column).toBeLessThanOrEqual([...(lines[line - 1] ?? '')].length + 1)
        }
      }),
      { numRuns: 4000 },
    )
  })

  test('a file cut off anywhere is a table or a Problem', () => {
    const bytes = Buffer.from(whole)
    for (let length = 0; length <= bytes.length; length++) {
      try {
        tableOf('yaml', bytes.subarray(0, length).toString('utf8'))
      } catch (error) {
        if (!(error instanceof Problem)) throw error
      }
    }
  })
})

describe('JSON and YAML mean the same', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      'on',
      'No',
      '1.0',
      '4.30',
      '0012',
      '5e5400001111',
      '~',
      '',
      'null',
      '<<',
      '*a',
      '- x',
      'a: b',
      'é\n😀',
      '__proto__',
      'constructor',
    ),
  )
  // YAML 1.1 knows these as text, so that js-yaml does not quote them
  const sure = word.filter(
    (text) =>
      !/^(yes|no|on|off|true|false)$/i.test(text) || /^([a-z]+|[A-Z][a-z]+|[A-Z]+)$/.test(text),
  )
  const leaf = fc.oneof(
    sure,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    // js-yaml writes an exponent otherwise than JSON does, and identifiers are taken as they are written
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Object.is(value, -0) && !String(value).includes('e')),
  )
  const { data } = fc.letrec<{ data: unknown }>((tie) => ({
    data: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('data'), { maxLength: 3 }),
      fc.dictionary(sure, tie('data'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }))
  const variables = fc.dictionary(
    fc
      .oneof(sure, fc.constantFrom('serial', 'mac', 'hostname', 'template'))
      .filter((key) => !['sw', 'switch', 'server', 'groups'].includes(key)),
    data,
    { maxKeys: 5, noNullPrototype: true },
  )
  const id = fc
    .oneof(
      fc.stringMatching(/^[0-9a-f]{12}$/),
      fc.stringMatching(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/),
      fc.stringMatching(/^[A-Z0-9]{1,8}$/),
      sure,
    )
    .filter((key) => key !== 'defaults' && key !== 'groups' && key !== '<<')
  const inventory = fc
    .tuple(
      variables,
      fc.dictionary(fc.constantFrom('g1', 'g2', 'constructor'), variables, {
        noNullPrototype: true,
      }),
      fc.dictionary(id, fc.tuple(variables, fc.subarray(['g1', 'g2', 'constructor'])), {
        maxKeys: 6,
        noNullPrototype: true,
      }),
    )
    .map(([defaults, groups, switches]) => ({
      defaults,
      groups,
      ...Object.fromEntries(
        Object.entries(switches).map(([key, [own, names]]) => [key, { ...own, groups: names }]),
      ),
    }))

  test('ids, values and merged variables', () => {
    fc.assert(
      fc.property(inventory, fc.constantFrom(-1, 0, 2), (given, flowLevel) => {
        const json = tableOf('json', JSON.stringify(given))
        const yaml = tableOf('yaml', dump(given, { flowLevel, noRefs: true }))
        expect(yaml.entries).toEqual(json.entries)
        expect(yaml.defaults).toEqual(json.defaults)
        expect(yaml.groups).toEqual(json.groups)
        const [one, other] = [json, yaml].map((table) => runToEnd(assembleInventory([table])))
        if (one === undefined || other === undefined) throw new Error('no inventory')
        expect(other.index).toEqual(one.index)
        for (const ordinal of switchOrdinals(one)) {
          expect(mergeVariables(other, ordinal)).toEqual(mergeVariables(one, ordinal))
        }
      }),
      { numRuns: 500 },
    )
  })
})
