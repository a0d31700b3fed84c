/**
 * The marks of Jinja2 around what they hold, and the text between them.
 * @module
 */
import type { Growth, Kind } from './growth.ts'

const mark = (growth: Growth, ends: readonly string[]) =>
  growth.chance(76) ? '' : growth.pick(ends)
const space = (growth: Growth) =>
  growth.chance(94) ? ' ' : growth.pick(['', '  ', '\n', '\t', '\r\n '])

/** A statement's tag. */
export function tag(growth: Growth, inner: string): string {
  const start = mark(growth, ['-', '-', '+'])
  const end = mark(growth, ['-', '-', '+'])
  return `{%${start}${space(growth)}${inner}${space(growth)}${end}%}`
}

/** Prints an expression. */
export function output(growth: Growth, expression: string): string {
  return `{{${mark(growth, ['-'])}${space(growth)}${expression}${space(growth)}${mark(growth, ['-'])}}}`
}

const comments = ['', ' a note ', '#', ' {{ n }} {% if %} ', 'a\nb', ' - ', '-', '+ x']

export function comment(growth: Growth): string {
  const start = mark(growth, ['-', '+'])
  return `{#${start}${growth.pick(comments)}${mark(growth, ['-', '+'])}#}`
}

const rawTexts = [
  '{{ n }}',
  '{% if x %}',
  '{#',
  ' a ',
  '\n{{\n',
  '%}',
  '{% raw %}',
  '{% end',
  '',
  ' \n ',
]

/** What stands in it is printed as it is. */
export function raw(growth: Growth): string {
  const inside = growth.list(0, 2, () => growth.pick(rawTexts)).join('')
  return tag(growth, 'raw') + inside + tag(growth, 'endraw')
}

const plain = [
  'a',
  'x ',
  ' y',
  'hostname ',
  '!',
  '\n',
  '\n',
  '\n',
  '\n  ',
  '\n\t',
  ' ',
  '  ',
  ' \n',
  '\n\n',
  '-',
]
const odd = [
  '{',
  '}',
  '%',
  '#',
  '{ {',
  '} }',
  '%}',
  '}}',
  '#}',
  '\r\n',
  '\r\n  ',
  '\r',
  'é😀',
  '\u00a0',
  '\f',
  '\v',
  "'",
  '"',
  '\\',
  '&<',
  '# c',
  '## c\n',
  '{ % x',
]

/** Text outside of tags. */
export function text(growth: Growth): string {
  return growth.list(1, 3, () => growth.pick(growth.chance(85) ? plain : odd)).join('')
}

const printed: readonly Kind[] = [
  'int',
  'int',
  'float',
  'str',
  'str',
  'str',
  'bool',
  'bool',
  'ints',
  'strs',
  'dict',
  'rows',
  'any',
  'any',
]

/** Prints something of any kind. */
export function print(growth: Growth): string {
  return output(growth, growth.any(growth.pick(printed)))
}
