/**
 * Expressions that give numbers.
 * @module
 */
import type { Growth, Rules } from './growth.ts'
import { names } from './values.ts'

const intLiterals = [
  '0',
  '1',
  '2',
  '3',
  '10',
  '42',
  '0x1f',
  '0b101',
  '0o17',
  '1_000',
  '4_2',
  '007'.slice(2),
]
const bigLiterals = ['9007199254740993', '18446744073709551615', '123456789012345678901']
const floatLiterals = ['1.0', '0.5', '2.5', '1e3', '1.5e-3', '1_0.2_5', '1e16', '3.0E+2', '12.50']

export const smallInt = (growth: Growth) => String(growth.int(0, 4))
const divisor = (growth: Growth) =>
  growth.chance(90) ? growth.pick(['2', '3', '7', '-3', '2.0', '0x10']) : growth.term('int')

/** An index of a list that mostly exists. */
export const index = (growth: Growth) => growth.pick(['0', '0', '0', '-1', '-1', '1', '-2', '3'])

const loopNumbers = ['index', 'index0', 'revindex', 'revindex0', 'length', 'depth', 'depth0']

export const intRules: Rules = {
  leaves: [
    [6, 'primary', (g) => g.pick(names.int)],
    [5, 'primary', (g) => g.pick(intLiterals)],
    [1, 'primary', (g) => g.pick(bigLiterals)],
    [1, 'open', (g) => `-${g.pick(intLiterals)}`],
    [2, 'primary', (g) => g.pick(['d.id', "d['id']", 'row.id', 'd.sub.x', "d.sub['x']"])],
    [1, 'primary', (g) => `rows[${index(g)}].id`],
    [1, 'primary', (g) => (g.hasNamespace ? 'ns.n' : 'n')],
    [2, 'primary', (g) => (g.inLoop ? `loop.${g.pick(loopNumbers)}` : 'k')],
  ],
  branches: [
    [8, 'open', (g) => `${g.term('int')} ${g.pick(['+', '-', '*'])} ${g.term('int')}`],
    [2, 'open', (g) => `${g.term('int')}${g.pick(['+', '-', '*', '//', '%'])}${g.int(1, 9)}`],
    [2, 'open', (g) => `${g.term('int')} // ${divisor(g)}`],
    [2, 'open', (g) => `${g.term('int')} % ${divisor(g)}`],
    [2, 'open', (g) => `${g.term('int')} ** ${smallInt(g)}`],
    [2, 'open', (g) => `${g.pick(['-', '+', '- '])}${g.term('int')}`],
    [2, 'open', (g) => `${g.any('int')} if ${g.any('bool')} else ${g.any('int')}`],
    [1, 'open', (g) => `${g.term('int')} + ${g.term('bool')}`],
    [1, 'open', (g) => `${g.term('int')} ${g.pick(['or', 'and'])} ${g.term('int')}`],
    [
      5,
      'filtered',
      (g) =>
        `${g.value(g.pick(['ints', 'strs', 'str', 'dict', 'rows']))}|${g.pick(['length', 'count'])}`,
    ],
    [2, 'filtered', (g) => `${g.value('ints')}|sum`],
    [1, 'filtered', (g) => `${g.value('ints')}|sum(start=${g.any('int')})`],
    [1, 'filtered', (g) => `${g.value('rows')}|sum(attribute='id')`],
    [3, 'filtered', (g) => `${g.value('ints')}|${g.pick(['first', 'last', 'max', 'min'])}`],
    [2, 'filtered', (g) => `${g.value(g.pick(['str', 'float', 'int', 'bool', 'any']))}|int`],
    [
      1,
      'filtered',
      (g) =>
        `${g.value('str')}|int(${g.pick(['-1', 'default=5', '0, 16', 'base=2', '7, base=8'])})`,
    ],
    [1, 'filtered', (g) => `${g.value('int')}|abs`],
    [1, 'filtered', (g) => `${g.value('str')}|wordcount`],
    [1, 'filtered', (g) => `${g.value('int')}|round`],
    [
      1,
      'filtered',
      (g) => `${g.pick(['u', 'd.nope', 'u.x', 'n'])}|${g.pick(['default', 'd'])}(${g.any('int')})`,
    ],
    [2, 'primary', (g) => `${g.owner('ints')}[${g.chance(90) ? index(g) : g.any('int')}]`],
    [
      2,
      'primary',
      (g) => `${g.owner('str')}.${g.pick(['count', 'find', 'rfind'])}(${g.any('str')})`,
    ],
    [
      1,
      'primary',
      (g) => `${g.owner('str')}.${g.pick(['index', 'find'])}(${g.any('str')}, ${smallInt(g)})`,
    ],
    [1, 'primary', (g) => `${g.owner('ints')}.${g.pick(['count', 'index'])}(${g.any('int')})`],
    [1, 'primary', (g) => `${g.owner('dict')}.get('id'${g.chance(50) ? ', 3' : ''})`],
    [1, 'primary', (g) => `${g.owner('dict')}.get(${g.any('str')}, ${g.any('int')})`],
    [1, 'primary', (g) => `${g.owner('dict')}.id`],
    [1, 'primary', (g) => `${g.owner('rows')}[${index(g)}]['id']`],
  ],
}

export const floatRules: Rules = {
  leaves: [
    [4, 'primary', (g) => g.pick(names.float)],
    [4, 'primary', (g) => g.pick(floatLiterals)],
    [1, 'open', (g) => `-${g.pick(floatLiterals)}`],
  ],
  branches: [
    [4, 'open', (g) => `${g.term(numberKind(g))} / ${divisor(g)}`],
    [4, 'open', (g) => `${g.term('float')} ${g.pick(['+', '-', '*'])} ${g.term(numberKind(g))}`],
    [2, 'open', (g) => `${g.term('float')} ${g.pick(['//', '%'])} ${divisor(g)}`],
    [1, 'open', (g) => `${g.term('int')} ** ${g.pick(['-1', '0.5', '-2'])}`],
    [1, 'open', (g) => `-${g.term('float')}`],
    [3, 'filtered', (g) => `${g.value(numberKind(g))}|round(${roundArguments(g)})`],
    [2, 'filtered', (g) => `${g.value(g.pick(['str', 'int', 'float', 'bool']))}|float`],
    [1, 'filtered', (g) => `${g.value('any')}|float(${g.any('float')})`],
    [
      1,
      'filtered',
      (g) =>
        `[${g.any('float')}, ${g.any(numberKind(g))}]|${g.pick(['sum', 'max', 'min', 'first'])}`,
    ],
    [1, 'filtered', (g) => `${g.value('float')}|abs`],
  ],
}

const numberKind = (growth: Growth) => growth.pick(['int', 'float'] as const)

const roundArguments = (growth: Growth) =>
  growth.pick([
    '',
    '1',
    '2',
    '0',
    '-1',
    "0, 'floor'",
    "1, 'ceil'",
    "method='ceil'",
    'precision=2',
    "2, method='floor'",
    "1, 'common'",
  ])
