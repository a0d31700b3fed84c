import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonSyntaxError, parseJsonTree } from '../../src/core/json-text.ts'
import { parseInventory } from '../../src/core/parse-inventory.ts'
import { Problem } from '../../src/core/problem.ts'
import { nodeValue } from '../../src/core/source-text.ts'
import { placed, problemOf, readerOf, sourceOf, tableOf } from './inventory-source.ts'

const { parse, valueOfA } = readerOf('json')

describe('a JSON inventory', () => {
  test('has its pairs in the order of the file', () => {
    const table = parse(
      '{"B": {"x": 1}, "defaults": {"y": 2}, "A": {"z": [3]}, "groups": {"g": {}}}',
    )
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

  test.each(['{}', ' {} ', '\uFEFF{}', '\r\n{\r\n}\r\n', '\uFEFF\n{ }\n'])(
    '%j has no switches',
    (text) => {
      expect(parse(text).entries).toEqual([])
    },
  )

  test('a byte order mark and CRLF are white space', () => {
    expect(valueOfA('\uFEFF{\r\n"A": {\r\n"x": "y"\r\n}\r\n}\r\n')).toEqual({ x: 'y' })
  })

  test('any text survives, in keys and in values', () => {
    const text = '{"A": {"\\u00e9\\n\\"": "日本\\ud83d\\ude00", "😀": "\u007f\u2028", "": ""}}'
    expect(valueOfA(text)).toEqual({ 'é\n"': '日本😀', '😀': '\u007f\u2028', '': '' })
  })

  test('spans tell where key and value stand', () => {
    const text = '\uFEFF{ "é" : {"ü": 1} , "A":{}}'
    const { spans, source } = parse(text)
    const parts = [...spans].map((start, at) => source.text(start, spans[at + 1] ?? start))
    expect(parts[0]).toBe('"é" : ')
    expect(parts[1]).toBe('{"ü": 1} ')
    expect(parts[3]).toBe('"A":')
    expect(parts[4]).toBe('{}')
  })

  test('both pairs of a switch that stands twice are told', () => {
    expect(parse('{"A": {"x": 1}, "A": {"x": 2}}').entries).toEqual([
      { id: 'A', value: { x: 1 } },
      { id: 'A', value: { x: 2 } },
    ])
  })

  test('a string of many megabytes is no trouble, beside a number to look at', () => {
    const long = 'a'.repeat(30_000_000)
    const table = parse(`{"A": {"x": 1.0, "long": "${long}"}}`)
    expect(table.warnings.map(placed)).toEqual(['version-like-number 1:13'])
    expect(table.entries).toEqual([{ id: 'A', value: { x: 1, long } }])
  })
})

describe('numbers', () => {
  test.each<[string, unknown]>([
    ['0', 0],
    ['-12', -12],
    ['0.5', 0.5],
    ['1e3', 1000],
    ['1e-5', 0.00001],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['-9007199254740993', '-9007199254740993'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['1e400', '1e400'],
    ['1e21', '1e21'],
  ])('%s is %j', (number, value) => {
    expect(valueOfA(`{"A": {"x": ${number}, "list": [${number}]}}`)).toEqual({
      x: value,
      list: [value],
    })
  })

  test.each(['4.30', '1.0', '-0.0', '10.100', '4.3000'])(
    '%s is warned of, with its place',
    (number) => {
      const { warnings } = parse(`{"Ä": {"x": 1},\n "A": {"ü": "é", "x": ${number}}}`)
      expect(warnings.map(placed)).toEqual(['version-like-number 2:23'])
      expect(warnings[0]?.message).toContain(number)
      expect(warnings[0]?.fix).toContain(`"${number}"`)
    },
  )

  test.each(['4.3', '1', '0.25', '100', '1.5e10', '"4.30"', '":4.30"', '", 4.30"', '"[1.0"'])(
    '%s is not warned of',
    (number) => {
      expect(parse(`{"A": {"x": ${number}}}`).warnings).toEqual([])
    },
  )

  test('a decimal with more digits than a number holds is warned of', () => {
    expect(parse('{"A": {"x": 3.14159265358979323846}}').warnings.map(placed)).toEqual([
      'number-precision 1:13',
    ])
  })

  test('warnings are told of all layers, and end after a hundred', () => {
    expect(
      parse('{"defaults": {"v": 1.0}, "groups": {"g": {"v": 2.0}}}').warnings.map(placed),
    ).toEqual(['version-like-number 1:20', 'version-like-number 1:48'])
    const many = Array.from({ length: 20_000 }, () => '1.0').join(', ')
    expect(parse(`{"A": {"x": [${many}], "ä": "ä"}}`).warnings.length).toBe(100)
  })

  test('an identifier is taken as it is written', () => {
    const text =
      '{"A": {"serial": 1.0, "mac": 505400001111, "hostname": 1e5, "model": true, "x": {"serial": 7}}}'
    const table = parse(text)
    expect(table.entries[0]?.value).toEqual({
      serial: '1.0',
      mac: '505400001111',
      hostname: '1e5',
      model: 'true',
      x: { serial: 7 },
    })
    expect(table.warnings).toEqual([])
  })
})

describe('what is wrong is told with its place', () => {
  test.each<[string, string, string, RegExp]>([
    ['an empty file', '', 'inventory-empty', /empty/],
    ['white space only', ' \r\n\t', 'inventory-empty', /nothing/],
    ['a byte order mark only', '\uFEFF', 'inventory-empty', /nothing/],
    ['a list', '[]', 'inventory-shape 1:1', /a list/],
    ['a text', ' "abc"', 'inventory-shape 1:2', /a single value/],
    ['a number', '5', 'inventory-shape 1:1', /a single value/],
    ['null', '\nnull', 'inventory-shape 2:1', /a single value/],
    ['a text that is not closed', '"abc', 'inventory-syntax 1:1', /not closed/],
    ['YAML', 'A:\n  x: 1\n', 'inventory-syntax 1:1', /expected a value, found "A"/],
    ['a comma at the end of the file', '{"A": {},}', 'inventory-syntax 1:10', /expected a key/],
    [
      'a comma at the end of an entry',
      '{"A": {"x": 1,}}',
      'inventory-syntax 1:15',
      /expected a key/,
    ],
    ['a missing value', '{"A": , "B": {}}', 'inventory-syntax 1:7', /expected a value, found ","/],
    ['a missing comma', '{"A": {"x": 1}\n "B": {}}', 'inventory-syntax 2:2', /expected "," or "}"/],
    [
      'a missing comma inside',
      '{"A": {"x": 1 "y": 2}}',
      'inventory-syntax 1:15',
      /expected "," or "}"/,
    ],
    ['a missing colon', '{"A" {}}', 'inventory-syntax 1:6', /expected ":"/],
    ['a key without quotes', '{A: {}}', 'inventory-syntax 1:2', /expected a key/],
    ['single quotes', "{'A': {}}", 'inventory-syntax 1:2', /expected a key/],
    ['a comment', '{"A": {} // x\n}', 'inventory-syntax 1:10', /expected "," or "}"/],
    [
      'brackets that do not match',
      '{"A": [}, "B": {}}',
      'inventory-syntax 1:8',
      /expected a value/,
    ],
    ['a bracket too many', '{"A": {}]', 'inventory-syntax 1:9', /expected "," or "}"/],
    ['a brace too many', '{"A": {}}}', 'inventory-syntax 1:10', /nothing more/],
    ['a second value', '{} {}', 'inventory-syntax 1:4', /nothing more/],
    ['a brace too few', '{"A": {"x": 1}', 'inventory-syntax 1:15', /end of the text/],
    [
      'a quote that is missing',
      '{"A": {"x": "y},\n"B": {"z": "1"}}',
      'inventory-syntax 1:13',
      /not closed/,
    ],
    [
      'a quote that is missing, at a key',
      '{"A": {"x: "y"},\n"B": {"z": "1"}}',
      'inventory-syntax 1:13',
      /expected ":"/,
    ],
    ['a bad escape', '{"A": {"é": "ab\\x"}}', 'inventory-syntax 1:16', /bad escape/],
    ['a bad escape in a key', '{"A\\x": {}}', 'inventory-syntax 1:2', /key/],
    ['a control character', '{"A": {"x": "a\tb"}}', 'inventory-syntax 1:15', /control character/],
    ['a NUL', '{"A": {"x": "a\u0000b"}}', 'inventory-syntax 1:15', /control character/],
    ['a NUL between values', '{"A": \u0000{}}', 'inventory-syntax 1:7', /expected a value/],
    [
      'a number with a leading zero',
      '{"A": {"x": 012}}',
      'inventory-syntax 1:14',
      /expected "," or "}"/,
    ],
    ['NaN', '{"A": {"x": NaN}}', 'inventory-syntax 1:13', /expected a value/],
    [
      'non-ASCII text before it',
      '\uFEFF{"日本😀": {"é": "ü", x}}',
      'inventory-syntax 1:20',
      /expected a key/,
    ],
    [
      'a key that stands twice',
      '{"A": {"x": 1,\n "é": 2, "x": 3}}',
      'inventory-syntax 2:10',
      /"x" stands twice/,
    ],
    [
      'a key that stands twice, deep',
      '{"A": {"l": [{"x": {"y": 1, "y": 1}}]}}',
      'inventory-syntax 1:29',
      /"y" stands twice/,
    ],
    [
      'a key that stands twice, escaped',
      '{"A": {"x": 1, "\\u0078": 2}}',
      'inventory-syntax 1:16',
      /"x" stands twice/,
    ],
    [
      '__proto__ twice',
      '{"A": {"__proto__": 1, "__proto__": 2}}',
      'inventory-syntax 1:24',
      /stands twice/,
    ],
    [
      'defaults twice',
      '{"defaults": {},\n"defaults": {}}',
      'inventory-duplicate-section 2:1',
      /stands twice/,
    ],
    [
      'groups twice',
      '{"groups": {}, "A": {}, "groups": {}}',
      'inventory-duplicate-section 1:25',
      /stands twice/,
    ],
    [
      'a group twice',
      '{"groups": {"g": {}, "g": {}}}',
      'inventory-syntax 1:22',
      /"g" stands twice/,
    ],
    [
      'defaults that are a list',
      '{"A": {}, "defaults": []}',
      'inventory-shape 1:11',
      /mapping of variables/,
    ],
    [
      'defaults that are a text',
      '{"defaults": "x"}',
      'inventory-shape 1:2',
      /mapping of variables/,
    ],
    ['groups that are a list', '{"groups": ["g"]}', 'inventory-shape 1:2', /mapping of groups/],
    [
      'a group that is a list',
      '{"groups": {"g": [1]}}',
      'inventory-shape 1:2',
      /mapping of variables/,
    ],
    ['a reserved name in defaults', '{"defaults": {"sw": 1}}', 'variable-reserved 1:2', /"sw"/],
    [
      'a reserved name in a group',
      '{"groups": {"g": {"server": 1}}}',
      'variable-reserved 1:2',
      /"server"/,
    ],
  ])('%s', (_what, text, place, message) => {
    const problem = problemOf(() => parse(text))
    expect(placed(problem).replace(' undefined:undefined', '')).toBe(place)
    expect(problem.message).toMatch(message)
    expect(problem.at?.file).toBe('inventory.json')
  })

  test.each(['[', '{"x":'])('%s nested deep is refused quickly', (opening) => {
    for (const depth of [101, 10_000, 200_000]) {
      const closing = (opening === '[' ? ']' : '}').repeat(depth)
      const text = `{"A": ${opening.repeat(depth)}${opening === '[' ? '' : '1'}${closing}}`
      expect(problemOf(() => parse(text)).message).toMatch(/nested deeper than 100 levels/)
    }
  })

  test('a hundred levels are fine', () => {
    expect(parse(`{"A": ${'['.repeat(100)}1.0${']'.repeat(100)}}`).warnings.length).toBe(1)
  })

  test('a mistake in a large file is told where it is, not where the scan stumbles', () => {
    const entries = Array.from(
      { length: 60_000 },
      (_, at) => `"S${at}": {"hostname": "leaf-${at}", "vlans": [1, 2, 3]}`,
    )
    entries[7] = '"S7": {"hostname": "leaf-7, "vlans": [1, 2, 3]}'
    const problem = problemOf(() => parse(`{\n${entries.join(',\n')}\n}`))
    expect(placed(problem)).toBe('inventory-syntax 9:30')
  })
})

describe('whatever the bytes are', () => {
  const whole =
    '\uFEFF{"defaults": {"é": 1.0},\n "A": {"x": [1, {"y": "\\u00e9😀"}], "n": null},\n "groups": {"g": {"t": true}}}\n'

  test('a file cut off at any byte is a Problem', () => {
    const bytes = Buffer.from(whole)
    const complete = bytes.lastIndexOf('}')
    for (let length = 0; length <= complete; length++) {
      const problem = problemOf(() => tableOf('json', bytes.subarray(0, length)))
      expect(problem.code).toMatch(/^inventory-(syntax|empty)$/)
    }
    expect(parse(whole).entries.length).toBe(3)
  })

  test('mutated bytes give a table or a Problem, and the place lies in the file', () => {
    const bytes = Buffer.from(whole)
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      '\n',
      '1',
      '.',
      'e',
      '\u0000',
      'é',
      '"x":',
    )
    const edit = fc.record({
      at: fc.nat(bytes.length - 1),
      drop: fc.nat(5),
      insert: fc.oneof(token, fc.string({ maxLength: 3 })),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let now: Buffer = bytes
        for (const { at, drop, insert } of edits) {
          now = Buffer.concat([now.subarray(0, at), Buffer.from(insert), now.subarray(at + drop)])
        }
        // what is not UTF-8 does not get here
        const text = now.toString('utf8')
        const source = sourceOf(text)
        try {
          const { entries, spans } = parseInventory(source, 'json')
          expect(spans.length).toBe(entries.length * 3)
        } catch (error) {
          if (!(error instanceof Problem)) throw error
          const lines = text.replace(/^\uFEFF/, '').split('\n')
          const { line = 1, column = 1 } = error.at ?? {}
          expect(line).toBeLessThanOrEqual(lines.length)
          expect(column).toBeLessThanOrEqual([...(lines[line - 1] ?? '')].length + 1)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('the reader with places agrees with JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat(3), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent)
        const exact = (_key: string, value: unknown) =>
          typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? 'big' : value
        const read = JSON.stringify(nodeValue(parseJsonTree(text)), (_key, value) =>
          typeof value === 'string' && /^-?\d+(\.\d+)?e\+\d+$|^-?\d{16,}$/.test(value)
            ? 'big'
            : value,
        )
        expect(read).toBe(JSON.stringify(JSON.parse(text), exact))
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        const accepts = (reader: (text: string) => unknown) => {
          try {
            reader(text)
            return true
          } catch (error) {
            if (error instanceof SyntaxError || error instanceof JsonSyntaxError) return false
            throw error
          }
        }
        expect(accepts(parseJsonTree)).toBe(accepts(JSON.parse))
      }),
    )
  })

  test('a table says what JSON.parse says', () => {
    const data = fc.dictionary(
      fc.string().filter((key) => !['defaults', 'groups', '__proto__'].includes(key)),
      fc.object({
        values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
        maxDepth: 3,
      }),
    )
    const numeric = ['mac', 'serial', 'hostname', 'model']
    fc.assert(
      fc.property(data, fc.nat(2), (inventory, indent) => {
        const text = JSON.stringify(inventory, null, indent)
        const entries = Object.entries(JSON.parse(text) as typeof inventory)
        fc.pre(
          entries.every(
            ([, value]) =>
              !numeric.some((key) => ['number', 'boolean'].includes(typeof value[key])),
          ),
        )
        expect(parse(text).entries).toEqual(entries.map(([id, value]) => ({ id, value })))
      }),
    )
  })
})

describe('pairs that are known already', () => {
  test('are not made again, but warned of again', () => {
    const text = '{"A": {"v": 1.0}, "defaults": {"x": 1}, "B": {"y": 2}}'
    const asked: number[] = []
    const table = parseInventory(sourceOf(text), 'json', (ordinal) => {
      asked.push(ordinal)
      return ordinal === 0
    })
    expect(asked).toEqual([0, 2])
    expect(table.entries.map((entry) => entry?.value)).toEqual([null, undefined, { y: 2 }])
    expect(table.warnings.map(placed)).toEqual(['version-like-number 1:13'])
  })
})
