import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInterfaceList } from '../../src/core/interface-name.ts'
import {
  matchNode,
  mismatchOf,
  type NeighbordbReading,
  readNeighbordb,
  refusalsOf,
} from '../../src/core/neighbordb.ts'
import { unreachablePatterns } from '../../src/core/neighbordb-check.ts'
import type { NodeReport } from '../../src/core/node-report.ts'
import { type OperatorFile, readOperatorFile } from '../../src/core/operator-file.ts'
import { describeProblem, Problem } from '../../src/core/problem.ts'
import { describeMismatch } from '../../src/core/topology.ts'

function fileOf(text: string): OperatorFile {
  const file = readOperatorFile('neighbordb', Buffer.from(text), 'neighbordb-syntax')
  if (file instanceof Problem) throw file
  return file
}

function reading(text: string): NeighbordbReading {
  return readNeighbordb(fileOf(text), 'serialnumber')
}

/** A node whose neighbours are given as `Ethernet1: 'device port'`, several peers in a list. */
function node(
  neighbors: Readonly<Record<string, string | readonly string[]>>,
  model?: string,
): NodeReport {
  const interfaces = Object.entries(neighbors).map(([name, peers]) => ({
    name,
    peers: (typeof peers === 'string' ? [peers] : peers).map((peer) => {
      const [device = '', port = ''] = peer.split(' ')
      return { device, port }
    }),
  }))
  return {
    model,
    systemMac: undefined,
    serialNumber: 'N',
    version: undefined,
    interfaces,
    config: undefined,
  }
}

const neverSlow = () => {
  throw new Error('an expression that was to be quick')
}

/** Whether a node matches a pattern of these interfaces, given as YAML. */
function matches(interfaces: string, neighbors: Parameters<typeof node>[0]): boolean {
  const { neighbordb, patterns } = reading(
    `patterns:\n- {name: p, definition: d, interfaces: ${interfaces}}\n`,
  )
  if (neighbordb === undefined) {
    throw new Error(patterns.flatMap(({ problems }) => problems.map(describeProblem)).join('\n'))
  }
  return matchNode(neighbordb, 'N', node(neighbors), neverSlow) !== undefined
}

describe('a list of interfaces', () => {
  test.each([
    ['e1', ['Ethernet1']],
    ['ET1', ['Ethernet1']],
    ['eth2/3', ['Ethernet2/3']],
    ['Ethernet4/1/2', ['Ethernet4/1/2']],
    ['ma1', ['Management1']],
    ['e1-3', ['Ethernet1', 'Ethernet2', 'Ethernet3']],
    ['Ethernet1/3-1/5', ['Ethernet1/3', 'Ethernet1/4', 'Ethernet1/5']],
    ['Ethernet1-Ethernet2', ['Ethernet1', 'Ethernet2']],
    ['e1,m1,2', ['Ethernet1', 'Management1', 'Management2']],
    [' e1 , 3 ', ['Ethernet1', 'Ethernet3']],
    ['e1-2,4/1-4/2', ['Ethernet1', 'Ethernet2', 'Ethernet4/1', 'Ethernet4/2']],
  ])('%j means %j', (text, interfaces) => {
    expect(parseInterfaceList(text)).toEqual({ ok: true, interfaces })
  })

  test.each([
    'Vlan1',
    'Ethernet',
    'Ethernet0',
    'Ethernet 1',
    'Ethernet3-1',
    'Ethernet2-2',
    'Ethernet1/1-2/4',
    'Ethernet1-2-3',
    '1,2',
    'Ethernet1/2/3/4',
    'e1,',
    ',e1',
    '',
    'e1-m2',
    'e1/0',
    'e-1',
    'e1-1/2',
    'Ethernet1-99999999',
  ])('%j means nothing', (text) => {
    expect(parseInterfaceList(text).ok).toBe(false)
  })

  test('a range is as long as its ends are apart, whatever the numbers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 500 }),
        (from, more) => {
          const list = parseInterfaceList(`e7/${from}-7/${from + more}`)
          expect(list).toMatchObject({ ok: true })
          expect(list.ok && list.interfaces.length).toBe(more + 1)
          expect(list.ok && list.interfaces.at(-1)).toBe(`Ethernet7/${from + more}`)
        },
      ),
    )
  })
})

