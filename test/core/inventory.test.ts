import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { findAllocations } from '../../src/core/allocation-values.ts'
import { checkEntry } from '../../src/core/entry-check.ts'
import { type Identity, identityFromHeaders } from '../../src/core/identity.ts'
import {
  entryAt,
  entryIds,
  entryLocation,
  findByName,
  findSwitch,
  type Inventory,
  switchName,
  switchOrdinals,
  tableAt,
} from '../../src/core/inventory.ts'
import {
  assembleInventory,
  findSectionClash,
  noteSections,
  runToEnd,
  type StatedSections,
} from '../../src/core/inventory-assembly.ts'
import type { InventoryTable } from '../../src/core/inventory-table.ts'
import { inventoryFormat } from '../../src/core/inventory-table.ts'
import { describeLocation, type Problem } from '../../src/core/problem.ts'
import { StatedPlaces } from '../../src/core/stated-places.ts'
import {
  layersOf,
  mergeVariables,
  statedTemplate,
  type Variables,
} from '../../src/core/variables.ts'
import { inventoryOf, ordinalOf, placed, tableOf } from './inventory-source.ts'

function yaml(text: string): Inventory {
  return inventoryOf(tableOf('yaml', text))
}

function merged(text: string, name = 'A'): Variables {
  const inventory = yaml(text)
  return mergeVariables(inventory, ordinalOf(inventory, name))
}

function fault(text: string, name = 'A'): Problem | undefined {
  const inventory = yaml(text)
  return checkEntry(inventory, ordinalOf(inventory, name))?.tell(new StatedPlaces(inventory))
}

function asking(systemMac: string, serial: string): Identity {
  return identityFromHeaders({
    'x-arista-systemmac': systemMac,
    'x-arista-serial': serial,
  }) as Identity
}

test.each([
  ['swinfo.json', 'json'],
  ['a.JSON', 'json'],
  ['a.yaml', 'yaml'],
  ['a.b.yml', 'yaml'],
  ['a.yml.bak', undefined],
  ['json', undefined],
  ['a.ini', undefined],
])('the file name %s stands for %s', (name, format) => {
  expect(inventoryFormat(name)).toBe(format)
})

describe('a switch is found', () => {
  const inventory = yaml(`
50:54:00:00:11:11: {hostname: leaf1, serial: abc1}
505400001112: {hostname: leaf2}
DEF2: {hostname: leaf3, mac: 5054.0000.1113}
leaf9: {hostname: Twin}
leaf8: {hostname: Twin}
defaults: {hostname: nobody}
`)
  const nameOf = (ordinal: number) => switchName(entryAt(inventory, ordinal))

  test.each([
    ['50:54:00:00:11:11', '', 'leaf1'],
    ['5054.0000.1111', '', 'leaf1'],
    ['', 'ABC1', 'leaf1'],
    ['', 'aBc1', 'leaf1'],
    ['50-54-00-00-11-12', '', 'leaf2'],
    ['505400001112', 'unknown', 'leaf2'],
    ['505400009999', 'def2', 'leaf3'],
    ['505400001113', '', 'leaf3'],
    ['', 'leaf9', 'Twin'],
  ])('by MAC %j and serial number %j', (systemMac, serial, name) => {
    const found = findSwitch(inventory, asking(systemMac, serial))
    expect(found.kind === 'switch' && nameOf(found.ordinal)).toBe(name)
    expect(found).not.toHaveProperty('serialLeadsTo')
  })

  test('by MAC where the serial number leads to another entry, which is told', () => {
    expect(findSwitch(inventory, asking('505400001112', 'DEF2'))).toEqual({
      kind: 'switch',
      ordinal: 1,
      serialLeadsTo: 2,
    })
  })

  test.each([
    ['505400009999', ''],
    ['', 'constructor'],
    ['505400009999', 'hasOwnProperty'],
    ['', 'defaults'],
    ['', 'leaf1'],
  ])('or not: %j %j', (systemMac, serial) => {
    expect(findSwitch(inventory, asking(systemMac, serial))).toEqual({ kind: 'unknown' })
  })

  test('by what a person calls it', () => {
    const names = (name: string) =>
      findByName(inventory, name).map((ordinal) => entryAt(inventory, ordinal).id)
    expect(names('leaf2')).toEqual(['505400001112'])
    expect(names('5054.0000.1112')).toEqual(['505400001112'])
    expect(names('def2')).toEqual(['DEF2'])
    expect(names('LEAF9')).toEqual(['leaf9'])
    expect(names('Twin')).toEqual(['leaf9', 'leaf8'])
    expect(names('nobody')).toEqual([])
  })

  test('among all switches in the order of the files', () => {
    expect([...switchOrdinals(inventory)]).toEqual([0, 1, 2, 3, 4])
    expect(inventory.switchCount).toBe(5)
  })
})

