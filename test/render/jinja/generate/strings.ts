/**
 * Expressions that give texts.
 * @module
 */
import { format, percentFormat } from './formats.ts'
import type { Growth, Kind, Rules } from './growth.ts'
import { callMacro } from './macro-calls.ts'
import { index, smallInt } from './numbers.ts'
import { names } from './values.ts'

const contents = [
  '',
  'a',
  'b',
  'Et1',
  'x y',
  'äß',
  '10.0.0.1/24',
  'a,b,c',
  'Hello World',
  '<b>&',
  '\\n',
  '\\t|',
  '\\x41',
  '\\u00e9',
  '\\101\\0',
  '\\\\',
  '\\q',
  '%}',
  '{{',
  '{#',
  '😀',
  'two\nlines',
  'a\\\nb',
  ' pad ',
  'ǆABC',
  '\\U0001F600',
  '\\a\\r',
  '\\x4',
]

export function stringLiteral(growth: Growth): string {
  const content = growth.chance(65) ? growth.pick(contents.slice(0, 10)) : growth.pick(contents)
  if (growth.chance(6)) return growth.pick([`"it's"`, `'say "x"'`, `'it\\'s'`, `"\\"q\\""`])
  return growth.chance(75) ? `'${content}'` : `"${content}"`
}

const anyKind = (growth: Growth): Kind =>
  growth.pick(['int', 'int', 'float', 'str', 'bool', 'ints', 'strs', 'dict', 'rows', 'any'])

const bareFilters = [
  'upper',
  'lower',
  'title',
  'capitalize',
  'trim',
  'string',
  'reverse',
  'striptags',
  'urlencode',
]
const markupFilters = ['e', 'escape', 'safe', 'forceescape']

const bareMethods = [
  'upper',
  'lower',
  'title',
  'capitalize',
  'swapcase',
  'casefold',
  'strip',
  'lstrip',
  'rstrip',
  'expandtabs',
]

function filterCall(growth: Growth): string {
  const text = () => growth.any('str')
  return growth.pick([
    () => `replace(${text()}, ${text()})`,
    () => `replace(${text()}, ${text()}, ${smallInt(growth)})`,
    () => `replace(old=${text()}, new=${text()})`,
    () => `trim(${text()})`,
    () => `trim(chars='${growth.pick(['a', ' a', 'Et'])}')`,
    () => `center(${growth.int(0, 12)})`,
    () => `center(width=${growth.int(0, 12)})`,
    () => `indent(${growth.int(0, 4)})`,
    () =>
      `indent(${growth.pick(['first=true', '2, true', 'width=3, blank=True', "'> '", '1, true, true', "width='\\t'"])})`,
    () =>
      `wordwrap(${growth.int(1, 8)}${growth.pick(['', ', false', ', break_long_words=false', ", wrapstring='|'", ', break_on_hyphens=false'])})`,
    () =>
      `truncate(${growth.int(3, 12)}${growth.pick(['', ', true', ", true, '..'", ', leeway=0', ", end='', leeway=2", ', killwords=true, leeway=0', ", false, '…', 0"])})`,
    () => `default(${text()})`,
    () => `default(${text()}, true)`,
    () => `d(boolean=true, default_value=${text()})`,
    () => `format(${growth.any('int')})`,
  ])()
}

function methodCall(growth: Growth): string {
  const text = () => growth.any('str')
  return growth.pick([
    () => `replace(${text()}, ${text()})`,
    () => `replace(${text()}, ${text()}, ${smallInt(growth)})`,
    () => `${growth.pick(['strip', 'lstrip', 'rstrip'])}(${text()})`,
    () => `join(${growth.any('strs')})`,
    () => `zfill(${growth.int(0, 9)})`,
    () =>
      `${growth.pick(['center', 'ljust', 'rjust'])}(${growth.int(0, 9)}${growth.pick(['', ", '*'", ", '-'"])})`,
    () => `${growth.pick(['removeprefix', 'removesuffix'])}(${text()})`,
    () => `expandtabs(${growth.int(0, 8)})`,
  ])()
}

export function slice(growth: Growth): string {
  const bound = () => growth.pick(['', '', '1', '2', '-1', '-2', '0', '9', 'n', '-9'])
  return growth.chance(25)
    ? `${bound()}:${bound()}:${growth.pick(['', '2', '-1', '-2', '1'])}`
    : `${bound()}:${bound()}`
}

