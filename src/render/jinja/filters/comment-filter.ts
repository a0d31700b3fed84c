/**
 * Ansible's `comment`: a text as a comment of a configuration.
 * @module
 */
import { currentMeter } from '../../current-meter.ts'
import { needCount, needText } from '../../python/arguments.ts'
import { ValueFault } from '../../python/fault.ts'
import { strictTextFilter } from './define.ts'

interface Style {
  readonly beginning?: string
  /** What stands in front of each line. */
  readonly decoration: string
  readonly end?: string
}

const styles: ReadonlyMap<string, Style> = new Map<string, Style>([
  ['plain', { decoration: '# ' }],
  ['erlang', { decoration: '% ' }],
  ['c', { decoration: '// ' }],
  ['cblock', { beginning: '/*', decoration: ' * ', end: ' */' }],
  ['xml', { beginning: '<!--', decoration: ' - ', end: '-->' }],
])

const signature = [
  'style?',
  '*',
  'newline?',
  'beginning?',
  'prefix?',
  'prefix_count?',
  'decoration?',
  'postfix?',
  'postfix_count?',
  'end?',
]

/** As many as a comment can have. */
function lines(value: unknown): number {
  const count = value === undefined ? 1 : needCount('comment()', value)
  currentMeter().grow(Math.max(0, count) * 8)
  return Math.max(0, count)
}

/** `comment`, by name. */
export const commentFilter = strictTextFilter('comment', signature, (text, args) => {
  const [style = 'plain', ...rest] = args
  const known = styles.get(needText('comment()', style))
  if (known === undefined) throw new ValueFault(`comment(): there is no style "${String(style)}"`)
  const given = (at: number, otherwise: string) =>
    rest[at] === undefined ? otherwise : needText('comment()', rest[at])
  const newline = given(0, '\n')
  const decoration = given(4, known.decoration)
  const bare = decoration.trimEnd()
  const beginning = given(1, known.beginning ?? '')
  const prefix = given(2, bare)
  const postfix = given(5, bare)
  const end = given(7, known.end ?? '')
  const decorated = decoration + text.replaceAll(newline, newline + decoration)
  currentMeter().grow(decorated.length)
  return [
    beginning === '' ? '' : beginning + newline,
    prefix === '' ? '' : (prefix === newline ? prefix : prefix + newline).repeat(lines(rest[3])),
    // a line without text ends with no white space
    decorated.replaceAll(decoration + newline, bare + newline),
    (newline + postfix).repeat(lines(rest[6])),
    end === '' ? '' : newline + end,
  ].join('')
})