describe('variables are merged', () => {
  test.each<[string, string, Variables]>([
    ['defaults under the entry', 'defaults: {x: 1, y: 2}\nA: {y: 3}', { x: 1, y: 3 }],
    ['for an entry of null', 'defaults: {x: 1}\nA:', { x: 1 }],
    [
      'dictionaries at every depth',
      'defaults: {a: {b: {c: 1, d: 2}}}\nA: {a: {b: {d: 3, e: 4}}}',
      { a: { b: { c: 1, d: 3, e: 4 } } },
    ],
    [
      'lists replace',
      'defaults: {l: [1, 2], d: {l: [{x: 1}]}}\nA: {l: [3], d: {l: []}}',
      { l: [3], d: { l: [] } },
    ],
    ['null replaces', 'defaults: {a: 1, d: {x: 1}}\nA: {a: ~, d: ~}', { a: null, d: null }],
    ['a dictionary replaces null', 'defaults: {d: ~}\nA: {d: {x: 1}}', { d: { x: 1 } }],
    ['a dictionary replaces a list', 'defaults: {d: [1]}\nA: {d: {x: 1}}', { d: { x: 1 } }],
    ['a text replaces a dictionary', 'defaults: {d: {x: 1}}\nA: {d: x}', { d: 'x' }],
    ['an empty dictionary changes nothing', 'defaults: {d: {x: 1}}\nA: {d: {}}', { d: { x: 1 } }],
    [
      'groups in their order',
      'defaults: {x: d, y: d, z: d}\ngroups: {g: {x: g, y: g}, h: {x: h}}\nA: {groups: [g, h], w: own}',
      { x: 'h', y: 'g', z: 'd', groups: ['g', 'h'], w: 'own' },
    ],
    [
      'the same groups the other way round',
      'groups: {g: {x: g}, h: {x: h}}\nA: {groups: [h, g]}',
      { x: 'g', groups: ['h', 'g'] },
    ],
    ['an empty group', 'groups: {g: }\nA: {groups: [g]}', { groups: ['g'] }],
    ['groups of null', 'A: {groups: ~, x: 1}', { groups: null, x: 1 }],
    [
      'groups do not nest',
      'groups: {g: {groups: [h], x: 1}, h: {y: 2}}\nA: {groups: [g]}',
      { groups: ['g'], x: 1 },
    ],
    [
      'groups in defaults choose nothing',
      'defaults: {groups: [g]}\ngroups: {g: {x: 1}}\nA: {}',
      { groups: ['g'] },
    ],
  ])('%s', (_what, text, expected) => {
    expect(merged(text)).toEqual(expected)
    expect(fault(text)).toBeUndefined()
  })

  test('defaults, groups and switches may stand in different files', () => {
    const inventory = inventoryOf(
      tableOf('yaml', 'A: {groups: [g], x: a}', 'a.yaml'),
      tableOf('json', '{"groups": {"g": {"y": "g"}}}', 'b.json'),
      tableOf('yaml', 'groups: {h: {}}\nB: {}\ndefaults: {z: d}', 'c.yaml'),
    )
    expect(mergeVariables(inventory, ordinalOf(inventory, 'A'))).toEqual({
      groups: ['g'],
      x: 'a',
      y: 'g',
      z: 'd',
    })
    const second = ordinalOf(inventory, 'B')
    expect(describeLocation(entryLocation(inventory, second))).toBe('c.yaml:2:1')
    expect(tableAt(inventory, second).at).toBe(1)
    expect(layersOf(inventory, 0).map(({ name }) => name)).toEqual([
      'defaults',
      'groups.g',
      'switch',
    ])
  })

  test('every ordinal leads to its file, among hundreds of files, empty ones too', () => {
    const tables = Array.from({ length: 300 }, (_, at) => {
      const keys = Array.from({ length: at % 3 }, (_unused, key) => `S${at}-${key}: {}`)
      return tableOf('yaml', keys.join('\n') || '{}', `${at}.yaml`)
    })
    const inventory = inventoryOf(...tables)
    const files = [...switchOrdinals(inventory)].map((ordinal) => {
      const { id } = entryAt(inventory, ordinal)
      return [
        id.slice(1, id.indexOf('-')),
        tableAt(inventory, ordinal).table.source.file.replace('.yaml', ''),
      ]
    })
    expect(files.length).toBe(300)
    for (const [expected, actual] of files) expect(actual).toBe(expected)
  })

  const leaf = fc.oneof(
    fc.integer({ min: 0, max: 9 }),
    fc.constant(null),
    fc.constantFrom('t', ''),
    fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 2 }),
  )
  const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'toString')
  const { data } = fc.letrec<{ data: unknown }>((tie) => ({
    data: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.dictionary(key, tie('data'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }))
  const layer = fc.dictionary(key, data, { maxKeys: 4, noNullPrototype: true })
  const inventory = fc.record({
    defaults: layer,
    g: layer,
    h: layer,
    own: layer,
    groups: fc.subarray(['g', 'h'], { minLength: 0 }),
  })

  type Entries = readonly (readonly [string, unknown])[]
  /** Merges lists of pairs, so that no key can be special. */
  function reference(far: Entries, near: Entries): Entries {
    const result = new Map(far)
    for (const [name, value] of near) {
      const under = result.get(name)
      const both = [under, value].every(
        (side) => typeof side === 'object' && side !== null && !Array.isArray(side),
      )
      result.set(
        name,
        both
          ? Object.fromEntries(
              reference(Object.entries(under as object), Object.entries(value as object)),
            )
          : value,
      )
    }
    return [...result]
  }

  test('as a plain reading of the rules would have it, and nothing that happens to the result changes the inventory', () => {
    fc.assert(
      fc.property(inventory, ({ defaults, g, h, own, groups }) => {
        const text = JSON.stringify({ defaults, groups: { g, h }, A: { ...own, groups } })
        const table = tableOf('json', text)
        const all = inventoryOf(table)
        const ordinal = ordinalOf(all, 'A')
        const byName = { g, h }
        const layers = [
          defaults,
          ...groups.map((name) => byName[name as 'g' | 'h']),
          { ...own, groups },
        ]
        const expected = layers.map((one): Entries => Object.entries(one)).reduce(reference)
        const result = mergeVariables(all, ordinal)
        expect(new Map(Object.entries(result))).toEqual(new Map(expected))
        spoil(result)
        expect(new Map(Object.entries(mergeVariables(all, ordinal)))).toEqual(new Map(expected))
        expect(table.entries).toEqual(tableOf('json', text).entries)
      }),
      { numRuns: 300 },
    )
  })

  function spoil(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    for (const [name, item] of Object.entries(value)) {
      spoil(item)
      Object.defineProperty(value, name, { value: 'spoiled' })
    }
    if (Array.isArray(value)) value.push('spoiled')
    else Object.assign(value, { spoiled: true })
  }

  test('values shared by YAML anchors are not shared between results', () => {
    const text = 'x: &x {l: [{y: 1}]}\nA: {a: *x, b: *x, <<: *x}\nB: {a: *x}'
    const all = yaml(text)
    const ordinal = ordinalOf(all, 'A')
    const before = structuredClone(mergeVariables(all, ordinal))
    const result = mergeVariables(all, ordinal) as { a: { l: unknown[] } }
    result.a.l.push('spoiled')
    expect(result).not.toEqual(before)
    expect((result as Variables)['b']).toEqual(before['b'])
    expect(mergeVariables(all, ordinal)).toEqual(before)
  })
})

