import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { type Inventory, switchOrdinals } from '../../src/core/inventory.ts'
import type { InventoryFormat } from '../../src/core/inventory-table.ts'
import type { Statement } from '../../src/core/layer-trace.ts'
import { describeLocation, Problem } from '../../src/core/problem.ts'
import { traceVariables } from '../../src/core/provenance.ts'
import { isDictionary } from '../../src/core/source-text.ts'
import { mergeVariables } from '../../src/core/variables.ts'
import { inventoryOf, ordinalOf, tableOf } from './inventory-source.ts'

function describeStatement({ layer, at, value }: Statement): string {
  return `${layer} ${at.line}:${at.column} ${JSON.stringify(value)}`
}

/** `path: layer line:column value`, then ` > …` for each overridden statement. */
function trace(inventory: Inventory, name = 'A'): readonly string[] {
  return traceVariables(inventory, ordinalOf(inventory, name)).map(
    ({ path, from, overrides }) =>
      `${path.join('.')}: ${[from, ...overrides].map(describeStatement).join(' > ')}`,
  )
}

function traceText(format: InventoryFormat, text: string, name = 'A'): readonly string[] {
  return trace(inventoryOf(tableOf(format, text)), name)
}

const json = `{
 "defaults": {"ntp": ["10.0.0.1"], "snmp": {   "community": "private", "contact": "é"}},
 "groups": {
  "g": {"snmp": {      "community": "group"}},
  "h": {  "dns": [1]}
 },
 "A": { 
  "groups": ["g", "h"], "snmp": {
             "community": "own"},
  "dns": null
 }, "B": {"x": 1}
}`

