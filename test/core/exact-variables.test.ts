import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeScopes } from '../../src/core/attributes.ts'
import { ExactSource } from '../../src/core/exact-source.ts'
import {
  type Exact,
  type ExactMap,
  ExactNumber,
  exactJson,
  isExactList,
  isExactMap,
} from '../../src/core/exact-value.ts'
import { exactVariables } from '../../src/core/exact-variables.ts'
import { type Inventory, switchOrdinals, tableAt } from '../../src/core/inventory.ts'
import type { InventoryFormat } from '../../src/core/inventory-table.ts'
import { allPairs, pairAlone, pairAmongAnchors } from '../../src/core/pair-source.ts'
import { isPlainJson, isPlainYaml } from '../../src/core/plain-text.ts'
import { Problem } from '../../src/core/problem.ts'
import type { SourceNode } from '../../src/core/source-text.ts'
import { layersOf, mergeVariables } from '../../src/core/variables.ts'
import { inventoryOf, ordinalOf, sourceOf, tableOf } from './inventory-source.ts'

function exactText(format: InventoryFormat, text: string, name = 'A'): string {
  const inventory = inventoryOf(tableOf(format, text))
  return exactJson(exactVariables(inventory, ordinalOf(inventory, name)))
}

describe('a value keeps what plain data loses', () => {
  test.each([
    ['1.0', '1.0'],
    ['1.50', '1.5'],
    ['-0.0', '-0.0'],
    ['-0', '0'],
    ['1e3', '1000.0'],
    ['1E+3', '1000.0'],
    ['1e300', '1e+300'],
    ['1e-7', '1e-7'],
    ['-12345678901234567890123', '-12345678901234567890123'],
    ['9007199254740993.5', '9007199254740994.0'],
    ['1e400', '"1e400"'],
    ['[2.0, {"x": 1.0}]', '[2.0, {"x": 1.0}]'],
    ['{"300": 1, "20": 2, "a": 3, "3": 4}', '{"300": 1, "20": 2, "a": 3, "3": 4}'],
    ['{"20": 1, "\\u0031": 2}', '{"20": 1, "1": 2}'],
    ['{"a": {"10": [{"9": 1}], "20": 1}, "b": 1, "1": 0}', undefined],
  ])('JSON %s', (written, exact = written) => {
    expect(exactText('json', `{"A": {"v": ${written}}}`)).toBe(`{"v": ${exact}}`)
  })

  test.each([
    ['1.0', '1.0'],
    ['.5', '0.5'],
    ['.0', '0.0'],
    ['+5', '5'],
    ['-0', '0'],
    ['1.e+3', '1000.0'],
    ['1.5e3', '1500.0'],
    ['1e3', '"1e3"'],
    ['5e5400001111', '"5e5400001111"'],
    ['0x1F', '31'],
    ['0o17', '15'],
    ['0x1FFFFFFFFFFFFFFFF', '36893488147419103231'],
    ['1_000', '"1_000"'],
    ['.inf', '".inf"'],
    ['.nan', '".nan"'],
    ['-.inf', '"-.inf"'],
    ['1.0e+400', '"1.0e+400"'],
    ['+12345678901234567890123', '12345678901234567890123'],
    ['001122334455', '"001122334455"'],
    ['50:54:00:00:11:11', '"50:54:00:00:11:11"'],
    ['"1.0"', '"1.0"'],
    ['!!str 1.0', '"1.0"'],
    ['yes', 'true'],
    ['~', 'null'],
    ['{300: 1, 20: 2}', '{"300": 1, "20": 2}'],
    ['{on: 1.0, ~: 2, 1.50: 3}', '{"on": 1.0, "~": 2, "1.50": 3}'],
    ['{20, 10}', '{"20": null, "10": null}'],
    ['{20, # c\n   !!str 10 # c\n  }', '{"20": null, "10": null}'],
    ['{a: [3, 2, 1], b: 4}', '{"a": [3, 2, 1], "b": 4}'],
    ['{20: 1, ? 10\n   : 2}', '{"20": 1, "10": 2}'],
    ['{20: 1, "\\x31": 2}', '{"20": 1, "1": 2}'],
    ['{20: 1, "10" :2}', '{"20": 1, "10": 2}'],
    ['\n  20: 1\n  10: 2', '{"20": 1, "10": 2}'],
    ['\n  20: 1\n  ? 10 # c\n  : 2', '{"20": 1, "10": 2}'],
  ])('YAML %j', (written, exact) => {
    expect(exactText('yaml', `A:\n v: ${written}\n`)).toBe(`{"v": ${exact}}`)
  })

  test.each<[InventoryFormat, string]>([
    ['json', '{"A": {"serial": 1.0, "model": 12345678901234567890123, "x": {"serial": 1.0}}}'],
    ['yaml', 'A: {serial: 1.0, model: 12345678901234567890123, x: {serial: 1.0}}'],
  ])('but identifiers are text, in %s', (format, text) => {
    const exact = '{"serial": "1.0", "model": "12345678901234567890123", "x": {"serial": 1.0}}'
    expect(exactText(format, text)).toBe(exact)
  })

  test('through anchors, also of an identifier', () => {
    const text = `x: &x {"20": 1.0, "10": [2.0]}
A:
  serial: &s 12345678901234567890123
  like: *s
  <<: *x
  own: *x
B: {y: 1}
C: {y: 1.0}
`
    expect(exactText('yaml', text)).toBe(
      '{"serial": "12345678901234567890123", "like": "12345678901234567890123", "20": 1.0, "10": [2.0], "own": {"20": 1.0, "10": [2.0]}}',
    )
    expect(exactText('yaml', text, 'B')).toBe('{"y": 1}')
    expect(exactText('yaml', text, 'C')).toBe('{"y": 1.0}')
  })

  test('through layers of several files; a key stays where the farthest layer has it', () => {
    const inventory = inventoryOf(
      tableOf('yaml', 'A: {groups: [g, h], d: {2: 5.0, 3: ~}}', 'a.yaml'),
      tableOf('json', '{"defaults": {"l": [1.0], "d": {"9": 1, "2": 2.0}}}', 'b.json'),
      tableOf('yaml', 'groups:\n  g: {d: {1: 3.0, 9: 4}}\n  h:\n  i: {l: 1}\n', 'c.yml'),
    )
    expect(exactJson(exactVariables(inventory, ordinalOf(inventory, 'A')))).toBe(
      '{"l": [1.0], "d": {"9": 4, "2": 5.0, "1": 3.0, "3": null}, "groups": ["g", "h"]}',
    )
  })

  test.each(['A:\n', 'A: t\n', 'A: [1.0]\n', 'A: {}\n'])('of %j there is nothing', (text) => {
    expect(exactText('yaml', text)).toBe('{}')
  })
})

