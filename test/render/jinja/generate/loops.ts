/**
 * `for`, in all its forms.
 * @module
 */
import type { Growth } from './growth.ts'
import { body } from './statements.ts'
import { output, tag, text } from './tags.ts'
import { names } from './values.ts'

/** What is walked, by which names. */
function head(growth: Growth): string {
  const int = () => growth.pick(names.int)
  const str = () => growth.pick(names.str)
  return growth.weighted<readonly [number, () => string]>([
    [6, () => `${int()} in ${growth.value('ints')}`],
    [5, () => `${str()} in ${growth.value('strs')}`],
    [4, () => `${growth.pick(names.dict)} in ${growth.value('rows')}`],
    [1, () => `${str()} in ${growth.value('str')}`],
    [1, () => `${str()} in ${growth.value('dict')}`],
    [2, () => `${str()}, ${growth.pick(names.any)} in ${growth.owner('dict')}.items()`],
    [
      2,
      () =>
        `${str()}, ${growth.pick(names.any)} in ${growth.value('dict')}|${growth.pick(['dictsort', 'items', 'list|map("list")'])}`,
    ],
    [1, () => `${int()}, rs in ${growth.value('rows')}|groupby('id')`],
    [
      1,
      () =>
        `${int()}, (${str()}, ${int()}) in [(1, ('a', 2)), (${growth.any('int')}, [${growth.any('str')}, 3])]`,
    ],
    [1, () => `(${int()}, ${int()}) in [${growth.any('int')}, ${growth.any('int')}]|batch(2)`],
    [1, () => `${int()} in ${growth.any('int')}, ${growth.any('int')}`],
  ])[1]()
}

const flags = [
  'first',
  'last',
  'index',
  'index0',
  'revindex',
  'revindex0',
  'length',
  'depth',
  'depth0',
  "previtem|default('-')",
  "nextitem|default('-')",
  "cycle('a', 'b', 3)",
  'changed(n)',
  'changed(s, n // 2)',
]

function control(growth: Growth): string {
  return (
    tag(growth, `if ${growth.any('bool')}`) +
    tag(growth, growth.pick(['break', 'continue'])) +
    tag(growth, 'endif')
  )
}

function loopBody(growth: Growth, depth: number): string {
  const parts = [
    growth.chance(50) ? output(growth, growth.pick(names.int.concat(names.str as never))) : '',
    growth.chance(35) ? output(growth, `loop.${growth.pick(flags)}`) : '',
    growth.chance(12) ? control(growth) : '',
    body(growth, depth),
    growth.chance(4) ? control(growth) : '',
  ]
  return parts.join(growth.chance(30) ? text(growth) : '')
}

export function forLoop(growth: Growth, depth: number): string {
  if (growth.chance(10)) return recursive(growth, depth)
  const filter = growth.chance(20) ? ` if ${growth.any('bool')}` : ''
  const opening = tag(growth, `for ${head(growth)}${filter}`)
  const inside = growth.within({ inLoop: true })(() => loopBody(growth, depth))
  const otherwise = growth.chance(20) ? tag(growth, 'else') + body(growth, depth) : ''
  const after = growth.chance(20) ? output(growth, growth.pick(names.int)) : ''
  return opening + inside + otherwise + tag(growth, 'endfor') + after
}

/** Walks `tree`, whose branches have `v` and `c`. */
function recursive(growth: Growth, depth: number): string {
  const filter = growth.chance(20) ? ' if x.v is odd' : ''
  const deeper = output(
    growth,
    growth.pick(['loop(x.c)', 'loop(x.c)', 'loop(x.c|reverse)|trim', 'loop(x["c"])|upper']),
  )
  const inside = growth.within({ inLoop: true })(() => body(growth, depth - 1))
  return [
    tag(growth, `for x in tree${filter} recursive`),
    output(
      growth,
      growth.pick(['x.v', 'loop.depth ~ x.v', 'loop.index', 'loop.depth0', "'-' * loop.depth"]),
    ),
    growth.chance(30) ? inside : '',
    growth.chance(60) ? `${tag(growth, 'if x.c')}(${deeper})${tag(growth, 'endif')}` : deeper,
    growth.chance(15) ? `${tag(growth, 'else')}.` : '',
    tag(growth, 'endfor'),
  ].join('')
}