describe('the origin of a variable', () => {
  test('is told by layer, file, line and column, with what it overrides, in JSON', () => {
    const found = traceText('json', json)
    expect(found).toEqual([
      'ntp: defaults 2:15 ["10.0.0.1"]',
      'snmp.community: switch 9:14 "own" > groups.g 4:24 "group" > defaults 2:48 "private"',
      'snmp.contact: defaults 2:72 "é"',
      'dns: switch 10:3 null > groups.h 5:11 [1]',
      'groups: switch 8:3 ["g","h"]',
    ])
  })

  const block = `# über
defaults:
  ntp:
  - 10.0.0.1
  snmp:
    community: private
    "contact": é
groups:
  g: {snmp: {community: group}}
  h:
    dns: [1]
B: {x: 1}
A:
  groups: [g, h]
  snmp: {
    'community': own }
  ? dns
  : ~
`
  const blockOrigins = [
    'ntp: defaults 3:3 ["10.0.0.1"]',
    'snmp.community: switch 16:5 "own" > groups.g 9:14 "group" > defaults 6:5 "private"',
    'snmp.contact: defaults 7:5 "é"',
    'dns: switch 17:5 null > groups.h 11:5 [1]',
    'groups: switch 14:3 ["g","h"]',
  ]

  test('in YAML', () => {
    expect(traceText('yaml', block)).toEqual(blockOrigins)
    expect(traceText('yaml', json)).toEqual(traceText('json', json))
  })

  test.each([
    ['a byte order mark', `\uFEFF${block}`],
    ['CRLF', block.replaceAll('\n', '\r\n')],
    ['an anchor that nobody uses', block.replace('g: {', 'g: &g {').replace('9:14', '9:17')],
    ['a document end', `${block}...\n`],
  ])('in YAML with %s', (_what, text) => {
    expect(traceText('yaml', text).map((line) => line.replace('9:17', '9:14'))).toEqual(
      blockOrigins,
    )
  })

  test('in indented YAML', () => {
    const indented = block
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`))
      .join('\n')
    const shifted = blockOrigins.map((line) =>
      line.replace(/:(\d+) (?=["[n])/g, (_all, column: string) => `:${Number(column) + 2} `),
    )
    expect(traceText('yaml', indented)).toEqual(shifted)
  })

  test('with anchors, at the anchor', () => {
    const text = `defaults: &d {x: 1, "y": {z: 2}}
groups:
  g:
    <<: [{p: 5}, *d]
    x: 3
  é: &e { q: 1 }
A:
  groups: [g]
  y: *e
  <<: {r: *d}
`
    expect(traceText('yaml', text)).toEqual([
      'x: groups.g 5:5 3 > defaults 1:15 1',
      'y.z: groups.g 1:27 2 > defaults 1:27 2',
      'y.q: switch 6:11 1',
      'p: groups.g 4:11 5',
      'groups: switch 8:3 ["g"]',
      'r.x: switch 1:15 1',
      'r.y.z: switch 1:27 2',
    ])
  })

  test('with anchors, in a file where a switch stands twice', () => {
    const text = 'x: &x {a: 1}\nB: {}\nB: {}\nA: {<<: *x, b: 2}\n'
    expect(traceText('yaml', text)).toEqual(['a: switch 1:8 1', 'b: switch 4:13 2'])
    expect(traceText('yaml', '{B: {}, B: {},\n A: {b: 2}}')).toEqual(['b: switch 2:6 2'])
  })

  test('with aliases in a file that is large as a whole', () => {
    const many = Array.from({ length: 900 }, (_, at) => `s${at}: {l: *l}`)
    const items = Array.from({ length: 1_200 }, () => '1')
    const text = `B: {l: &l [${items.join(',')}]}\n${many.join('\n')}\nA: {x: 1}\n`
    expect(traceText('yaml', text)).toEqual(['x: switch 902:5 1'])
  })

  test('through several files', () => {
    const inventory = inventoryOf(
      tableOf('yaml', 'A: {groups: [g], x: 3}', 'a.yaml'),
      tableOf('json', '{"defaults": {"x": 1}}', 'b.json'),
      tableOf('yaml', 'groups:\n  g:\n    x: 2', 'c.yml'),
    )
    const [x] = traceVariables(inventory, ordinalOf(inventory, 'A'))
    expect(
      [x?.from, ...(x?.overrides ?? [])].map((one) => one && describeLocation(one.at)),
    ).toEqual(['a.yaml:1:18', 'c.yml:3:5', 'b.json:1:15'])
  })

  test.each<[string, string, readonly string[]]>([
    [
      'a text over a dictionary',
      'defaults: {d: {x: 1}}\nA: {d: t}',
      ['d: switch 2:5 "t" > defaults 1:12 {"x":1}'],
    ],
    [
      'a dictionary over a text',
      'defaults: {d: t}\nA: {d: {x: 1}}',
      ['d.x: switch 2:9 1 > defaults 1:12 "t"'],
    ],
    [
      'an empty dictionary over a text',
      'defaults: {d: t}\nA: {d: {}}',
      ['d: switch 2:5 {} > defaults 1:12 "t"'],
    ],
    [
      'an empty dictionary over another',
      'defaults: {d: {}}\nA: {d: {}}',
      ['d: switch 2:5 {} > defaults 1:12 {}'],
    ],
    [
      'an empty dictionary over a full one',
      'defaults: {d: {x: 1}}\nA: {d: {}}',
      ['d.x: defaults 1:16 1'],
    ],
    [
      'a dictionary over a text over a dictionary',
      'defaults: {d: {x: 1}}\ngroups: {g: {d: t}}\nA: {d: {y: 2}, groups: [g]}',
      [
        'd.y: switch 3:9 2 > groups.g 2:14 "t" > defaults 1:12 {"x":1}',
        'groups: switch 3:16 ["g"]',
      ],
    ],
    ['no variables', 'A:\nB: {}', []],
    ['an entry before one without a name', 'A: &a\n  p: \n:\n  x: 1', ['p: switch 2:3 null']],
    ['a text for an entry', 'A: t', []],
    ['an empty group', 'groups: {g: }\nA: {groups: [g]}', ['groups: switch 2:5 ["g"]']],
    [
      'identifiers',
      'A: {serial: 0012, mac: 505400001111}',
      ['serial: switch 1:5 "0012"', 'mac: switch 1:19 "505400001111"'],
    ],
  ])('of %s', (_what, text, origins) => {
    expect(traceText('yaml', text)).toEqual(origins)
  })

  test('an identifier in JSON has the value that the inventory has', () => {
    expect(traceText('json', '{"A": {"serial": 1.0, "x": 12345678901234567890}}')).toEqual([
      'serial: switch 1:8 "1.0"',
      'x: switch 1:23 "12345678901234567890"',
    ])
  })
})

describe('whatever the inventory and the way it is written', () => {
  const key = fc.constantFrom('a', 'b', 'é', '😀c', 'on', '12', 'x y', '__proto__', 'constructor')
  const leaf = fc.oneof(
    fc.integer(),
    fc.constant(null),
    fc.boolean(),
    fc.constantFrom('t', 'é\nz', '日本', '1.0'),
    fc.constant([1, 'ü']),
  )
  const { data } = fc.letrec<{ data: unknown }>((tie) => ({
    data: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.dictionary(key, tie('data'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }))
  const layer = fc.dictionary(key, data, { maxKeys: 4, noNullPrototype: true })
  const inventory = fc
    .record({
      defaults: layer,
      g: layer,
      h: layer,
      own: layer,
      other: layer,
      groups: fc.subarray(['g', 'h']),
      shared: fc.boolean(),
    })
    .map(({ defaults, g, h, own, other, groups, shared }) => ({
      é: other,
      defaults,
      A: { ...own, groups, ...(shared && { like: g, '12': defaults }) },
      groups: { g, h },
      B: shared ? own : {},
    }))
  const writing = fc.constantFrom<[InventoryFormat, (value: unknown) => string]>(
    ['json', (value) => JSON.stringify(value)],
    ['json', (value) => `\uFEFF${JSON.stringify(value, null, 2)}`],
    ['json', (value) => JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n')],
    ['yaml', (value) => dump(value, { noRefs: true })],
    ['yaml', (value) => `\uFEFF# é\n---\n${dump(value, { noRefs: true })}`],
    ['yaml', (value) => dump(value)],
    ['yaml', (value) => `\uFEFF${dump(value, { flowLevel: 2 })}`],
    ['yaml', (value) => dump(value, { flowLevel: 1, noRefs: true })],
    ['yaml', (value) => dump(value, { flowLevel: 0, noRefs: true, quoteStyle: 'double' })],
    ['yaml', (value) => `# é\n${dump(value, { flowLevel: 0 })}`],
    ['yaml', (value) => JSON.stringify(value, null, 1)],
  )

  /** Every leaf of merged variables: its path and value. */
  function leaves(value: unknown, path: readonly string[] = []): [string, unknown][] {
    const members = isDictionary(value) ? Object.entries(value) : []
    if (members.length === 0) return path.length === 0 ? [] : [[path.join('/'), value]]
    return members.flatMap(([name, item]) => leaves(item, [...path, name]))
  }

  test('every variable has its origin, and there its key stands', () => {
    fc.assert(
      fc.property(inventory, writing, (given, [format, write]) => {
        const text = write(given)
        const all = inventoryOf(tableOf(format, text))
        const lines = text.replace(/^\uFEFF/, '').split('\n')
        for (const name of ['A', 'B']) {
          const ordinal = ordinalOf(all, name)
          const origins = traceVariables(all, ordinal)
          const told = origins.map(({ path, from }) => [path.join('/'), from.value] as const)
          expect(new Map(told)).toEqual(new Map(leaves(mergeVariables(all, ordinal))))
          for (const { path, from, overrides } of origins) {
            const place = ({ at }: Statement) =>
              [...(lines[(at.line ?? 0) - 1] ?? '')].slice((at.column ?? 0) - 1).join('')
            expect(keyAt(place(from))).toBe(path.at(-1))
            for (const statement of overrides) expect(path).toContain(keyAt(place(statement)))
          }
        }
      }),
      { numRuns: 600 },
    )
  })

  test('a file that was edited at random gives origins of just the variables that it gives', () => {
    const whole = `defaults: {é: 1, n: ~}
A:
  "x": [1, {y: 'é'}]
  t: |2-
     text
  ? k
  : !!str yes # c
groups: {g: {t: x
  }}
C: &c
  p: 1
B:
  d: {e: {f: 1}}
  groups: [g]`
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      '"',
      ',',
      ':',
      ': ',
      '\n',
      '  ',
      '- ',
      '? ',
      '&a ',
      '*c',
      '!!str ',
      '|',
      '<<: ',
      '#',
      '...\n',
    )
    const edit = fc.record({
      at: fc.nat(whole.length - 1),
      drop: fc.nat(5),
      insert: fc.oneof(token, fc.string({ maxLength: 3 })),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const text = edits.reduce(
          (now, { at, drop, insert }) => now.slice(0, at) + insert + now.slice(at + drop),
          whole,
        )
        let all: Inventory
        try {
          all = inventoryOf(tableOf('yaml', text))
        } catch (error) {
          if (error instanceof Problem) return
          throw error
        }
        for (const ordinal of switchOrdinals(all)) {
          const told = traceVariables(all, ordinal).map(
            ({ path, from }) => [path.join('/'), from.value] as const,
          )
          expect(new Map(told)).toEqual(new Map(leaves(mergeVariables(all, ordinal))))
        }
      }),
      { numRuns: 1500 },
    )
  })

  function keyAt(text: string): string | undefined {
    const match = /^(?:"([^"]*)"|'([^']*)'|([^:]*)):/.exec(text)
    return match?.[1] ?? match?.[2] ?? match?.[3]
  }
})