describe('the positive forms', () => {
  test.each([
    ['[{any: "any:any"}]', { Ethernet1: 'a b' }, {}],
    ['[{any: "any:p"}]', { Ethernet9: 'a p' }, { Ethernet9: 'a q' }],
    ['[{any: "d:any"}]', { Ethernet9: 'd p' }, { Ethernet9: 'dd p' }],
    ['[{any: "d:p"}]', { Ethernet9: 'd p' }, { Ethernet9: 'd q' }],
    ['[{e1: any}]', { Ethernet1: 'a b' }, { Ethernet2: 'a b' }],
    ['[{e1: "any:p"}]', { Ethernet1: 'a p' }, { Ethernet2: 'a p' }],
    ['[{e1: d}]', { Ethernet1: 'd p' }, { Ethernet1: 'x p' }],
    ['[{e1-2: "d:p"}]', { Ethernet1: 'd p', Ethernet2: 'd p' }, { Ethernet1: 'd p' }],
  ])('%s matches %j and not %j', (interfaces, yes, no) => {
    expect(matches(interfaces, yes as Record<string, string>)).toBe(true)
    expect(matches(interfaces, no as Record<string, string>)).toBe(false)
  })
})

describe('the negative forms', () => {
  const forbidden = { Ethernet1: 'd p' }
  test.each([
    ['any: "d:none"', forbidden, { Ethernet1: 'x p' }],
    ['none: "d:any"', forbidden, { Ethernet1: 'x p' }],
    ['none: d', forbidden, { Ethernet1: 'x p' }],
    ['none: "d:none"', forbidden, { Ethernet1: 'x p' }],
    ['none: "any:p"', forbidden, { Ethernet1: 'd x' }],
    ['none: "d:p"', forbidden, { Ethernet1: 'd x' }],
    ['e1: "any:none"', forbidden, { Ethernet2: 'd p' }],
    ['e1: "none:any"', forbidden, { Ethernet2: 'd p' }],
    ['e1: none', forbidden, { Ethernet2: 'd p' }],
    ['e1: "none:none"', forbidden, { Ethernet2: 'd p' }],
    ['e1: "none:p"', forbidden, { Ethernet1: 'd x' }],
    ['e1: "d:none"', forbidden, { Ethernet1: 'x p' }],
    ['e2-3: "d:none"', { Ethernet3: 'd p' }, forbidden],
    ['none: none', forbidden, {}],
    ['none: "none:none"', forbidden, { Ethernet1: [] }],
  ])('%s shuts out %j and lets %j in', (entry, no, yes) => {
    expect(matches(`[{${entry}}]`, no as Record<string, string>)).toBe(false)
    expect(matches(`[{${entry}}]`, yes as Record<string, string>)).toBe(true)
  })

  test.each([
    'any: "any:none"',
    'any: none',
    'any: "none:any"',
    'any: "none:p"',
    'none: any',
    'none: "any:none"',
    'none: "none:any"',
    'none: "none:p"',
  ])('%s means nothing: that pattern never matches, the others do', (entry) => {
    const { neighbordb, patterns } = reading(
      `patterns:\n- {name: bogus, definition: d, interfaces: [{${entry}}]}\n- {name: open, definition: d, interfaces: []}\n`,
    )
    expect(patterns[0]?.problems.map(({ code }) => code)).toEqual(['pattern-bogus'])
    for (const neighbors of [{}, { Ethernet1: 'd p' }]) {
      const found = neighbordb && matchNode(neighbordb, 'N', node(neighbors), neverSlow)
      expect(found?.name).toBe('open')
    }
  })
})