export const strRules: Rules = {
  leaves: [
    [8, 'primary', (g) => g.pick(names.str)],
    [8, 'primary', stringLiteral],
    [
      2,
      'primary',
      (g) =>
        g.pick([
          'd.name',
          "d['name']",
          'row.name',
          "d.sub['y-z']",
          'ws.0',
          'd.tags.0',
          'rows.0.name',
        ]),
    ],
    [1, 'primary', (g) => `rows[${index(g)}].name`],
    [1, 'primary', (g) => `ws[${index(g)}]`],
  ],
  branches: [
    [8, 'open', (g) => `${g.term('str')} ~ ${g.term(anyKind(g))}`],
    [2, 'open', (g) => `${g.term(anyKind(g))} ~ ${g.term(anyKind(g))} ~ ${g.term('str')}`],
    [4, 'open', (g) => `${g.term('str')} + ${g.term('str')}`],
    [2, 'open', (g) => `${g.term('str')} * ${smallInt(g)}`],
    [3, 'open', (g) => `${g.any('str')} if ${g.any('bool')} else ${g.any('str')}`],
    [1, 'open', (g) => `${g.any('str')} if ${g.any('bool')}`],
    [1, 'open', (g) => `${g.term('str')} ${g.pick(['or', 'and'])} ${g.term('str')}`],
    [4, 'open', percentFormat],
    [4, 'primary', format],
    [1, 'primary', (g) => `${stringLiteral(g)} ${stringLiteral(g)}`],
    [9, 'filtered', (g) => `${g.value('str')}|${g.pick(bareFilters)}`],
    [2, 'filtered', (g) => `${g.value('str')}|${g.pick(markupFilters)}`],
    [14, 'filtered', (g) => `${g.value('str')}|${filterCall(g)}`],
    [3, 'filtered', (g) => `${g.value(anyKind(g))}|string`],
    [
      2,
      'filtered',
      (g) =>
        `${g.value(anyKind(g))}|${g.pick(['upper', 'lower', 'trim', 'title', 'capitalize', 'e', 'urlencode'])}`,
    ],
    [4, 'filtered', (g) => `${g.value(g.pick(['ints', 'strs']))}|join${joinArguments(g)}`],
    [
      1,
      'filtered',
      (g) =>
        `${g.value('rows')}|join(${g.any('str')}, attribute='${g.pick(['name', 'id', 'sub.x'])}')`,
    ],
    [3, 'filtered', (g) => `${g.value('strs')}|${g.pick(['first', 'last', 'min', 'max'])}`],
    [2, 'filtered', (g) => `${g.value('str')}|${g.pick(['first', 'last'])}`],
    [
      2,
      'filtered',
      (g) =>
        `${g.value(anyKind(g))}|tojson${g.chance(20) ? `(${g.pick(['2', 'indent=1', '0'])})` : ''}`,
    ],
    [1, 'filtered', (g) => `${g.value(g.pick(['int', 'float', 'str', 'bool', 'ints']))}|pprint`],
    [
      1,
      'filtered',
      (g) => `${g.value('int')}|filesizeformat${g.pick(['', '(true)', '(binary=true)'])}`,
    ],
    [1, 'filtered', (g) => `${g.value('dict')}|xmlattr${g.pick(['', '(false)'])}`],
    [1, 'filtered', (g) => `${g.value('dict')}|urlencode`],
    [3, 'primary', (g) => `${g.owner('str')}.${g.pick(bareMethods)}()`],
    [7, 'primary', (g) => `${g.owner('str')}.${methodCall(g)}`],
    [2, 'primary', (g) => `${g.owner('str')}[${slice(g)}]`],
    [1, 'primary', (g) => `${g.owner('str')}[${index(g)}]`],
    [1, 'primary', (g) => `${g.owner('strs')}[${index(g)}]`],
    [2, 'primary', (g) => (g.inLoop ? `loop.cycle(${g.any('str')}, ${g.any('str')})` : 't')],
    [3, 'primary', (g) => callMacro(g) ?? 'w'],
  ],
}

const joinArguments = (growth: Growth) =>
  growth.chance(20) ? '' : growth.chance(80) ? `(${growth.any('str')})` : `(d=${growth.any('str')})`