test.each([
  ['{"a": 1, "b": [1.5, -20, "1.0", "1e3"], "c": {"9": 1, "10": true, "x": 0.25}}', true],
  ['{"9": {"5": 1}, "10": [{"1": 1}, {"1": 2}]}', true],
  ['{"a\\"1.0": 1, "é": false}', true],
  ['{"01": 1, "a": 2}', true],
  ['{"a": 1, "9": 2}', false],
  ['{"9": {"5": 1}, "8": 1}', false],
  ['{"a":1,"b":[2,3]}', true],
  ['{"a":1.0}', false],
  ['[1.00]', false],
  ['[1e3]', false],
  ['[1234567890123456]', false],
])('a quick look at %s tells whether JSON.parse is enough: %s', (text, isPlain) => {
  const { bytes } = sourceOf(` ${text},`)
  expect(isPlainJson(bytes, 1, bytes.length - 1)).toBe(isPlain)
})

test('a quick look at YAML is quick, whatever stands there', () => {
  const texts = ['#', '[', '{', ' ', '1', ', 1', '"1', '! ', '\n#', '? ', '.', '1.'].flatMap(
    (piece) => [`{a,${piece.repeat(50_000)}`, piece.repeat(50_000)],
  )
  const start = performance.now()
  for (const one of texts) isPlainYaml(one)
  expect(performance.now() - start).toBeLessThan(5_000)
})