describe('matching', () => {
  test('two equal rules need two interfaces', () => {
    const rules = '[{any: s}, {any: s}]'
    expect(matches(rules, { Ethernet1: 's a' })).toBe(false)
    expect(matches(rules, { Ethernet1: 's a', Ethernet2: 's b' })).toBe(true)
  })

  test('it is first come, first served, and nothing is tried twice', () => {
    const rules = '[{any: any}, {any: s}]'
    expect(matches(rules, { Ethernet1: 'x a', Ethernet2: 's b' })).toBe(true)
    expect(matches(rules, { Ethernet1: 's a', Ethernet2: 'x b' })).toBe(false)
  })

  test('an interface that used up a rule is not held against a later negative one, but against an earlier one', () => {
    expect(matches('[{e1: any}, {none: rogue}]', { Ethernet1: 'rogue a' })).toBe(true)
    expect(matches('[{none: rogue}, {e1: any}]', { Ethernet1: 'rogue a' })).toBe(false)
  })

  test('every peer of an interface counts, in whatever order', () => {
    const rules = '[{m1: a}, {none: rogue}]'
    for (const peers of [
      ['a x', 'rogue x'],
      ['rogue x', 'a x'],
    ]) {
      expect(matches(rules, { Management1: peers })).toBe(false)
    }
    expect(matches(rules, { Management1: ['c x', 'a x'] })).toBe(true)
  })

  test('keywords are whole words, comparisons are case-sensitive', () => {
    expect(matches('[{e1: nonesuch}]', { Ethernet1: 'nonesuch a' })).toBe(true)
    expect(matches('[{e1: anyone}]', { Ethernet1: 'other a' })).toBe(false)
    expect(matches('[{e1: Spine}]', { Ethernet1: 'spine a' })).toBe(false)
  })

  test.each([
    ["exact('s1')", 's1', 's11'],
    ["regex('s[0-9]+')", 's12.lab', 'xs1'],
    ["regex('(?i)S1$')", 's1', 's12'],
    ["regex('(?P<n>s)\\d')", 's1', 'sa'],
    ["includes('ore')", 'core1', 'leaf'],
    ["excludes('bad')", 'good', 'is-bad'],
    ['regex(a.*)', 'regex(a.*)', 'abc'],
  ])('%s takes %j and not %j', (device, yes, no) => {
    const interfaces = `[{e1: {device: ${JSON.stringify(device)}}}]`
    expect(matches(interfaces, { Ethernet1: `${yes} p` })).toBe(true)
    expect(matches(interfaces, { Ethernet1: `${no} p` })).toBe(false)
  })

  test('an expression that may take long is left to whoever can end it, and its pattern does not match', () => {
    const { neighbordb } = reading(
      `patterns:\n- {name: slow, definition: d, interfaces: [{e1: "regex('(a+)+$')"}]}\n- {name: next, definition: d, interfaces: [{e1: any}]}\n`,
    )
    const asked: string[] = []
    const found =
      neighbordb &&
      matchNode(
        neighbordb,
        'N',
        node({ Ethernet1: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa! p' }),
        ({ pattern }) => {
          asked.push(pattern)
          return undefined
        },
      )
    expect(asked).toEqual(['(a+)+$'])
    expect(found?.name).toBe('next')
  })

  test('the index changes nothing: the first pattern that matches by itself is the one found', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'any', 'none', "regex('a|b')")
    const local = fc.constantFrom('e1', 'e2', 'e1-2', 'any', 'none')
    const entry = fc.tuple(local, word, word).map(([l, d, p]) => `{${l}: "${d}:${p}"}`)
    const pattern = fc.array(entry, { maxLength: 3 }).map((list) => `[${list.join(', ')}]`)
    const peer = fc
      .tuple(fc.constantFrom('a', 'b', 'x'), fc.constantFrom('a', 'c'))
      .map((two) => two.join(' '))
    const neighbors = fc.dictionary(
      fc.constantFrom('Ethernet1', 'Ethernet2', 'Ethernet3'),
      fc.array(peer, { maxLength: 2 }),
    )
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 8 }), neighbors, (patterns, seen) => {
        const text = patterns.map(
          (list, at) => `- {name: p${at}, definition: d, interfaces: ${list}}\n`,
        )
        const { neighbordb } = reading(`patterns:\n${text.join('')}`)
        if (neighbordb === undefined) return
        const report = node(seen)
        const first = neighbordb.patterns.find(
          (each) => mismatchOf(each, report, neverSlow) === undefined,
        )
        expect(matchNode(neighbordb, 'N', report, neverSlow)?.name).toBe(first?.name)
      }),
      { numRuns: 500 },
    )
  })
})

