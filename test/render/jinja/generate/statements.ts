/**
 * Statements, and the bodies that they make up.
 * @module
 */
import type { Growth, Kind, Macro } from './growth.ts'
import { forLoop } from './loops.ts'
import { callBlock, defineMacro } from './macros.ts'
import { importing, including } from './several.ts'
import { comment, output, print, raw, tag, text } from './tags.ts'
import { names } from './values.ts'

type Statement = (growth: Growth, depth: number) => string

const kinds: readonly Kind[] = [
  'int',
  'int',
  'float',
  'str',
  'str',
  'bool',
  'ints',
  'strs',
  'dict',
  'rows',
  'any',
]

function assignment(growth: Growth): string {
  const kind = growth.pick(kinds)
  return growth.weighted<readonly [number, () => string]>([
    [8, () => `${growth.pick(names[kind])} = ${growth.any(kind)}`],
    [1, () => `n, s = ${growth.any('int')}, ${growth.any('str')}`],
    [1, () => `(n, k) = (k, ${growth.any('int')})`],
    [
      growth.hasNamespace ? 5 : 0,
      () =>
        growth.pick([
          `ns.n = ${growth.any('int')}`,
          `ns.s = ns.s ~ ${growth.term('str')}`,
          `ns.n = ns.n + 1`,
          `ns.xs = ns.xs + [${growth.any('int')}]`,
        ]),
    ],
  ])[1]()
}

const set: Statement = (growth) => tag(growth, `set ${assignment(growth)}`)

const setBlock: Statement = (growth, depth) => {
  const filter = growth.chance(25)
    ? ` | ${growth.pick(['upper', 'trim', 'trim|upper', "replace('a', 'b')", 'indent', 'length', "default('x')"])}`
    : ''
  const name = growth.pick(names.str)
  const opening = tag(
    growth,
    `set ${growth.hasNamespace && growth.chance(10) ? 'ns.s' : name}${filter}`,
  )
  return (
    opening +
    body(growth, depth) +
    tag(growth, 'endset') +
    (growth.chance(50) ? output(growth, name) : '')
  )
}

const condition: Statement = (growth, depth) => {
  const elifs = growth.list(0, 1, () =>
    growth.chance(40) ? tag(growth, `elif ${growth.any('bool')}`) + body(growth, depth) : '',
  )
  const otherwise = growth.chance(50) ? tag(growth, 'else') + body(growth, depth) : ''
  return [
    tag(growth, `if ${growth.any('bool')}`),
    body(growth, depth),
    ...elifs,
    otherwise,
    tag(growth, 'endif'),
  ].join('')
}

const withBlock: Statement = (growth, depth) => {
  const assigned = growth.list(0, 2, () => {
    const kind = growth.pick(kinds)
    return `${growth.pick(names[kind])} = ${growth.any(kind)}`
  })
  return tag(growth, `with ${assigned.join(', ')}`) + body(growth, depth) + tag(growth, 'endwith')
}

const filterBlock: Statement = (growth, depth) => {
  const filter = growth.pick([
    'upper',
    'lower|trim',
    "replace('a', 'b')",
    'indent(2)',
    'indent(2, true)',
    "indent('> ', first=true)",
    'trim',
    'wordwrap(5)',
    'e',
    'length',
    'title',
    'center(9)',
    'reverse',
    'string',
    "replace('\\n', '|')",
  ])
  return tag(growth, `filter ${filter}`) + body(growth, depth) + tag(growth, 'endfilter')
}