/** A value with the way it is written: an anchored one is told by its number. */
type Stated =
  | { readonly kind: 'scalar'; readonly word: string; readonly exact: Exact }
  | { readonly kind: 'list'; readonly items: readonly Stated[] }
  | {
      readonly kind: 'map'
      readonly merge: number | undefined
      readonly pairs: readonly (readonly [string, Stated])[]
    }
  | { readonly kind: 'anchored'; readonly number: number }

type StatedMap = Stated & { kind: 'map' }

interface Given {
  readonly anchored: readonly StatedMap[]
  readonly defaults: StatedMap
  readonly g: StatedMap
  readonly h: StatedMap
  readonly own: StatedMap
  readonly groups: readonly string[]
}

const identifiers = ['mac', 'serial', 'hostname', 'model']

/** What a value is. Identifiers are text where a file states them at their place, or where plain data has them as text. */
function meaning(stated: Stated, given: Given): Exact {
  if (stated.kind === 'scalar') return stated.exact
  if (stated.kind === 'list') return stated.items.map((item) => meaning(item, given))
  if (stated.kind === 'anchored') return meaning(given.anchored[stated.number] as Stated, given)
  return new Map(pairsOf(stated, given).map(([key, value]) => [key, meaning(value, given)]))
}

function pairsOf(map: StatedMap, { anchored }: Given): [string, Stated, 'own' | 'merged'][] {
  const from = map.merge === undefined ? undefined : anchored[map.merge]
  const pairs = new Map<string, [string, Stated, 'own' | 'merged']>()
  for (const [key, value] of from?.pairs ?? []) pairs.set(key, [key, value, 'merged'])
  for (const [key, value] of map.pairs) pairs.set(key, [key, value, 'own'])
  return [...pairs.values()]
}

function layerMeaning(map: StatedMap, given: Given, place: 'top' | 'group'): ExactMap {
  return new Map(
    pairsOf(map, given).map(([key, value, from]) => {
      const exact = meaning(value, given)
      if (value.kind !== 'scalar' || !identifiers.includes(key)) return [key, exact]
      const isOwn = place === 'top' && from === 'own'
      if (isOwn && exact !== null && typeof exact !== 'string') return [key, value.word]
      const isLong = exact instanceof ExactNumber && !isHeld(exact)
      return [key, isLong ? value.word : exact]
    }),
  )
}

function isHeld({ json }: ExactNumber): boolean {
  const number = Number(json)
  return !Number.isInteger(number) || Number.isSafeInteger(number)
}

const number = (word: string, json = word): Stated => ({
  kind: 'scalar',
  word,
  exact: new ExactNumber(json),
})
const text = (value: string, word = JSON.stringify(value)): Stated => ({
  kind: 'scalar',
  word,
  exact: value,
})

const bothFormats = [
  number('0'),
  number('-0', '0'),
  number('7'),
  number('-12'),
  number('1.0'),
  number('-0.0'),
  number('1.50', '1.5'),
  number('0.1'),
  number('100.00', '100.0'),
  number('1.0e3', '1000.0'),
  number('2E+2', '200.0'),
  number('1.25e-9'),
  number('9007199254740991'),
  number('9007199254740992'),
  number('9007199254740993.5', '9007199254740994.0'),
  number('12345678901234567890123'),
  number('0.00000000000000000001', '1e-20'),
  text('1.0e400', '1.0e400'),
  text('1.0'),
  text(''),
  text('a: 1.0, "10": 2'),
  text('é\n1.0'),
  { kind: 'scalar', word: 'null', exact: null },
  { kind: 'scalar', word: 'true', exact: true },
] satisfies Stated[]
const onlyJson = [number('1e3', '1000.0'), number('1E300', '1e+300'), text('-1E400', '-1E400')]
const onlyYaml = [
  number('0x1F', '31'),
  number('0o17', '15'),
  number('.5', '0.5'),
  number('+5', '5'),
  text('1e3', '1e3'),
  text('1_000', '1_000'),
  text('.inf', '.inf'),
  text('0012', '0012'),
  text('50:54:00:00:11:11', '50:54:00:00:11:11'),
]