describe('the template', () => {
  test.each([
    ['A: {}', undefined],
    ['A: {template: a.njk}', 'a.njk'],
    ['defaults: {template: d.njk}\nA: {}', 'd.njk'],
    ['defaults: {template: d.njk}\ngroups: {g: {template: g.njk}}\nA: {groups: [g]}', 'g.njk'],
    ['defaults: {template: d.njk}\nA: {template: ~}', undefined],
  ])('of %j is %j', (text, template) => {
    const inventory = yaml(text)
    expect(statedTemplate(inventory, ordinalOf(inventory, 'A'))).toBe(template)
  })
})

describe('names that JavaScript has a meaning for', () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'toJSON',
    'prototype',
  ]

  afterEach(() => {
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(pristine)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(([] as unknown as Record<string, unknown>)['polluted']).toBeUndefined()
  })
  const pristine = Object.getOwnPropertyNames(Object.prototype)

  test.each(names)('%s is a variable, a group and a switch like any other', (name) => {
    const json = `{"defaults": {"${name}": {"polluted": 1, "d": 1}}, "groups": {"${name}": {"${name}": {"g": {"${name}": 2}}}},
      "A": {"groups": ["${name}"], "${name}": {"polluted": 3, "constructor": {"prototype": {"polluted": 4}}}, "text": "${name}"},
      "${name}": {"x": "${name}"}}`
    const anchored = `defaults: &d {"${name}": {polluted: 1, d: 1}}
groups: {${name}: {${name}: {g: {${name}: 2}}}}
A:
  <<: {${name}: {polluted: 3, constructor: {prototype: {polluted: 4}}}, text: ${name}}
  groups: [${name}]
${name}: {x: ${name}}`
    for (const table of [tableOf('json', json), tableOf('yaml', json), tableOf('yaml', anchored)]) {
      const inventory = inventoryOf(table)
      const ordinal = ordinalOf(inventory, 'A')
      expect(checkEntry(inventory, ordinal)).toBeUndefined()
      const variables = mergeVariables(inventory, ordinal)
      expect(Object.keys(variables).sort()).toEqual([name, 'groups', 'text'].sort())
      const own = Object.getOwnPropertyDescriptor(variables, name)?.value
      expect(new Map(Object.entries(own))).toEqual(
        new Map<string, unknown>([
          ['polluted', 3],
          ['d', 1],
          ['g', JSON.parse(`{"${name}": 2}`)],
          ['constructor', { prototype: { polluted: 4 } }],
        ]),
      )
      expect(Object.getPrototypeOf(variables)).toBe(Object.prototype)
      expect(Object.getPrototypeOf(own)).toBe(Object.prototype)
      const last = table.entries.at(-1)
      expect(last?.id).toBe(name)
      expect(last?.value).toEqual({ x: name })
    }
  })

  test.each(names)('%s where an identifier is expected is a problem at most', (name) => {
    for (const key of ['mac', 'serial', 'template', 'hostname', 'model', 'groups']) {
      for (const value of [`{"${name}": 1}`, `[{"${name}": 1}]`, `{"${name}": {"${name}": []}}`]) {
        const inventory = inventoryOf(tableOf('json', `{"A": {"${key}": ${value}}}`))
        expect(checkEntry(inventory, 0)?.code).toMatch(/^(switch-id|switch-value|group-unknown)$/)
      }
    }
    expect(fault(`A: {groups: [${name}]}`)?.code).toBe('group-unknown')
  })
})

