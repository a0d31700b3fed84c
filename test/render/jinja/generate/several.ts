/**
 * What needs more than one template: `include`, `import`, `extends`.
 * @module
 */
import type { Growth, Macro } from './growth.ts'
import { defineMacro } from './macros.ts'
import { body } from './statements.ts'
import { output, print, tag, text } from './tags.ts'
import { names } from './values.ts'

const contexts = ['', '', '', ' with context', ' without context']

/** Puts a new template into the set. */
function add(growth: Growth, content: string): string {
  const name = `t${growth.next()}.j2`
  growth.templates.set(name, content)
  return name
}

export function including(growth: Growth, depth: number): string {
  const context = growth.pick(contexts)
  const known = [...growth.templates.keys()].filter((name) => name !== 'main.j2')
  const reused = known.length > 0 && growth.chance(25)
  const name = reused
    ? growth.pick(known)
    : add(
        growth,
        growth.within({ inLoop: false, macros: [], hasNamespace: false })(() =>
          body(growth, depth),
        ),
      )
  const included = growth.pick([
    `'${name}'`,
    `'${name}'`,
    `['nope.j2', '${name}']`,
    `'${name}' ignore missing`,
    `'nope.j2' ignore missing`,
    `('${name}' if ${growth.any('bool')} else '${name}')`,
    `'${name.slice(0, -3)}' ~ '.j2'`,
  ])
  return tag(growth, `include ${included}${context}`)
}

/** A template of macros and variables; gives the macros. */
function library(growth: Growth, depth: number): readonly [string, readonly Macro[]] {
  const made: Macro[] = []
  const parts = growth.within({ inLoop: false, macros: [], hasNamespace: false })(() =>
    growth
      .list(1, 2, () => {
        const [definition, macro] = defineMacro(growth, depth)
        made.push(macro)
        return definition + text(growth)
      })
      .join(''),
  )
  const variables = growth.chance(50) ? tag(growth, `set n = ${growth.any('int')}`) : ''
  return [add(growth, variables + parts), made]
}

/** Imports a library, in one of the two ways, and tells what can be called then. */
export function importing(
  growth: Growth,
  depth: number,
  tell: (made: readonly Macro[]) => void,
): string {
  const [name, made] = library(growth, depth)
  const context = growth.pick(contexts)
  if (growth.chance(50)) {
    tell(made.map((macro) => ({ ...macro, name: `lib.${macro.name}` })))
    const shown = growth.chance(30)
      ? output(growth, growth.pick(['lib.n', 'lib.nope is defined', 'lib.n is defined']))
      : ''
    return tag(growth, `import '${name}' as lib${context}`) + shown + print(growth)
  }
  const renamed = made.map((macro) => ({
    ...macro,
    name: growth.chance(30) ? `mm${growth.next()}` : macro.name,
  }))
  const imported = made.map((macro, at) => {
    const given = renamed[at]?.name ?? macro.name
    return given === macro.name ? given : `${macro.name} as ${given}`
  })
  if (growth.chance(15)) imported.push('n')
  if (growth.chance(3)) imported.push('nope')
  tell(renamed)
  return tag(growth, `from '${name}' import ${imported.join(', ')}${context}`) + print(growth)
}

const blockNames = ['one', 'two', 'three'] as const

function overriding(growth: Growth, depth: number, parents: readonly string[]): string {
  const parts: string[] = []
  for (const name of blockNames) {
    if (!growth.chance(55)) continue
    const above =
      parents.includes(name) && growth.chance(45)
        ? output(
            growth,
            growth.pick(['super()', 'super()', 'super()|upper', 'super.super()|default("")']),
          )
        : ''
    const inside = body(growth, depth)
    const ends = growth.chance(20) ? `endblock ${name}` : 'endblock'
    parts.push(tag(growth, `block ${name}${growth.pick(['', '', '', ' scoped'])}`))
    parts.push(growth.chance(50) ? above + inside : inside + above, tag(growth, ends), text(growth))
  }
  return parts.join('')
}

/** The text of a template that stands on others, which are put into the set. */
export function extending(growth: Growth, depth: number): string {
  const inLoop = growth.chance(25)
  const blocks = blockNames.map((name) => {
    const flags = growth.pick([
      '',
      '',
      '',
      '',
      ' scoped',
      ' scoped',
      growth.chance(10) ? ' required' : '',
    ])
    return (
      tag(growth, `block ${name}${flags}`) +
      body(growth, depth) +
      tag(growth, 'endblock') +
      text(growth)
    )
  })
  if (growth.chance(10)) blocks.push(output(growth, 'self.one()'))
  const loop = [
    tag(growth, `for ${growth.pick(names.int)} in ${growth.value('ints')}`),
    tag(growth, 'endfor'),
  ]
  let base = add(
    growth,
    `${text(growth)}${inLoop ? blocks.with(0, `${loop[0]}${blocks[0]}${loop[1]}`).join('') : blocks.join('')}`,
  )
  if (growth.chance(25)) {
    base = add(growth, tag(growth, `extends '${base}'`) + overriding(growth, depth, blockNames))
  }
  const sets = growth
    .list(0, 2, () => tag(growth, `set ${growth.pick(names.int)} = ${growth.any('int')}`))
    .join('')
  const parent = growth.chance(90)
    ? `'${base}'`
    : `'${base}' if ${growth.any('bool')} else '${base}'`
  const before = growth.chance(20) ? text(growth) : ''
  const loose = growth.chance(30) ? body(growth, depth) : ''
  return (
    before + tag(growth, `extends ${parent}`) + sets + loose + overriding(growth, depth, blockNames)
  )
}