const key = fc.constantFrom(
  ...['a', 'é', '', '__proto__', 'constructor', 'toString', 'on', 'null', '1.0', '-1', 'serial'],
  ...['0', '9', '10', '300', '20', '01', '4294967294', '4294967295', '99999999999'],
)

function givens(scalars: readonly Stated[], anchors: 'with' | 'without'): fc.Arbitrary<Given> {
  const number = fc.nat(1)
  const { map } = fc.letrec<{ value: Stated; map: StatedMap }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...scalars),
      fc.constantFrom(...scalars),
      fc.record({
        kind: fc.constant('list' as const),
        items: fc.array(tie('value'), { maxLength: 3 }),
      }),
      tie('map'),
      ...(anchors === 'with'
        ? [fc.record({ kind: fc.constant('anchored' as const), number })]
        : []),
    ),
    map: fc.record({
      kind: fc.constant('map' as const),
      merge:
        anchors === 'with'
          ? fc.option(number, { nil: undefined, freq: 3 })
          : fc.constant(undefined),
      pairs: fc.uniqueArray(fc.tuple(key, tie('value')), {
        selector: ([name]) => name,
        maxLength: 5,
      }),
    }),
  }))
  // what is anchored holds no alias: it comes first in the file
  const plain: fc.Arbitrary<StatedMap> = fc
    .uniqueArray(fc.tuple(key, fc.constantFrom(...scalars)), {
      selector: ([name]) => name,
      maxLength: 4,
    })
    .map((pairs) => ({ kind: 'map', merge: undefined, pairs }))
  return fc.record<Given>({
    anchored: anchors === 'with' ? fc.tuple(plain, plain) : fc.constant([]),
    defaults: map,
    g: map,
    h: map,
    own: map,
    groups: fc.subarray(['g', 'h']),
  })
}

function namedPairs(given: Given): [string, Stated][] {
  const groups: Stated = { kind: 'list', items: given.groups.map((name) => text(name)) }
  const named: StatedMap = {
    kind: 'map',
    merge: undefined,
    pairs: [
      ['g', given.g],
      ['h', given.h],
    ],
  }
  const first: StatedMap = {
    kind: 'map',
    merge: undefined,
    pairs: given.anchored.map((value, at) => [`&${at}`, value]),
  }
  return [
    ['X', first],
    ['defaults', given.defaults],
    ['groups', named],
    ['A', { ...given.own, pairs: [...given.own.pairs, ['groups', groups]] }],
    ['B', { kind: 'map', merge: undefined, pairs: [['groups', groups]] }],
  ]
}

function flow(stated: Stated, plainKeys: boolean): string {
  if (stated.kind === 'scalar') return stated.word
  if (stated.kind === 'anchored') return `*s${stated.number}`
  if (stated.kind === 'list')
    return `[${stated.items.map((item) => flow(item, plainKeys)).join(', ')}]`
  const merge = stated.merge === undefined ? [] : [`<<: *s${stated.merge}`]
  const pairs = stated.pairs.map(
    ([name, value]) => `${keyText(name, plainKeys)}: ${anchor(name)}${flow(value, plainKeys)}`,
  )
  return `{${[...merge, ...pairs].join(', ')}}`
}

function keyText(name: string, isPlain: boolean): string {
  return isPlain && /^[^&]/.test(name) ? name : JSON.stringify(name)
}

function anchor(name: string): string {
  return name.startsWith('&') ? `&s${name.slice(1)} ` : ''
}

function block(stated: Stated, indent: string, levels: number): string {
  if (stated.kind !== 'map' || levels === 0) return ` ${flow(stated, levels === 0)}\n`
  if (stated.pairs.length === 0 && stated.merge === undefined) return ' {}\n'
  const merge = stated.merge === undefined ? '' : `${indent}<<: *s${stated.merge}\n`
  const pairs = stated.pairs.map(([name, value]) => {
    const mark = anchor(name)
    return `${indent}${keyText(name, levels % 2 === 1)}:${mark === '' ? '' : ` ${mark.trim()}`}${block(value, `${indent}  `, levels - 1)}`
  })
  return `\n${merge}${pairs.join('')}`
}