describe('a mistake inside of one entry is its own', () => {
  test.each<[string, string, string]>([
    [
      'an unknown group',
      'groups: {g: {}}\nA: {groups: [g, x]}',
      'group-unknown 2:17 (A.groups): the group "x" is not defined (there are: g)',
    ],
    [
      'a group where there is none',
      'A: {groups: [g]}',
      'group-unknown 1:14 (A.groups): the group "g" is not defined (there are: none)',
    ],
    [
      'groups that are a text',
      'groups: {g: {}}\nA: {groups: g}',
      'group-unknown 2:5 (A.groups): expected a list',
    ],
    [
      'groups that are numbers',
      'A: {groups: [1]}',
      "group-unknown 1:14 (A.groups): a group's name is a text, not the number 1",
    ],
    ['the reserved name sw', 'A: {sw: 1}', 'variable-reserved 1:5 (A.sw): "sw" cannot'],
    [
      'the reserved name switch',
      'A: {switch: {}}',
      'variable-reserved 1:5 (A.switch): "switch" cannot',
    ],
    [
      'the reserved name server',
      'A: {server: ~}',
      'variable-reserved 1:5 (A.server): "server" cannot',
    ],
    ['a text', 'A: x', 'switch-value 1:1 (A): a switch needs'],
    ['a list', 'A: [x]', 'switch-value 1:1 (A): a switch needs'],
    ['a mac that is none', 'A: {mac: 5054}', 'switch-id 1:5 (A.mac): "5054" is not a MAC'],
    [
      'a mac that is a list',
      'A: {mac: ["505400001111"]}',
      'switch-id 1:5 (A.mac): ["505400001111"] is not a MAC',
    ],
    [
      'a serial number that is none',
      'A: {serial: a b}',
      'switch-id 1:5 (A.serial): "a b" is not a serial',
    ],
    [
      'a serial number that is a dictionary',
      'A: {serial: {x: 1}}',
      'switch-id 1:5 (A.serial): {"x":1} is not a serial',
    ],
    [
      'a template that is a number',
      'A: {template: 5}',
      'switch-value 1:5 (A.template): expected a text',
    ],
    [
      'a hostname that is a list',
      'A: {hostname: [a]}',
      'switch-value 1:5 (A.hostname): expected a text',
    ],
  ])('%s', (_what, text, expected) => {
    const problem = fault(text)
    if (problem === undefined) throw new Error('it is accepted')
    expect(`${placed(problem)} (${problem.key}): ${problem.message}`).toContain(expected)
    expect(problem.fix).toBeDefined()
    expect(problem.switch).toBe('A')
    // and the switch beside it is none the worse
    expect(fault(`${text}\nB: {x: 1}`, 'B')).toBeUndefined()
  })

  test.each(['leaf 1', '__proto__', 'é', '50:54:00:00:11', '*', 'a/b', 'x'.repeat(65)])(
    'the key %j is neither a system MAC nor a serial number',
    (id) => {
      const inventory = inventoryOf(
        tableOf(
          'json',
          JSON.stringify({ A: {}, [id]: { mac: '505400001111' }, ...JSON.parse(`{"${id}": {}}`) }),
        ),
      )
      expect(
        placed(checkEntry(inventory, 1)?.tell(new StatedPlaces(inventory)) as Problem),
      ).toMatch(/^switch-id 1:/)
    },
  )

  test('sensible values are fine', () => {
    expect(
      fault(
        'A: {mac: 5054.0000.1111, serial: 0012, hostname: ~, template: ~, model: 7050.10, groups: []}',
      ),
    ).toBeUndefined()
    expect(entryIds(entryAt(yaml('A: {mac: 5054.0000.1111, serial: b}'), 0))).toEqual({
      systemMac: '50:54:00:00:11:11',
      serialNumber: 'A',
      all: ['A', '50:54:00:00:11:11', 'B'],
    })
  })

  test('a hundred thousand entries with the same mistake are told quickly', () => {
    const entries = Array.from({ length: 100_000 }, (_, at) => `"S${at}":{"groups":["gone"]}`)
    const inventory = inventoryOf(tableOf('json', `{${entries.join(',')}}`))
    const places = new StatedPlaces(inventory)
    const problems = [...switchOrdinals(inventory)].map((ordinal) =>
      checkEntry(inventory, ordinal)?.tell(places),
    )
    const before = entries.slice(0, -1).join(',').length
    const item = (entries.at(-1) ?? '').indexOf('"gone"')
    expect(problems.at(-1)?.at?.column).toBe(2 + before + 1 + item)
  }, 10_000)
})

