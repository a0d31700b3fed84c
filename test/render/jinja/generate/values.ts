/**
 * The variables of a case: each name has one kind, whatever a template makes of it.
 * @module
 */
import { type Exact, type ExactMap, ExactNumber } from '../../../../src/core/exact-value.ts'
import type { Growth } from './growth.ts'

/** The names that hold each kind; a template may give them other values of the kind. */
export const names = {
  int: ['n', 'k', 'i'],
  float: ['f', 'g'],
  str: ['s', 't', 'w'],
  bool: ['b', 'on'],
  ints: ['xs', 'ys'],
  strs: ['ws', 'vs'],
  dict: ['d', 'row'],
  rows: ['rows', 'rs'],
  any: ['a', 'z', 'grün'],
} as const

const words = ['', 'a', 'Et1', 'eth0', 'Leaf-1a', 'spine', 'a,b,c', 'Hello World', '10.0.0.1/24']
const numerals = ['42', ' 7 ', '-3', '1_000', '0x1f', '1e3', '3.7', '010', '²', '٣', 'inf']
const oddTexts = [
  "it's",
  'say "hi"',
  `'"`,
  'back\\slash',
  '<b>&amp; "x"</b>',
  'line1\nline2',
  'cr\r\nlf\n',
  '\ttab',
  ' padded ',
  'straße',
  'İstanbul',
  'é\u0301',
  'ǆ ﬁ',
  '😀 x',
  '日本',
  '\u00a0\u2028\u200b',
  '\u0000\u001b\u007f',
  '\u0085',
  '\ud83d\udc69\u200d\ud83d\udd27',
  '100%',
  '%s',
  '{}',
  '{{ n }}',
  '# !',
]

export function text(growth: Growth): string {
  if (growth.chance(60)) return growth.pick(words)
  return growth.pick(growth.chance(25) ? numerals : oddTexts)
}

const integers = [
  '0',
  '1',
  '2',
  '3',
  '5',
  '7',
  '10',
  '42',
  '-1',
  '-7',
  '100',
  '65001',
  '4294967295',
]
const bigIntegers = [
  '9007199254740993',
  '-9007199254740993',
  '18446744073709551616',
  '1234567890123456789012',
]
const floats = [
  '0.0',
  '1.0',
  '-1.5',
  '0.1',
  '2.5',
  '0.5',
  '3.14159',
  '1e16',
  '1e-5',
  '123456.789',
  '-0.0',
]
const oddFloats = ['1e22', '1.5e300', '5e-324', '0.30000000000000004', '1e2', '9007199254740993.0']

const integer = (growth: Growth) =>
  new ExactNumber(growth.pick(growth.chance(8) ? bigIntegers : integers))
const float = (growth: Growth) =>
  new ExactNumber(growth.pick(growth.chance(15) ? oddFloats : floats))
const boolean = (growth: Growth) => growth.chance(50)

function list<T>(growth: Growth, make: (growth: Growth) => T): T[] {
  const length = growth.chance(6) ? 0 : growth.int(1, 4)
  return Array.from({ length }, () => make(growth))
}

/** A dictionary as expressions know it: `name`, `id`, `tags`, `up`, `mtu`, `sub`. */
function row(growth: Growth): ExactMap {
  const pairs: [string, Exact][] = [
    ['name', text(growth)],
    ['id', integer(growth)],
    ['tags', list(growth, text)],
    ['up', boolean(growth)],
    ['mtu', growth.chance(50) ? null : integer(growth)],
    [
      'sub',
      new Map<string, Exact>([
        ['x', integer(growth)],
        ['y-z', text(growth)],
      ]),
    ],
  ]
  if (growth.chance(10))
    pairs.push([growth.pick(['items', '300', '20', '', 'a b', 'Name']), integer(growth)])
  return new Map(growth.chance(20) ? pairs.reverse() : pairs)
}

function anything(growth: Growth, depth: number): Exact {
  const [, make] = growth.weighted<readonly [number, () => Exact]>([
    [2, () => null],
    [2, () => integer(growth)],
    [2, () => float(growth)],
    [3, () => text(growth)],
    [2, () => boolean(growth)],
    [depth > 0 ? 3 : 0, () => list(growth, () => anything(growth, depth - 1))],
    [
      depth > 0 ? 3 : 0,
      () => new Map(list(growth, () => [text(growth), anything(growth, depth - 1)] as const)),
    ],
  ])
  return make()
}

/** Branches of a tree: `v` and the branches `c`. */
function branches(growth: Growth, depth: number): readonly Exact[] {
  return Array.from({ length: growth.int(depth === 2 ? 1 : 0, 2) }, () => {
    const below: readonly Exact[] = depth > 0 ? branches(growth, depth - 1) : []
    return new Map<string, Exact>([
      ['v', integer(growth)],
      ['c', below],
    ])
  })
}

const makers: Readonly<Record<keyof typeof names, (growth: Growth) => Exact>> = {
  int: integer,
  float,
  str: text,
  bool: boolean,
  ints: (growth) => list(growth, integer),
  strs: (growth) => list(growth, text),
  dict: row,
  rows: (growth) => list(growth, row),
  any: (growth) => anything(growth, 2),
}

/** Variables for the names that occur in the templates; now and then one is missing. */
export function variables(growth: Growth, templates: string): ExactMap {
  const made = new Map<string, Exact>()
  const used = new Set(templates.match(/[\p{L}\p{N}_]+/gu))
  for (const [kind, kindNames] of Object.entries(names)) {
    for (const name of kindNames) {
      if (!used.has(name) || growth.chance(1)) continue
      made.set(name, makers[kind as keyof typeof names](growth))
    }
  }
  if (used.has('z')) made.set('z', null)
  if (used.has('tree')) made.set('tree', branches(growth, 2))
  return made
}