const yamlWritings: readonly ((given: Given) => string)[] = [
  (given) =>
    namedPairs(given)
      .map(([name, value]) => `${name}:${block(value, '  ', 9)}`)
      .join(''),
  (given) =>
    namedPairs(given)
      .map(([name, value]) => `${name}:${block(value, ' ', 2)}`)
      .join('# 1.0\n'),
  (given) =>
    namedPairs(given)
      .map(([name, value]) => `"${name}": ${flow(value, true)}\n`)
      .join('\n'),
  (given) =>
    `\uFEFF{${namedPairs(given)
      .map(([name, value]) => `${name}: ${flow(value, false)}`)
      .join(',\n ')}}`,
]
const jsonWritings: readonly ((given: Given) => string)[] = [
  (given) =>
    `{${namedPairs(given)
      .map(([name, value]) => `"${name}": ${flow(value, false)}`)
      .join(',\n')}}`,
  (given) =>
    `\uFEFF { ${namedPairs(given)
      .map(([name, value]) => `"${name}":${flow(value, false)}`)
      .join(' , ')} }`,
]

/** That exact variables say what the plain ones say, apart from what these lose. */
function expectAgreement(exact: Exact, data: unknown): void {
  if (exact instanceof ExactNumber) {
    expect(exact.json).toMatch(/^-?(?:\d+|\d+\.\d+(?:e[-+]\d+)?|\d+e[-+]\d+)$/)
    expect(Number.isFinite(Number(exact.json))).toBe(true)
    // more digits than a number holds are text there
    if (typeof data === 'string') expect(isHeld(exact)).toBe(false)
    expect(Number(data) + 0).toBe(Number(exact.json) + 0)
    expect(typeof data === 'string' || typeof data === 'number').toBe(true)
  } else if (isExactList(exact)) {
    expect(Array.isArray(data) && data.length).toBe(exact.length)
    for (const [at, item] of exact.entries()) expectAgreement(item, (data as unknown[])[at])
  } else if (isExactMap(exact)) {
    expect([...exact.keys()].sort()).toEqual(Object.keys(data as object).sort())
    const own = new Map(Object.entries(data as object))
    for (const [name, item] of exact) expectAgreement(item, own.get(name))
  } else expect(data).toBe(exact)
}