describe('entries that claim the same switch', () => {
  function clashes(...texts: readonly string[]) {
    const tables = texts.map((text, at) => tableOf('yaml', text, `${at}.yaml`))
    const inventory = runToEnd(assembleInventory(tables))
    const places = new StatedPlaces(inventory)
    const problems = [...new Set(inventory.clashes.values())].map((fault) => fault.tell(places))
    const faulty = [...switchOrdinals(inventory)].filter(
      (ordinal) => checkEntry(inventory, ordinal) !== undefined,
    )
    return {
      inventory,
      faulty,
      problems: problems.map(({ code, message }) => `${code} ${message}`),
    }
  }

  test.each<[string, readonly string[], readonly number[], readonly string[]]>([
    [
      'the same key twice',
      ['A: {x: 1}\nB: {}\nA: {x: 2}'],
      [0, 2],
      ['switch-duplicate the switch A is stated twice: 0.yaml:1 and 0.yaml:3'],
    ],
    [
      'two notations of a MAC',
      ['50:54:00:00:11:11: {}\n5054.0000.1111: {}'],
      [0, 1],
      ['switch-duplicate the switch 50:54:00:00:11:11 is stated twice: 0.yaml:1 and 0.yaml:2'],
    ],
    [
      'two notations of a MAC in two files',
      ['50:54:00:00:11:11: {}', 'B: {}\n505400001111: {}'],
      [0, 2],
      ['switch-duplicate the switch 50:54:00:00:11:11 is stated twice: 0.yaml:1 and 1.yaml:2'],
    ],
    [
      'a serial number in two cases',
      ['abc: {}\nABC: {}'],
      [0, 1],
      ['switch-duplicate the switch ABC is stated twice: 0.yaml:1 and 0.yaml:2'],
    ],
    [
      'entries that claim each other',
      ['50:54:00:00:11:11: {serial: A1}\nA1: {mac: 505400001111}'],
      [0, 1],
      ['switch-contradiction two entries claim A1: 0.yaml:1 and 0.yaml:2'],
    ],
    [
      'a serial number of two',
      ['A: {serial: X}\nB: {serial: x}'],
      [0, 1],
      ['switch-contradiction two entries claim X: 0.yaml:1 and 0.yaml:2'],
    ],
    [
      'a serial number of two, under keys that are none',
      ['a b: {serial: X}\nc d: {serial: X}'],
      [0, 1],
      ['switch-contradiction two entries claim X: 0.yaml:1 and 0.yaml:2'],
    ],
    [
      'three',
      ['A: {}\nA: {}\nA: {}'],
      [0, 1, 2],
      [
        'switch-duplicate the switch A is stated twice: 0.yaml:1 and 0.yaml:2',
        'switch-duplicate the switch A is stated twice: 0.yaml:1 and 0.yaml:3',
      ],
    ],
    [
      'nobody: an entry that repeats its own id',
      ['505400001111: {mac: 5054.0000.1111, serial: A}\nB: {serial: B}'],
      [],
      [],
    ],
  ])('%s', (_what, texts, faulty, problems) => {
    const found = clashes(...texts)
    expect(found.faulty).toEqual(faulty)
    expect(found.problems).toEqual(problems)
  })

  test('a whole file twice is told quickly', () => {
    const text = Array.from({ length: 50_000 }, (_, at) => `S${at}: {}`).join('\n')
    const { faulty, problems } = clashes(text, text)
    expect(faulty.length).toBe(100_000)
    expect(problems.at(-1)).toContain('0.yaml:50000 and 1.yaml:50000')
  }, 15_000)

  test('the assembly gives way now and then', () => {
    const tables = Array.from({ length: 2_000 }, (_, at) => tableOf('yaml', `S${at}: {}`))
    const steps = assembleInventory(tables)
    let pauses = 0
    while (steps.next().done !== true) pauses++
    expect(pauses).toBe(3)
  })
})

