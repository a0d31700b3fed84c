/**
 * Where a text is in another one, for the methods of Python's `str`.
 * @module
 */
import { needCount, needText } from './arguments.ts'
import { ValueFault } from './fault.ts'
import { hasWideCharacters, textLength } from './text.ts'

/** `text[start:end]`; undefined where the start is beyond the end, in which nothing is found. */
export function part(text: string, start: unknown, end: unknown): string | undefined {
  if (start === undefined && end === undefined) return text
  const all = hasWideCharacters(text) ? [...text] : text
  const from = placeOf(start, 0, all.length)
  const to = Math.min(placeOf(end, all.length, all.length), all.length)
  if (from > all.length || from > to) return undefined
  return typeof all === 'string' ? all.slice(from, to) : all.slice(from, to).join('')
}

function placeOf(value: unknown, otherwise: number, size: number): number {
  if (value === undefined || value === null) return otherwise
  const at = needCount('a place in a text', value)
  return at < 0 ? Math.max(0, at + size) : at
}

export function find(
  way: 'find' | 'rfind',
  text: string,
  sub: unknown,
  start: unknown,
  end: unknown,
): number {
  const wanted = needText(`.${way}()`, sub)
  const within = part(text, start, end)
  if (within === undefined) return -1
  const at = way === 'find' ? within.indexOf(wanted) : within.lastIndexOf(wanted)
  if (at === -1) return -1
  const before = hasWideCharacters(text) ? textLength(within.slice(0, at)) : at
  return before + placeOf(start, 0, textLength(text))
}

export function found(name: string, at: number): number {
  if (at === -1) throw new ValueFault(`.${name}(): the text is not in there`)
  return at
}

export function count(text: string | undefined, sub: string): number {
  if (text === undefined) return 0
  return sub === '' ? textLength(text) + 1 : text.split(sub).length - 1
}