describe('which patterns count', () => {
  const text = `patterns:
- {name: global, definition: d, interfaces: [{any: any}]}
- {name: mine, definition: d, node: 0012, interfaces: [{e1: s}]}
- {name: again, definition: d, node: '0012'}
`

  test('a node with a pattern of its own has that one alone, by the digits as they are written', () => {
    const { neighbordb } = reading(text)
    if (neighbordb === undefined) throw new Error('unusable')
    expect(matchNode(neighbordb, '0012', node({ Ethernet1: 's a' }), neverSlow)?.name).toBe('mine')
    expect(matchNode(neighbordb, '0012', node({ Ethernet1: 'x a' }), neverSlow)).toBeUndefined()
    expect(matchNode(neighbordb, '12', node({ Ethernet1: 'x a' }), neverSlow)?.name).toBe('global')
  })

  test('every refusal is told with pattern, rule, interface and reason', () => {
    const { neighbordb } = reading(
      `patterns:
- {name: leaf, definition: d, interfaces: [{e1: "spine1:any"}]}
- {name: clean, definition: d, interfaces: [{none: rogue}, {any: any}]}
- {name: big, definition: d, model: "DCS-75.*"}
`,
    )
    const report = node({ Ethernet1: 'rogue Ethernet7' }, 'vEOS')
    const told = neighbordb
      ? refusalsOf(neighbordb, 'N', report, neverSlow, 20).map(
          ({ pattern, mismatch }) => `${pattern.name}: ${describeMismatch(mismatch)}`,
        )
      : []
    expect(told).toEqual([
      'leaf: "e1: spine1:any": Ethernet1 does not satisfy it (Ethernet1 sees rogue:Ethernet7)',
      'clean: Ethernet1 sees rogue:Ethernet7, which "none: rogue:any" forbids',
      'big: model "vEOS" does not match \'DCS-75.*\'',
    ])
  })
})