describe('a section in two files', () => {
  test.each([
    ['defaults: {}', 'A: {}\ndefaults: {}', '"defaults" is stated twice: 0.yaml:1 and 1.yaml:2'],
    [
      'groups: {g: {}}',
      'groups: {h: {}, g: {}}',
      '"groups.g" is stated twice: 0.yaml:1 and 1.yaml:1',
    ],
  ])('%j and %j clash', (one, other, message) => {
    const tables = [one, other].map((text, at) => tableOf('yaml', text, `${at}.yaml`))
    const clash = firstClash(tables)
    expect(clash?.problem.message).toBe(message)
    expect(clash?.problem.code).toBe('inventory-duplicate-section')
    expect(clash?.table).toBe(tables[1])
  })

  test('different groups do not', () => {
    const tables = ['groups: {g: {}}', 'groups: {h: {}}', 'defaults: {}'].map((text) =>
      tableOf('yaml', text),
    )
    expect(firstClash(tables)).toBeUndefined()
  })
})

describe('a value that a pool would fill', () => {
  test.each<[string, unknown, string | undefined]>([
    ['at the top', { ip: "allocate('mgmt')" }, 'ip'],
    ['in a list of dictionaries', { l: [{ a: 1 }, { b: ' allocate("x") ' }] }, 'l[1].b'],
    ['nowhere', { a: 'allocated', b: "x allocate('y')", c: 5, d: null }, undefined],
  ])('is found %s', (_where, variables, path) => {
    expect(findAllocations(variables)[0]?.path).toBe(path)
  })
})

/** The clash of the first file that repeats a section, as the loader looks for it. */
function firstClash(tables: readonly InventoryTable[]) {
  const stated: StatedSections = new Map()
  for (const table of tables) {
    const problem = findSectionClash(stated, table)
    if (problem !== undefined) return { table, problem }
    noteSections(stated, table)
  }
  return undefined
}

test('a key of twelve digits is found as a MAC and as a serial number, and by both names', () => {
  const inventory = yaml('001122334455: {}\nSER: {serial: 5E5400001111}\n')
  for (const headers of [
    { 'x-arista-systemmac': '00:11:22:33:44:55' },
    { 'x-arista-serial': '001122334455' },
  ]) {
    const identity = identityFromHeaders(headers) as Identity
    expect(findSwitch(inventory, identity)).toMatchObject({ kind: 'switch', ordinal: 0 })
  }
  expect(findByName(inventory, '0011.2233.4455')).toEqual([0])
  expect(findByName(inventory, '5e5400001111')).toEqual([1])
})
