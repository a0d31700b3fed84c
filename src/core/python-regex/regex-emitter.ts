/**
 * Writes a Python regular expression in JavaScript's syntax, for the flag `u`. (The flag `v` would have
 * classes within classes, but in Node 20 it loses repeats of `[^]`.)
 * @module
 */
import type { Assertion, CharacterSet, RegexNode, SetItem } from './regex-syntax.ts'

const word = '[\\p{L}\\p{N}_]'

// `$` and `^` have their single-line meaning, for the flag `m` is never set
const assertions: Readonly<Record<Assertion, string>> = {
  start: '^',
  'line-start': '(?<![^\\n])',
  end: '(?=\\n?$)',
  'line-end': '(?![^\\n])',
  'text-end': '$',
  boundary: `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`,
  // Python finds none in an empty text
  'no-boundary': `(?:(?<=${word})(?=${word})|(?!^$)(?<!${word})(?!${word}))`,
}

/**
 * The source of a JavaScript regular expression with the same meaning.
 * @param shift how many groups stand before those of the pattern
 */
export function emitRegex(node: RegexNode, shift = 0): string {
  switch (node.kind) {
    case 'sequence':
      return node.items.map((item) => emitRegex(item, shift)).join('')
    case 'choice':
      return `(?:${node.branches.map((branch) => emitRegex(branch, shift)).join('|')})`
    case 'repeat':
      return `${emitAtom(node.body, shift)}${quantifier(node.min, node.max)}${node.lazy ? '?' : ''}`
    case 'group':
      return node.index === undefined
        ? `(?:${emitRegex(node.body, shift)})`
        : `(${emitRegex(node.body, shift)})`
    case 'look':
      return `(?${node.behind ? '<' : ''}${node.negative ? '!' : '='}${emitRegex(node.body, shift)})`
    case 'reference':
      // in a group of its own, lest a digit after it be read as part of it
      return `(?:\\${node.index + shift})`
    case 'assertion':
      return assertions[node.type]
    case 'set':
      return emitSet(node.set)
  }
}

function emitAtom(node: RegexNode, shift: number): string {
  const text = emitRegex(node, shift)
  return node.kind === 'look' || node.kind === 'repeat' ? `(?:${text})` : text
}

function quantifier(min: number, max: number): string {
  return `{${min},${max === Number.POSITIVE_INFINITY ? '' : max}}`
}

function emitSet({ negated, items }: CharacterSet): string {
  const [only] = items
  if (
    !negated &&
    items.length === 1 &&
    only !== undefined &&
    'from' in only &&
    only.from === only.to
  ) {
    return emitCharacter(only.from)
  }
  return `[${negated ? '^' : ''}${items.map(emitItem).join('')}]`
}

function emitItem(item: SetItem): string {
  return 'from' in item ? emitRange([item.from, item.to]) : emitClass(item.escape, item.ascii)
}

function emitRange([from, to]: Range): string {
  return from === to ? emitCharacter(from) : `${emitCharacter(from)}-${emitCharacter(to)}`
}

function emitCharacter(code: number): string {
  const character = String.fromCodePoint(code)
  return /[0-9A-Za-z]/.test(character) ? character : `\\u{${code.toString(16)}}`
}

type Range = readonly [number, number]

const LAST = 0x10ffff
const asciiDigits: readonly Range[] = [[0x30, 0x39]]
const asciiWords: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]
const asciiSpaces: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
]
// what Python's isspace() takes for space
const spaces: readonly Range[] = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
]
// all but letters, numbers and "_"; the other connectors (Pc) stand one by one
const noWord =
  '\\p{M}\\p{S}\\p{Z}\\p{C}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\u{203f}\\u{2040}\\u{2054}\\u{fe33}\\u{fe34}\\u{fe4d}-\\u{fe4f}\\u{ff3f}'

/** A class as it stands inside brackets. */
function emitClass(letter: string, ascii: boolean): string {
  switch (letter) {
    case 'd':
      return ascii ? emitRanges(asciiDigits) : '\\p{Nd}'
    case 'D':
      return ascii ? emitRanges(complement(asciiDigits)) : '\\P{Nd}'
    case 'w':
      return ascii ? emitRanges(asciiWords) : '\\p{L}\\p{N}_'
    case 'W':
      return ascii ? emitRanges(complement(asciiWords)) : noWord
    case 's':
      return emitRanges(ascii ? asciiSpaces : spaces)
    default:
      return emitRanges(complement(ascii ? asciiSpaces : spaces))
  }
}

function emitRanges(ranges: readonly Range[]): string {
  return ranges.map(emitRange).join('')
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const starts = [0, ...ranges.map(([, to]) => to + 1)]
  const ends = [...ranges.map(([from]) => from - 1), LAST]
  return starts.map((start, index) => [start, ends[index] ?? LAST] as const)
}
