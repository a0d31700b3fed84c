import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  findReference,
  mergeScopes,
  parsePluginCall,
  type ReferenceScopes,
  replaceReferences,
  runPlugins,
} from '../../src/core/attributes.ts'
import { type Exact, type ExactMap, exactJson, exactValue } from '../../src/core/exact-value.ts'
import { readYaml11 } from '../../src/core/yaml11.ts'

/** Attributes as an operator writes them. */
function attributes(yaml: string): ExactMap {
  const root = readYaml11(yaml)
  return (root === undefined ? new Map() : exactValue(root)) as ExactMap
}

function scopes(own: string, node = '{}', global = '{}', inventory = '{}'): ReferenceScopes {
  return {
    own: attributes(own),
    node: attributes(node),
    global: attributes(global),
    inventory: () => attributes(inventory),
  }
}

const anyMap: fc.Arbitrary<ExactMap> = fc.letrec<{ map: ExactMap; value: Exact }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Exact>(null, true, 'text', ''),
    fc.array(fc.constantFrom<Exact>('a', null), { maxLength: 2 }),
    tie('map'),
  ),
  map: fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value')), { maxLength: 4 })
    .map((entries) => new Map(entries)),
})).map

describe('scopes', () => {
  test('are merged: dictionaries at every depth, anything else is replaced by the nearer one', () => {
    const merged = mergeScopes(
      attributes('{a: 1, d: {x: 1, deep: {p: 1, q: 2}}, l: [1, 2], only: far}'),
      attributes('{a: 2, d: {y: 2, deep: {q: 3}}, l: [3]}'),
      attributes('{d: {deep: {r: null}}, l: }'),
    )
    expect(exactJson(merged)).toBe(
      '{"a": 2, "d": {"x": 1, "deep": {"p": 1, "q": 3, "r": null}, "y": 2}, "l": null, "only": "far"}',
    )
  })

  test('merge the same however they are grouped, and none is changed', () => {
    fc.assert(
      fc.property(anyMap, anyMap, anyMap, (far, middle, near) => {
        const before = [far, middle, near].map(exactJson)
        const all = exactJson(mergeScopes(far, middle, near))
        expect(exactJson(mergeScopes(mergeScopes(far, middle), near))).toBe(all)
        expect([far, middle, near].map(exactJson)).toEqual(before)
        // a nearer scope is never lost
        for (const [name, value] of near) {
          if (!(value instanceof Map))
            expect(mergeScopes(far, middle, near).get(name)).toEqual(value)
        }
      }),
    )
  })
})

describe('a reference', () => {
  test.each([
    ["the node's attributes, even null", '{n: null}', '{n: g}', 'null'],
    ['the global ones', '{}', '{n: g}', '"g"'],
    ['both, where both are dictionaries', '{n: {a: 1}}', '{n: {a: 0, b: 2}}', '{"a": 1, "b": 2}'],
    ["the node's, where only that is a dictionary", '{n: {a: 1}}', '{n: g}', '{"a": 1}'],
    ['false, zero and empty text as they are', '{n: false}', '{n: g}', 'false'],
  ])('is %s', (_what, node, global, json) => {
    const found = findReference(scopes('{n: own}', node, global, '{n: inventory}'), 'n', 'x')
    expect(exactJson(found ?? null)).toBe(json)
  })

  test("is another attribute of the action's own, else a variable of the inventory, else null", () => {
    const given = scopes(
      '{a: $b, b: $c, self: $self, gone: $nobody, i: $city}',
      '{}',
      '{}',
      '{city: Bonn, self: s}',
    )
    expect(exactJson(replaceReferences(given.own, given))).toBe(
      '{"a": "$c", "b": null, "self": "s", "gone": null, "i": "Bonn"}',
    )
  })

  test('is replaced right in the attributes and right in a dictionary of them, one level deep', () => {
    const own = '{x: $v, d: {y: $v, z: {w: $v}}, l: [$v], t: a $v, u: $, n: $2x}'
    const given = scopes(own, '{}', '{v: $w, 2x: odd}')
    expect(exactJson(replaceReferences(given.own, given))).toBe(
      '{"x": "$w", "d": {"y": "$w", "z": {"w": "$v"}}, "l": ["$v"], "t": "a $v", "u": null, "n": "odd"}',
    )
  })
})

describe('a plugin call', () => {
  test.each([
    ["allocate('p')", 'allocate', 'p'],
    ['allocate("p")', 'allocate', 'p'],
    ["allocate('p') and more", 'allocate', 'p'],
    ["my_plugin2('a/b.c')", 'my_plugin2', 'a/b.c'],
    ["x('')", 'x', ''],
  ])('%s is one', (text, name, argument) => {
    expect(parsePluginCall(text)).toEqual({ name, argument })
  })

  test.each([
    'allocate(p)',
    " allocate('p')",
    "x allocate('p')",
    "allocate('a b')",
    'allocate()',
    "allocate ('p')",
    "allocate( 'p' )",
  ])('%j is plain text', (text) => expect(parsePluginCall(text)).toBeUndefined())

  test('is run in the order of the file, at any depth of dictionaries and in lists of texts', async () => {
    const calls: string[] = []
    const given = attributes(
      `{a: "t('1')", d: {e: {f: "t('2')"}}, l: ["t('3')", 4, null, {g: "t('no')"}], s: plain}`,
    )
    const result = await runPlugins(given, async ({ argument }) => {
      calls.push(argument)
      return `<${argument}>`
    })
    expect(calls).toEqual(['1', '2', '3'])
    expect(exactJson(result)).toBe(
      `{"a": "<1>", "d": {"e": {"f": "<2>"}}, "l": ["<3>", 4, null, {"g": "t('no')"}], "s": "plain"}`,
    )
  })
})
