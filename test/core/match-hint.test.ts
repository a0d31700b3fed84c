import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyChange, describeChange, type MatchChange } from '../../src/core/match-change.ts'
import { explainPattern } from '../../src/core/match-explanation.ts'
import { findHint, findUnmet } from '../../src/core/match-hint.ts'
import { mismatchOf, readNeighbordb } from '../../src/core/neighbordb.ts'
import type { NodeReport } from '../../src/core/node-report.ts'
import { readOperatorFile } from '../../src/core/operator-file.ts'
import type { Pattern } from '../../src/core/pattern.ts'
import { Problem } from '../../src/core/problem.ts'
import { sampleText } from '../../src/core/python-regex/regex-sample.ts'

const neverSlow = () => {
  throw new Error('an expression that was to be quick')
}

/** A pattern of these interfaces, given as YAML. */
function patternOf(interfaces: string, more = ''): Pattern {
  const text = `patterns:\n- {name: p, definition: d, interfaces: ${interfaces}${more}}\n`
  const file = readOperatorFile('neighbordb', Buffer.from(text), 'neighbordb-syntax')
  if (file instanceof Problem) throw file
  const [pattern] = readNeighbordb(file, 'serialnumber').neighbordb?.patterns ?? []
  if (pattern === undefined) throw new Error(`not a pattern: ${text}`)
  return pattern
}

type Neighbors = Readonly<Record<string, readonly string[]>>

function node(neighbors: Neighbors, model?: string): Pick<NodeReport, 'model' | 'interfaces'> {
  const interfaces = Object.entries(neighbors).map(([name, peers]) => ({
    name,
    peers: peers.map((peer) => {
      const [device = '', port = ''] = peer.split(' ')
      return { device, port }
    }),
  }))
  return { model, interfaces }
}

/** The change that is proposed, as a clause; undefined: none. Every change that is proposed is tried. */
function hint(pattern: Pattern, report: ReturnType<typeof node>): string | undefined {
  const comparison = { pattern, report }
  const unmet = findUnmet(comparison, neverSlow)
  if (unmet === undefined) return undefined
  const change = findHint(comparison, unmet, neverSlow)
  if (change === undefined) return undefined
  const changed = applyChange(comparison, change)
  if (changed === undefined) throw new Error('a change that cannot be made')
  expect(mismatchOf(changed.pattern, changed.report, neverSlow)).toBeUndefined()
  return describeChange(change, comparison)
}

describe('a node would match if', () => {
  test.each<[string, string, Neighbors, string]>([
    [
      'a neighbour were there',
      '[{e1: s1}, {e2: "s2:Ethernet1"}]',
      { Ethernet1: ['s1 x'] },
      'Ethernet2 saw a neighbor such as s2:Ethernet1',
    ],
    [
      'a neighbour were another one',
      '[{e1: s1}]',
      { Ethernet1: ['leaf9 x'] },
      'Ethernet1 saw a neighbor such as s1:x instead of leaf9:x',
    ],
    [
      'its port were another one',
      '[{e1: "s1:Ethernet7"}]',
      { Ethernet1: ['s1 Ethernet8'] },
      'Ethernet1 saw a neighbor such as s1:Ethernet7 instead of s1:Ethernet8',
    ],
    [
      'two cables were swapped',
      '[{e1: s1}, {e2: s2}]',
      { Ethernet1: ['s2 a'], Ethernet2: ['s1 b'] },
      'the cables of Ethernet1 and Ethernet2 were swapped',
    ],
    [
      'a cable were in the next port',
      '[{e1: s1}]',
      { Ethernet2: ['s1 b'] },
      'the cables of Ethernet1 and Ethernet2 were swapped',
    ],
    [
      'the rule knew the domain',
      '[{e1: spine1}]',
      { Ethernet1: ['spine1.lab.example e1'] },
      '"Ethernet1: spine1:any" asked for spine1.lab.example:any',
    ],
    [
      'the rule knew the letter case',
      '[{e1: spine1}]',
      { Ethernet1: ['SPINE1 e1'] },
      '"Ethernet1: spine1:any" asked for SPINE1:any',
    ],
    [
      'a forbidden neighbour were gone',
      '[{none: leaf1}]',
      { Ethernet3: ['leaf1 x'] },
      'Ethernet3 did not see leaf1:x',
    ],
    [
      'a narrow rule stood before a wide one',
      '[{any: any}, {e1: s1}]',
      { Ethernet1: ['s1 x'], Ethernet2: ['s2 x'] },
      '"Ethernet1: s1:any" stood before "any: any:any"',
    ],
    [
      'a rule that forbids stood last',
      '[{none: s1}, {e1: s1}]',
      { Ethernet1: ['s1 x'] },
      '"Ethernet1: s1:any" stood before "none: s1:any"',
    ],
    [
      'an expression were met',
      `[{e1: "regex('spine\\\\d+(\\\\.|$)')"}]`,
      {},
      'Ethernet1 saw a neighbor such as spine1:Ethernet1',
    ],
    [
      'any interface saw one more',
      '[{any: s1}, {any: s1}]',
      { Ethernet1: ['s1 x'], Ethernet2: ['h y'] },
      'Ethernet3 saw a neighbor such as s1:x',
    ],
  ])('%s', (_what, interfaces, neighbors, expected) => {
    const text = interfaces.replace(/\be(\d)/g, 'Ethernet$1')
    expect(hint(patternOf(text), node(neighbors))).toBe(expected)
  })

  test('its model were another one, or the pattern took no notice of letter case', () => {
    const pattern = patternOf('[]', ', model: vEOS')
    expect(hint(pattern, node({}, 'veos'))).toBe('it asked for the model (?i)vEOS')
    expect(hint(pattern, node({}, 'DCS'))).toBe('the node reported a model such as vEOS')
    expect(hint(pattern, node({}))).toBe('the node reported a model such as vEOS')
  })

  test('nothing is proposed where one change is not enough, and the rules that are not met are counted', () => {
    const pattern = patternOf('[{Ethernet1: a}, {Ethernet2: b}, {none: c}]')
    const report = node({ Ethernet3: ['c x'] })
    expect(hint(pattern, report)).toBeUndefined()
    expect(findUnmet({ pattern, report }, neverSlow)?.count).toBe(3)
  })
})