describe('whatever the inventory and the way it is written', () => {
  function check(format: InventoryFormat, given: Given, write: (given: Given) => string) {
    const inventory = inventoryOf(tableOf(format, write(given)))
    const groups = given.groups.map((name) =>
      layerMeaning(name === 'g' ? given.g : given.h, given, 'group'),
    )
    const own = new Map(layerMeaning(given.own, given, 'top'))
    own.set('groups', given.groups)
    const far = [layerMeaning(given.defaults, given, 'top'), ...groups]
    for (const [name, layer] of [
      ['A', own],
      ['B', new Map([['groups', given.groups]])],
    ] as const) {
      const ordinal = ordinalOf(inventory, name)
      const expected = exactJson(mergeScopes(...far, layer))
      // what is remembered by then gives the same
      for (let turn = 0; turn < 3; turn++) {
        const exact = exactVariables(inventory, ordinal)
        expect(exactJson(exact)).toBe(expected)
        expectAgreement(exact, mergeVariables(inventory, ordinal))
      }
      if (format === 'yaml') expectParts(inventory, ordinal)
    }
  }

  /** That an entry read out of a part of its file is what it is in the whole. */
  function expectParts(inventory: Inventory, ordinal: number): boolean {
    const { table, at } = tableAt(inventory, ordinal)
    const part = pairAmongAnchors(table, at)?.node
    if (part === undefined) return false
    const exact = (node: SourceNode | undefined) =>
      exactJson(new ExactSource('yaml').variables(node))
    expect(exact(part)).toBe(exact(allPairs(table)?.pairs[at]?.value))
    return true
  }

  test('in a large YAML file with anchors, or in flow style, no entry needs all of it', () => {
    const filler = Array.from(
      { length: 4_000 },
      (_each, at) => `N${at}: {hostname: sw${at}, x: 1.5}`,
    )
    const pairs = ['x: &x {"20": 1.0, "10": &y 2.0}', ...filler, 'A: {<<: *x, y: *y, z: 1.0}']
    for (const text of [`${pairs.join('\n')}\n`, `{${pairs.join(',\n ')}}\n`]) {
      const inventory = inventoryOf(tableOf('yaml', text))
      const ordinal = ordinalOf(inventory, 'A')
      const exact = '{"20": 1.0, "10": 2.0, "y": 2.0, "z": 1.0}'
      expect(exactJson(exactVariables(inventory, ordinal))).toBe(exact)
      expect(expectParts(inventory, ordinal)).toBe(true)
    }
  })

  test('in JSON, every value is what the file states', () => {
    const given = givens([...bothFormats, ...onlyJson], 'without')
    fc.assert(
      fc.property(given, fc.constantFrom(...jsonWritings), (one, write) =>
        check('json', one, write),
      ),
      { numRuns: 500 },
    )
  })

  test.each(['with', 'without'] as const)('in YAML %s anchors', (anchors) => {
    const given = givens([...bothFormats, ...onlyYaml], anchors)
    fc.assert(
      fc.property(given, fc.constantFrom(...yamlWritings), (one, write) =>
        check('yaml', one, write),
      ),
      { numRuns: 500 },
    )
  })

  /** Every layer read from the file as a whole, without any look whether that is needed. */
  function readWhole(inventory: Inventory, ordinal: number): string {
    const layers = layersOf(inventory, ordinal).map(({ table, ordinal: at, name }) => {
      const pair = allPairs(table)?.pairs[at]?.value
      const member = (node: SourceNode | undefined) =>
        node?.kind === 'dictionary'
          ? node.pairs.find(({ key: group }) => `groups.${group}` === name)?.value
          : undefined
      return new ExactSource(table.format).variables(
        name.startsWith('groups.') ? member(pair) : (pair ?? pairAlone(table, at)?.node),
      )
    })
    return exactJson(mergeScopes(...layers))
  }

  test('a YAML file that was edited at random gives the same as a reading of all of it', () => {
    const whole = `defaults: {n: ~, 20: 1}
A:
  "x": [1, {10: 'é'}]
  t: |2-
     1.0
  ? 9
  : 1.5 # c
groups: {g: {t: x, 7: 1
  }}
C: &c
  p: 1
B:
  d: {e: {5: 1}, "4": 2}
  groups: [g]`
    const token = fc.constantFrom(
      ...['{', '}', '[', ']', '"', ',', ':', ': ', '\n', '  ', '- ', '? ', '&a ', '*c', '!!str '],
      ...[
        '|',
        '<<: ',
        '#',
        '...\n',
        '1.0',
        '1e+3',
        ' 2.0',
        '3: ',
        '"2"',
        '\t',
        "'",
        '\\x',
        '.0',
        '\r',
      ],
      '12345678901234567',
    )
    const edit = fc.record({
      at: fc.nat(whole.length - 1),
      drop: fc.nat(3),
      insert: fc.oneof(token, token, fc.string({ maxLength: 2 })),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const written = edits.reduce(
          (now, { at, drop, insert }) => now.slice(0, at) + insert + now.slice(at + drop),
          whole,
        )
        let inventory: Inventory
        try {
          inventory = inventoryOf(tableOf('yaml', written))
        } catch (error) {
          if (error instanceof Problem) return
          throw error
        }
        for (const ordinal of switchOrdinals(inventory)) {
          const exact = exactVariables(inventory, ordinal)
          expect(exactJson(exact)).toBe(readWhole(inventory, ordinal))
          expectAgreement(exact, mergeVariables(inventory, ordinal))
          expectParts(inventory, ordinal)
        }
      }),
      { numRuns: 1500 },
    )
  })
})
