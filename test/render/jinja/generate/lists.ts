/**
 * Expressions that give lists.
 * @module
 */
import type { Growth, Rule, Rules } from './growth.ts'
import { smallInt } from './numbers.ts'
import { slice } from './strings.ts'
import { names } from './values.ts'

/** Elements between commas; a comma may follow the last. */
export function elements(growth: Growth, low: number, high: number, make: () => string): string {
  const items = growth.list(low, high, make)
  return items.length > 0 && growth.chance(10) ? `${items.join(', ')},` : items.join(', ')
}

const testedInts = [
  "'odd'",
  "'even'",
  "'gt', 2",
  "'in', xs",
  "'divisibleby', 3",
  "'defined'",
  "'ne', n",
  "'eq', 1",
  "'>=', 3",
]
const testedStrs = ["'string'", "'eq', 'a'", "'in', 'Et1'", "'lower'", "'ne', s", '']
const testedRows = [
  "'up'",
  "'id', 'gt', 2",
  "'name', 'eq', 'a'",
  "'mtu', 'none'",
  "'mtu', 'defined'",
  "'nope', 'defined'",
  "'sub.x', 'odd'",
  "'tags'",
]

/** What keeps the kind of a list. */
const sameKind = (kind: 'ints' | 'strs' | 'rows', tests: readonly string[]): readonly Rule[] => [
  [
    3,
    'filtered',
    (g) =>
      `${g.value(kind)}|${g.pick(['select', 'reject'])}(${g.pick(kind === 'rows' ? [''] : tests)})`,
  ],
  [2, 'filtered', (g) => `${g.value(kind)}|${g.pick(['list', 'reverse'])}`],
  [3, 'open', (g) => `${g.term(kind)} + ${g.term(kind)}`],
  [3, 'primary', (g) => `${g.owner(kind)}[${slice(g)}]`],
  [1, 'open', (g) => `${g.any(kind)} if ${g.any('bool')} else ${g.any(kind)}`],
  [1, 'open', (g) => `${g.term(kind)} * ${smallInt(g)}`],
  [1, 'primary', (g) => `${g.owner(kind)}.copy()`],
]

export const intsRules: Rules = {
  leaves: [
    [6, 'primary', (g) => g.pick(names.ints)],
    [3, 'primary', (g) => `[${elements(g, 0, 3, () => String(g.int(-2, 9)))}]`],
    [
      2,
      'primary',
      (g) => `range(${g.pick(['3', '1, 4', '0, 6, 2', '5, 0, -2', 'xs|length', '0'])})`,
    ],
  ],
  branches: [
    [4, 'primary', (g) => `[${elements(g, 1, 3, () => g.any('int'))}]`],
    [1, 'primary', (g) => `(${g.any('int')}, ${elements(g, 0, 2, () => g.any('int'))})`],
    ...sameKind('ints', testedInts),
    [4, 'filtered', (g) => `${g.value('ints')}|sort${g.pick(['', '(true)', '(reverse=true)'])}`],
    [2, 'filtered', (g) => `${g.value('ints')}|unique`],
    [
      2,
      'filtered',
      (g) =>
        `${g.value(g.pick(['strs', 'ints']))}|map('${g.pick(['int', 'length', 'abs', 'int', 'default'])}')`,
    ],
    [
      1,
      'filtered',
      (g) => `${g.value('strs')}|map('int', ${g.pick(['5', 'default=-1', 'base=16'])})`,
    ],
    [2, 'filtered', (g) => `${g.value('rows')}|map(attribute='${g.pick(['id', 'sub.x', 'mtu'])}')`],
    [1, 'filtered', (g) => `${g.value('rows')}|map(attribute='nope', default=${g.any('int')})`],
    [2, 'filtered', (g) => `range(${g.int(0, 5)})|list`],
    [1, 'primary', () => 'd.sub.values()'],
  ],
}

export const strsRules: Rules = {
  leaves: [
    [6, 'primary', (g) => g.pick(names.strs)],
    [
      3,
      'primary',
      (g) => `[${elements(g, 0, 3, () => g.pick(["'a'", "'b'", "'Et1'", "''", "'B'"]))}]`,
    ],
    [1, 'primary', (g) => g.pick(['d.tags', 'row.tags', 'd.keys()', 'rows[0].tags'])],
  ],
  branches: [
    [4, 'primary', (g) => `[${elements(g, 1, 3, () => g.any('str'))}]`],
    [1, 'primary', (g) => `(${g.any('str')}, ${elements(g, 0, 2, () => g.any('str'))})`],
    ...sameKind('strs', testedStrs),
    [
      3,
      'primary',
      (g) =>
        `${g.owner('str')}.${g.pick(['split()', "split(',')", "split(',', 1)", "rsplit('.', 1)", 'splitlines()', 'splitlines(true)', "partition('a')", "rpartition(' ')", "split('a', maxsplit=1)"])}`,
    ],
    [
      3,
      'filtered',
      (g) =>
        `${g.value('strs')}|sort${g.pick(['', '(true)', '(case_sensitive=true)', '(reverse=true)', '(false, true)'])}`,
    ],
    [
      2,
      'filtered',
      (g) => `${g.value('strs')}|unique${g.pick(['', '(true)', '(case_sensitive=false)'])}`,
    ],
    [
      3,
      'filtered',
      (g) =>
        `${g.value('strs')}|map('${g.pick(['upper', 'lower', 'trim', 'title', 'reverse', 'string', 'first', 'e'])}')`,
    ],
    [
      2,
      'filtered',
      (g) =>
        `${g.value('strs')}|map(${g.pick(["'replace', 'a', 'b'", "'default', 'x'", "'center', 5", "'truncate', 4, true", "'indent'", "'indent', first=true"])})`,
    ],
    [
      2,
      'filtered',
      (g) => `${g.value('ints')}|map(${g.pick(["'string'", "'float'", "'abs'", "'round', 1"])})`,
    ],
    [
      2,
      'filtered',
      (g) => `${g.value('rows')}|map(attribute='${g.pick(['name', 'name', 'tags.0'])}')`,
    ],
    [2, 'filtered', (g) => `${g.value('str')}|list`],
    [1, 'filtered', (g) => `${g.value('dict')}|list`],
    [1, 'filtered', (g) => `${g.value('dict')}|sort`],
  ],
}

export const rowsRules: Rules = {
  leaves: [
    [8, 'primary', (g) => g.pick(names.rows)],
    [1, 'primary', () => '[d, row]'],
  ],
  branches: [
    [2, 'primary', (g) => `[${elements(g, 1, 2, () => g.any('dict'))}]`],
    ...sameKind('rows', testedRows),
    [
      5,
      'filtered',
      (g) => `${g.value('rows')}|${g.pick(['selectattr', 'rejectattr'])}(${g.pick(testedRows)})`,
    ],
    [
      4,
      'filtered',
      (g) =>
        `${g.value('rows')}|sort(attribute='${g.pick(['id', 'name', 'sub.x', 'name,id', 'up,name'])}'${g.pick(['', ', reverse=true'])})`,
    ],
    [1, 'filtered', (g) => `${g.value('rows')}|unique(attribute='${g.pick(['id', 'name'])}')`],
  ],
}