describe('one mistake makes the whole file unusable', () => {
  test.each([
    ['a pattern without name', '- {definition: d, interfaces: []}', '1:'],
    ['a pattern without definition', '- {name: p, interfaces: []}', '2:'],
    ['a definition of two words', '- {name: p, definition: a b, interfaces: []}', '2:'],
    ['nothing to match by', '- {name: p, definition: d}', '2:'],
    ['node and model', '- {name: p, definition: d, node: N, model: x}', '2:'],
    ['an unknown key', '- {name: p, definition: d, colour: red, interfaces: []}', '2:'],
    ['an unknown variable', '- {name: p, definition: d, interfaces: [{e1: $x}]}', '2:'],
    ['an unknown function', '- {name: p, definition: d, interfaces: [{e1: "start(\'x\')"}]}', '2:'],
    ['a broken expression', '- {name: p, definition: d, interfaces: [{e1: "regex(\'(\')"}]}', '2:'],
    ['a broken model', '- {name: p, definition: d, model: "("}', '2:'],
    ['a number as remote', '- {name: p, definition: d, interfaces: [{e1: 5}]}', '2:'],
    ['null as remote', '- {name: p, definition: d, interfaces: [{e1: }]}', '2:'],
    ['a mapping without device', '- {name: p, definition: d, interfaces: [{e1: {port: x}}]}', '2:'],
    ['two words as device', '- {name: p, definition: d, interfaces: [{e1: a b}]}', '2:'],
    ['interfaces that are no list', '- {name: p, definition: d, interfaces: {e1: a}}', '2:'],
  ])('%s', (_what, pattern) => {
    const { neighbordb, patterns } = reading(`patterns:\n${pattern}\n`)
    expect(neighbordb).toBeUndefined()
    const [problem] = patterns[0]?.problems ?? []
    expect(problem?.at).toMatchObject({ file: 'neighbordb', line: 2 })
    expect(problem?.key).toMatch(/^patterns\[0\]/)
  })

  test.each([
    ['a list', '- a\n'],
    ['a variable called any', 'variables: {any: x}\n'],
    ['variables that are no mapping', 'variables: [a]\n'],
    ['a key that nobody knows', 'pattern: []\n'],
    ['patterns that are no list', 'patterns: {a: b}\n'],
  ])('%s is told as a mistake of the whole', (_what, text) => {
    const { neighbordb, whole } = reading(text)
    expect(neighbordb).toBeUndefined()
    expect(whole?.code).toBe('neighbordb-shape')
  })

  test.each(['', '# nothing yet\n', 'patterns:\n', 'variables: {a: b}\n', '~\n'])(
    '%j is sound, and matches nothing',
    (text) => {
      const { neighbordb } = reading(text)
      expect(neighbordb?.patterns).toEqual([])
    },
  )

  test.each([
    ['a variable without a value that no rule asks for', 'variables: {spare: null, list: [a]}\n'],
    ['a key that holds anchors', 'common: &a [x]\n'],
  ])('%s does no harm', (_what, head) => {
    const text = `${head}patterns:\n- {name: p, definition: d, interfaces: [{e1: any}]}\n`
    expect(reading(text).neighbordb?.patterns).toHaveLength(1)
  })

  test.each([
    'variables: {v: null}\npatterns:\n- {name: p, definition: d, interfaces: [{e1: $v}]}\n',
    'variables: {v: a}\npatterns:\n- {name: p, definition: d, variables: {v: []}, interfaces: [{e1: $v}]}\n',
    'pattern:\n- {name: p, definition: d, interfaces: [{e1: any}]}\n',
  ])('%j is unusable', (text) => {
    expect(reading(text).neighbordb).toBeUndefined()
  })

  test('with MAC addresses as identifier a node is compared without separators', () => {
    const file = fileOf(
      'patterns:\n- {name: a, definition: d, node: "00:1c:73:aa:aa:02"}\n- {name: b, definition: d, node: 001c.73aa.aa03}\n',
    )
    const { neighbordb } = readNeighbordb(file, 'systemmac')
    expect([...(neighbordb?.byNode.keys() ?? [])]).toEqual(['001c73aaaa02', '001c73aaaa03'])
    const bad = fileOf('patterns:\n- {name: a, definition: d, node: no-mac}\n')
    expect(readNeighbordb(bad, 'systemmac').neighbordb).toBeUndefined()
  })
})

test('patterns that nobody can reach are told', () => {
  const file = fileOf(`patterns:
- {name: one, definition: d, interfaces: [{e1: s}]}
- {name: twin, definition: d, interfaces: [{Ethernet1: "s:any"}]}
- {name: connected, definition: d, interfaces: [{any: any}]}
- {name: late, definition: d, interfaces: [{e2: s}]}
- {name: lonely, definition: d, interfaces: [{none: none}]}
- {name: all, definition: d, interfaces: []}
- {name: after all, definition: d, model: x}
- {name: n1, definition: d, node: N}
- {name: n2, definition: d, node: N}
`)
  const { neighbordb } = readNeighbordb(file, 'serialnumber')
  const told = neighbordb === undefined ? [] : [...unreachablePatterns(file, neighbordb)]
  expect(told.map(({ key, at }) => `${key} line ${at?.line}`)).toEqual([
    'patterns[1] line 3',
    'patterns[3] line 5',
    'patterns[6] line 8',
    'patterns[8] line 10',
  ])
})

test('100,000 patterns are read, and a node finds its own', { timeout: 60_000 }, () => {
  const lines = Array.from(
    { length: 100_000 },
    (_, at) => `- {name: p${at}, definition: d, interfaces: [{e1: "leaf${at}:any"}]}\n`,
  )
  const { neighbordb } = reading(`patterns:\n${lines.join('')}`)
  const found =
    neighbordb && matchNode(neighbordb, 'N', node({ Ethernet1: 'leaf99999 x' }), neverSlow)
  expect(found?.name).toBe('p99999')
})
