/**
 * Expressions that give True or False: comparisons, tests and what joins them.
 * @module
 */
import type { Growth, Kind, Rules } from './growth.ts'
import { names } from './values.ts'

const orders = ['<', '>', '<=', '>=', '==', '!=']
const equals = ['==', '!=']
const orderTests = [
  'eq',
  'ne',
  'lt',
  'gt',
  'le',
  'ge',
  'equalto',
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'lessthan',
  'greaterthan',
]
const bareTests = [
  'none',
  'string',
  'number',
  'integer',
  'float',
  'boolean',
  'mapping',
  'sequence',
  'iterable',
  'true',
  'false',
  'callable',
  'defined',
  'escaped',
]
const undefinedThings = [
  'u',
  'u.x',
  'd.nope',
  'd.nope.x',
  "d['no']['x']",
  'xs[99]',
  'rows[9].id',
  'u[0].y',
  'n.nope',
  's.nope.x',
  'ns.nope',
  'constructor',
  'd.constructor',
  'd.__proto__',
  's.length',
  'xs.length',
  'd.toString',
  'n.valueOf',
  'class',
]

const kinds: readonly Kind[] = ['int', 'float', 'str', 'bool', 'ints', 'strs', 'dict', 'any']
const kind = (growth: Growth): Kind => growth.pick(kinds)

function testCall(growth: Growth): string {
  const not = growth.chance(20) ? 'not ' : ''
  const is = (owner: string, test: string) => `${owner} is ${not}${test}`
  return growth.pick([
    () => is(growth.value('int'), growth.pick(['odd', 'even'])),
    () =>
      is(
        growth.value('int'),
        growth.pick(['divisibleby(2)', 'divisibleby 3', 'divisibleby(num=2)']),
      ),
    () => is(growth.value('str'), growth.pick(['lower', 'upper'])),
    () => is(growth.value(kind(growth)), growth.pick(bareTests)),
    () => is(growth.value(kind(growth)), growth.pick(bareTests)),
    () => is(growth.value(kind(growth)), `sameas ${growth.pick(['none', 'true', 'false'])}`),
    () => is(growth.value('int'), `${growth.pick(orderTests.slice(0, 7))}(${growth.any('int')})`),
    () =>
      is(growth.value('int'), `${growth.pick(orderTests.slice(0, 7))} ${growth.pick(names.int)}`),
    () => is(growth.value('str'), `in ${growth.pick(['ws', 's', "['a', 'Et1']", 'd'])}`),
    () => is(growth.value('int'), `in(${growth.any('ints')})`),
    () => is(`'${growth.pick(['upper', 'int', 'join'])}'`, 'filter'),
    () => is(`'${growth.pick(['odd', 'in', 'defined'])}'`, 'test'),
    () => is(growth.pick(undefinedThings), growth.pick(['defined', 'undefined'])),
    () => is(growth.pick(undefinedThings), growth.pick(['defined', 'undefined'])),
    () => is(growth.pick(['loop', 'caller', 'varargs', 'kwargs', 'm0', 'ns', 'i']), 'defined'),
  ])()
}

function comparison(growth: Growth): string {
  return growth.pick([
    () => `${growth.term('int')} ${growth.pick(orders)} ${growth.term('int')}`,
    () => `${growth.term('int')} ${growth.pick(orders)} ${growth.term('float')}`,
    () => `${growth.term('str')} ${growth.pick(orders)} ${growth.term('str')}`,
    () =>
      `${growth.term('int')} < ${growth.term('int')} ${growth.pick(orders)} ${growth.term('int')}`,
    () =>
      `${growth.int(0, 3)} <= ${growth.term('int')} < ${growth.term('float')} != ${growth.term('str')}`,
    () => `${growth.term(kind(growth))} ${growth.pick(equals)} ${growth.term(kind(growth))}`,
    () => `${growth.term('ints')} ${growth.pick(orders)} ${growth.term('ints')}`,
    () =>
      `${growth.term('str')} ${growth.pick(['in', 'not in'])} ${growth.term(growth.pick(['str', 'strs', 'dict']))}`,
    () => `${growth.term('int')} ${growth.pick(['in', 'not in'])} ${growth.term('ints')}`,
    () => `${growth.term('int')} in ${growth.term('ints')} == ${growth.term('bool')}`,
  ])()
}

export const boolRules: Rules = {
  leaves: [
    [4, 'primary', (g) => g.pick(names.bool)],
    [4, 'primary', (g) => g.pick(['true', 'false', 'True', 'False'])],
    [2, 'primary', (g) => g.pick(['d.up', 'row.up', 'rows[0].up'])],
    [2, 'primary', (g) => (g.inLoop ? g.pick(['loop.first', 'loop.last']) : 'on')],
  ],
  branches: [
    [10, 'open', comparison],
    [16, 'filtered', testCall],
    [4, 'open', (g) => `${g.term('bool')} ${g.pick(['and', 'or'])} ${g.term('bool')}`],
    [2, 'open', (g) => `not ${g.term('bool')}`],
    [1, 'open', (g) => `not ${g.pick(names.str)} in ${g.term('strs')}`],
    [1, 'open', (g) => `not ${g.pick(names.int)} is ${g.pick(['odd', 'even', 'none', 'number'])}`],
    [
      1,
      'filtered',
      (g) => `${g.value('int')} is odd is ${g.pick(['true', 'sameas true', 'boolean'])}`,
    ],
    [1, 'open', (g) => `not ${g.term('int')} ${g.pick(orders)} ${g.term('int')}`],
    [1, 'open', (g) => `${g.any('bool')} if ${g.any('bool')} else ${g.any('bool')}`],
    [1, 'open', (g) => g.term(kind(g))],
    [
      1,
      'filtered',
      (g) =>
        `${g.value('str')}|${g.pick(['upper', 'lower', 'trim'])} is ${g.pick(['upper', 'lower', 'string'])}`,
    ],
    [
      2,
      'primary',
      (g) => `${g.owner('str')}.${g.pick(['startswith', 'endswith'])}(${g.any('str')})`,
    ],
    [
      2,
      'primary',
      (g) =>
        `${g.owner('str')}.is${g.pick(['digit', 'alpha', 'alnum', 'space', 'upper', 'lower', 'title', 'numeric', 'decimal', 'identifier', 'ascii', 'printable'])}()`,
    ],
    [2, 'primary', (g) => (g.inLoop ? `loop.changed(${g.any(kind(g))})` : 'b')],
  ],
}