test.each([
  ['spine\\d+(\\.|$)', 'spine1'],
  ['(DCS-7020TR-48|vEOS|cEOS)', 'DCS-7020TR-48'],
  ['Ethernet[1-4]$', 'Ethernet1'],
  ['[^a]x{2,3}y?', '1xx'],
  ['(?P<a>b)+', 'b'],
  ['\\D\\w\\S', 'a11'],
  ['(a)\\1', undefined],
  ['(', undefined],
])('a text that %s takes', (pattern, text) => {
  expect(sampleText(pattern)).toBe(text)
})

const device = fc.constantFrom('s1', 's2', 'S1', 's1.lab', 'leaf')
const port = fc.constantFrom('Ethernet1', 'Ethernet2', 'x')
const local = fc.constantFrom('any', 'none', 'Ethernet1', 'Ethernet2', 'Ethernet1-3')
const remote = fc.oneof(
  fc.constantFrom('any', 'none'),
  device,
  fc.constantFrom(
    "regex('s')",
    "regex('(?i)S\\d(\\.|$)')",
    "includes('1')",
    "excludes('1')",
    "exact('any')",
  ),
)
const rule = fc.tuple(
  local,
  remote,
  fc.oneof(fc.constant('any'), port, fc.constantFrom('none', "regex('Eth')")),
)
const patterns = fc
  .array(rule, { maxLength: 5 })
  .map((rules) =>
    JSON.stringify(
      rules.map(([own, remoteDevice, remotePort]) => ({ [own]: `${remoteDevice}:${remotePort}` })),
    ),
  )
const nodes = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom('Ethernet1', 'Ethernet2', 'Ethernet3', 'Management1'),
      fc.array(
        fc.tuple(device, port).map((peer) => peer.join(' ')),
        { maxLength: 2 },
      ),
    ),
    { selector: ([name]) => name, maxLength: 4 },
  )
  .map((entries) => node(Object.fromEntries(entries), 'vEOS'))

test('every change that is proposed makes the node match, and a node that matches meets every rule', () => {
  const kinds = new Set<MatchChange['kind']>()
  fc.assert(
    fc.property(
      patterns,
      fc.constantFrom('', ', model: vEOS', ', model: DCS'),
      nodes,
      (interfaces, model, report) => {
        const pattern = patternOf(interfaces, model)
        const comparison = { pattern, report }
        const isMatch = mismatchOf(pattern, report, neverSlow) === undefined
        const { unmet, rules } = explainPattern(comparison, neverSlow)
        if (unmet === undefined || rules === null) {
          expect(isMatch).toBe(false)
          return
        }
        expect(unmet.count === 0).toBe(isMatch)
        const noes = rules.filter(({ result }) => result === 'no')
        expect(noes.length + (unmet.model ? 1 : 0)).toBe(unmet.count)
        const change = isMatch ? undefined : findHint(comparison, unmet, neverSlow)
        if (change === undefined) return
        kinds.add(change.kind)
        const changed = applyChange(comparison, change)
        expect(changed && mismatchOf(changed.pattern, changed.report, neverSlow)).toBeUndefined()
        expect(changed).toBeDefined()
        expect(describeChange(change, comparison)).not.toContain('""')
      },
    ),
    { numRuns: 3_000 },
  )
  expect([...kinds].sort()).toEqual(
    expect.arrayContaining(['model', 'neighbor', 'neighbor-gone', 'rule', 'rule-order', 'swapped']),
  )
})

test('a node that differs in one neighbour only is always told of a change', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 5 }), (count, gone) => {
      const names = Array.from({ length: count }, (_each, at) => `Ethernet${at + 1}`)
      const pattern = patternOf(JSON.stringify(names.map((name, at) => ({ [name]: `d${at}:p` }))))
      const seen = names.flatMap((name, at) =>
        at === gone % count ? [] : [[name, [`d${at} p`]] as const],
      )
      expect(hint(pattern, node(Object.fromEntries(seen)))).toBeDefined()
    }),
  )
})
