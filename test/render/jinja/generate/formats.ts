/**
 * The three ways to format: `%`, `format()` and the filter.
 * @module
 */
import type { Growth, Kind } from './growth.ts'

const kindsOf = {
  d: ['int', 'int', 'float', 'bool'],
  i: ['int'],
  x: ['int'],
  X: ['int'],
  o: ['int'],
  f: ['float', 'int'],
  F: ['float'],
  e: ['float', 'int'],
  E: ['float'],
  g: ['float', 'int'],
  G: ['float'],
  s: ['str', 'str', 'int', 'float', 'bool', 'ints', 'dict', 'any'],
  r: ['str', 'strs', 'float'],
  a: ['str'],
} as const satisfies Readonly<Record<string, readonly Kind[]>>

function conversion(growth: Growth): keyof typeof kindsOf {
  return growth.weighted([
    [6, 's'],
    [6, 'd'],
    [3, 'f'],
    [2, 'x'],
    [1, 'X'],
    [1, 'o'],
    [1, 'i'],
    [1, 'e'],
    [1, 'E'],
    [1, 'g'],
    [1, 'G'],
    [1, 'F'],
    [1, 'r'],
    [1, 'a'],
  ] as const)[1]
}

/** `%-5s` and the like, with a value for it. */
function directive(growth: Growth, key = ''): readonly [string, string] {
  const type = conversion(growth)
  const flags = growth.chance(70) ? '' : growth.pick(['-', '+', ' ', '0', '#', '-0', '+0', '# '])
  const width = growth.chance(60) ? '' : String(growth.int(0, 8))
  const precision = growth.chance(75) ? '' : `.${growth.pick(['', '0', '1', '2', '4'])}`
  const kind = growth.pick<Kind>(kindsOf[type])
  return [`%${key}${flags}${width}${precision}${type}`, growth.any(kind)]
}

/** A text with two directives at the most, `%`, and what it formats. */
export function percentFormat(growth: Growth): string {
  const before = growth.pick(['', 'a', '%% ', 'Et'])
  const [first, one] = directive(growth)
  if (growth.chance(35)) return `'${before}${first}'|format(${one})`
  if (growth.chance(40)) return `'${before}${first}' % (${one},)`
  if (growth.chance(40)) {
    const [second, other] = directive(growth)
    return growth.chance(50)
      ? `'${first}/${second}' % (${one}, ${other})`
      : `'${first}/${second}'|format(${one}, ${other})`
  }
  if (growth.chance(30)) {
    const [named, value] = directive(growth, '(k)')
    return growth.chance(50) ? `'${named}' % {'k': ${value}}` : `'${named}'|format(k=${value})`
  }
  if (growth.chance(15)) return `'%*d' % (${growth.int(0, 6)}, ${growth.any('int')})`
  return `'${before}${first}' % ${growth.term(growth.pick(['int', 'str', 'float']))}`
}

const specKinds: readonly (readonly [Kind, readonly string[]])[] = [
  ['int', ['', 'd', 'x', 'X', 'o', 'b', 'n', 'f', 'e', 'g', 'c', '%']],
  ['float', ['', 'f', 'e', 'g', '%', 'F', 'E', 'G', 'n']],
  ['str', ['', 's']],
  ['bool', ['', 'd']],
]

/** A format specification with a value for it. */
function specification(growth: Growth): readonly [string, string] {
  const [kind, types] = growth.pick(specKinds)
  const fill = growth.chance(30) ? growth.pick(['*', '0', ' ', 'é', '']) : ''
  const align =
    fill !== '' || growth.chance(30) ? growth.pick(['<', '>', '^', kind === 'str' ? '<' : '=']) : ''
  const numeric = kind === 'int' || kind === 'float'
  const sign = numeric && growth.chance(20) ? growth.pick(['+', '-', ' ']) : ''
  const hash = numeric && growth.chance(10) ? '#' : ''
  const zero = align === '' && numeric && growth.chance(25) ? '0' : ''
  const width = growth.chance(50) ? '' : String(growth.int(1, 12))
  const comma = numeric && growth.chance(20) ? growth.pick([',', '_']) : ''
  const precise = kind === 'float' || kind === 'str' ? 35 : 3
  const precision = growth.chance(precise) ? `.${growth.int(0, 5)}` : ''
  const spec = `${fill}${align}${sign}${hash}${zero}${width}${comma}${precision}${growth.pick(types)}`
  return [spec === '' ? '' : `:${spec}`, growth.any(kind)]
}

/** A text with fields, and `.format()`. */
export function format(growth: Growth): string {
  const [spec, value] = specification(growth)
  const [otherSpec, other] = specification(growth)
  return growth.pick([
    () => `'{${spec}}'.format(${value})`,
    () => `'{0${spec}}-{1${otherSpec}}'.format(${value}, ${other})`,
    () => `'{${spec}} {${otherSpec}}'.format(${value}, ${other})`,
    () => `'{k${spec}}{{}}'.format(k=${value})`,
    () => `'{${growth.pick(['!r', '!s', '!a', '!r:>8', '!s:5'])}}'.format(${growth.any('str')})`,
    () => `'{0[id]}{0[name]!r}'.format(${growth.any('dict')})`,
    () => `'{0[0]}'.format(${growth.any('ints')})`,
    () => `'{:{w}}|'.format(${growth.any('str')}, w=${growth.int(1, 9)})`,
    () => `'{}'.format(${growth.any(growth.pick(['ints', 'strs', 'bool', 'any', 'dict']))})`,
    () => `'{1}{0}'.format(${value}, ${other})`,
  ])()
}