const doing: Statement = (growth) =>
  tag(
    growth,
    `do ${growth.pick([
      () => `${growth.pick(names.ints)}.append(${growth.any('int')})`,
      () =>
        `${growth.pick(names.strs)}.${growth.pick(['insert(0, ', 'append('])}${growth.any('str')})`,
      () =>
        `${growth.pick(names.ints)}.${growth.pick(['sort()', 'reverse()', 'pop()', 'clear()', 'extend(ys)', 'insert(1, 8)', 'sort(reverse=true)'])}`,
      () =>
        `${growth.pick(names.dict)}.update({${growth.pick(["'id'", "'new'", "'name'"])}: ${growth.any('int')}})`,
      () =>
        `${growth.pick(names.dict)}.${growth.pick(['pop("up")', 'setdefault("new", [])', 'update(id=3)', 'update(d.sub)', 'popitem()', 'pop("nope", 1)'])}`,
      () => growth.any('any'),
    ])()}`,
  )

const namespace: Statement = (growth) => {
  growth.hasNamespace = true
  const given = growth.pick([
    `n=${growth.any('int')}, s=${growth.any('str')}, xs=[]`,
    `n=0, s='', xs=xs`,
    `{'n': 1, 's': 'a'}, xs=[]`,
  ])
  return tag(growth, `set ns = namespace(${given})`)
}

/** `cycler` and `joiner`, in use. */
const helper: Statement = (growth) => {
  const name = `h${growth.next()}`
  const values = growth.list(1, 3, () => growth.any(growth.pick(['int', 'str', 'any']))).join(', ')
  const [made, uses] = growth.pick([
    [`cycler(${values})`, ['next()', 'next()', 'current', 'reset()']],
    [`cycler(*ws)`, ['next()', 'current']],
    [`joiner(${growth.any('str')})`, ['()', '()', '()|upper']],
    ['joiner()', ['()', '()']],
  ] as const)
  const used = growth.list(1, 3, () => {
    const use = growth.pick<string>(uses)
    return output(growth, use.startsWith('(') ? name + use : `${name}.${use}`)
  })
  const looped = growth.chance(40)
  const turns = looped
    ? tag(growth, 'for i in range(3)') + used.join('') + tag(growth, 'endfor')
    : ''
  return tag(growth, `set ${name} = ${made}`) + (looped ? turns : used.join(''))
}

const macro: Statement = (growth, depth) => {
  const [definition, made] = defineMacro(growth, depth)
  addMacros(growth, [made])
  return definition + (growth.chance(80) ? output(growth, growth.any('str')) : '')
}

function addMacros(growth: Growth, made: readonly Macro[]): void {
  // the newest comes first to mind
  growth.macros = [...made, ...made, ...growth.macros]
}

const block: Statement = (growth, depth) => {
  const name = `block${growth.next()}`
  const flags = growth.chance(25) ? ' scoped' : ''
  const inside = growth.within({ inLoop: false })(() => body(growth, depth))
  const again = growth.chance(15) ? output(growth, `self.${name}()`) : ''
  const end = growth.chance(20) ? `endblock ${name}` : 'endblock'
  return tag(growth, `block ${name}${flags}`) + inside + tag(growth, end) + again
}

const inner: readonly (readonly [number, Statement])[] = [
  [22, text],
  [26, print],
  [2, comment],
  [2, raw],
  [7, set],
  [2, doing],
]

const outer: readonly (readonly [number, Statement])[] = [
  ...inner,
  [10, condition],
  [11, forLoop],
  [4, setBlock],
  [2, withBlock],
  [2, filterBlock],
  [4, namespace],
  [5, macro],
  [2, callBlock],
  [2, block],
  [1, helper],
  [2, including],
  [2, (growth, depth) => importing(growth, depth, (made) => addMacros(growth, made))],
]

/** A few statements, one after the other. What they define is known to those behind them. */
export function body(growth: Growth, depth: number): string {
  return growth.within({})(() => {
    const parts: string[] = []
    for (let count = growth.int(1, 3); count > 0; count--) {
      const [, make] = growth.weighted(depth > 0 ? outer : inner)
      parts.push(make(growth, depth - 1))
      if (growth.chance(45)) parts.push(text(growth))
    }
    return parts.join('')
  })
}
