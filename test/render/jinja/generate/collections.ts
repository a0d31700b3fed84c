/**
 * Expressions that give dictionaries, and those that may give anything.
 * @module
 */
import type { Rules } from './growth.ts'
import { elements } from './lists.ts'
import { names } from './values.ts'

const keys = ["'name'", "'id'", "'a'", "'b'", '1', '1.5', 'none', 'true', '(1, 2)', 's', "'a' ~ n"]

export const dictRules: Rules = {
  leaves: [
    [8, 'primary', (g) => g.pick(names.dict)],
    [1, 'primary', (g) => `{'name': ${g.pick(names.str)}, 'id': ${g.pick(names.int)}}`],
    [1, 'primary', (g) => g.pick(['rows[0]', 'rows[-1]', 'd.sub', '{}'])],
  ],
  branches: [
    [
      4,
      'primary',
      (g) =>
        `{${elements(g, 1, 3, () => `${g.pick(keys)}: ${g.any(g.pick(['int', 'str', 'float', 'ints', 'bool', 'any']))}`)}}`,
    ],
    [
      2,
      'primary',
      (g) =>
        `{'name': ${g.any('str')}, 'id': ${g.any('int')}, 'tags': ${g.any('strs')}, 'sub': {'x': 1, 'y-z': 'q'}}`,
    ],
    [
      2,
      'primary',
      (g) =>
        `dict(${elements(g, 1, 2, () => `${g.pick(['name', 'id'])}${g.next()}=${g.any('int')}`)})`,
    ],
    [1, 'primary', (g) => `dict(${g.any('dict')}, id=${g.any('int')})`],
    [1, 'primary', (g) => `dict([('name', ${g.any('str')}), ('id', ${g.any('int')})])`],
    [2, 'filtered', (g) => `${g.value('rows')}|${g.pick(['first', 'last'])}`],
    [1, 'filtered', (g) => `${g.value('rows')}|${g.pick(['max', 'min'])}(attribute='id')`],
    [1, 'primary', (g) => `${g.owner('dict')}.copy()`],
    [1, 'open', (g) => `${g.any('dict')} if ${g.any('bool')} else ${g.any('dict')}`],
  ],
}

/** Results that have no kind of their own. */
export const anyRules: Rules = {
  leaves: [
    [3, 'primary', (g) => g.pick(names.any)],
    [2, 'primary', (g) => g.pick(['none', 'None', '()', '[]', 'd.mtu'])],
    [1, 'primary', (g) => g.pick(['u', 'u.x', 'd.nope', 'undefined_name'])],
  ],
  branches: [
    [3, 'open', (g) => g.any(g.pick(['int', 'float', 'str', 'bool']))],
    [
      2,
      'primary',
      (g) => `(${g.any('any')}, ${elements(g, 0, 2, () => g.any(g.pick(['int', 'str', 'any'])))})`,
    ],
    [
      2,
      'primary',
      (g) => `[${elements(g, 0, 3, () => g.any(g.pick(['float', 'str', 'any', 'bool'])))}]`,
    ],
    [
      3,
      'filtered',
      (g) =>
        `${g.pick(['u', 'd.nope', 'u.x.y', 'a', 'z', 'd.mtu', 'd.nope[0]'])}|default(${g.any('any')}${g.pick(['', ', true', ', false'])})`,
    ],
    [
      2,
      'filtered',
      (g) =>
        `${g.value(g.pick(['ints', 'strs', 'str']))}|batch(${g.int(1, 3)}${g.pick(['', ", '-'", ', fill_with=0'])})`,
    ],
    [
      2,
      'filtered',
      (g) => `${g.value(g.pick(['ints', 'strs']))}|slice(${g.int(1, 3)}${g.pick(['', ", 'x'"])})`,
    ],
    [
      2,
      'filtered',
      (g) =>
        `${g.value('dict')}|${g.pick(['items', 'dictsort', 'length', 'dictsort(true)', "dictsort(by='value')", 'dictsort(reverse=true)'])}`,
    ],
    [
      2,
      'filtered',
      (g) =>
        `${g.value('rows')}|groupby(${g.pick(["'id'", "'name'", "'up'", "attribute='sub.x'", "'nope', default=1", "'name', case_sensitive=true"])})`,
    ],
    [
      2,
      'primary',
      (g) =>
        `${g.owner('dict')}.${g.pick(['keys()', 'values()', 'items()', 'get("nope")', 'get("tags")', 'sub', 'mtu'])}`,
    ],
    [
      1,
      'filtered',
      (g) =>
        `${g.value('dict')}.items()|${g.pick(['list', 'sort', 'first', "map('first')|list", "map('last')", 'reverse'])}`,
    ],
    [
      1,
      'filtered',
      (g) => `${g.value('dict')}|attr('${g.pick(['name', 'nope'])}')|default(${g.any('int')})`,
    ],
    [
      1,
      'filtered',
      (g) =>
        `${g.value('rows')}|map(attribute='tags')|${g.pick(['list', 'first', "map('join', ',')", "map('length')|sum", 'sum(start=[])'])}`,
    ],
    [1, 'primary', (g) => `${g.owner('any')}${g.pick(['.x', '[0]', "['a']", '.a'])}`],
    [
      1,
      'primary',
      (g) =>
        `${g.owner('ints')}.${g.pick(['pop()', 'sort()', 'reverse()', 'append(9)', 'index(1)'])}`,
    ],
    [1, 'primary', (g) => (g.hasNamespace ? g.pick(['ns.n', 'ns.s', 'ns.xs']) : 'a')],
    [
      1,
      'primary',
      (g) =>
        g.inLoop ? g.pick(['loop.previtem', 'loop.nextitem', 'loop.previtem|default("-")']) : 'a',
    ],
    [1, 'primary', (g) => `range(${g.int(0, 4)})`],
    [
      1,
      'filtered',
      (g) =>
        `${g.value('any')}|${g.pick(['list', 'first', 'length', 'int', 'string', 'tojson', 'e', 'd(1)', 'sort', 'upper', 'join(",")'])}`,
    ],
  ],
}
