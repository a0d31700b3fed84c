/**
 * Interfaces and numbers as EOS writes them in ranges: `Ethernet1-4,6`.
 * @module
 */
import { shown } from './arguments.ts'
import { FilterError } from './filter.ts'

/** The most names one expression stands for. */
export const MAX_NAMES = 65_536

/**
 * The names an expression stands for, in its order.
 *
 * A range is one of last numbers: `Ethernet1/1-4`. A part without letters goes on where the one before it left off:
 * with as many numbers (`Ethernet1/1-4,2/1`) it takes over the word, with fewer also the first numbers (`1/1,3` is
 * `1/1` and `1/3`). A range may name its end in full (`Ethernet1/1-1/4`, `Ethernet1-Ethernet4`).
 * @throws {FilterError} for empty parts, ranges that run backwards, and more than {@link MAX_NAMES}
 */
export function expandRange(expression: string): string[] {
  const names: string[] = []
  let previous = ''
  for (const part of expression.split(',').map((each) => each.trim())) {
    const { prefix, first, last } = readPart(part, previous, expression)
    if (names.length + last - first + 1 > MAX_NAMES) {
      throw new FilterError(
        `range_expand: ${shown(expression)} stands for more than ${MAX_NAMES} names`,
      )
    }
    for (let number = first; number <= last; number++) names.push(`${prefix}${number}`)
    previous = prefix
  }
  return names
}

interface Part {
  readonly prefix: string
  readonly first: number
  readonly last: number
}

// the pattern goes back and forth over what it does not match
const MAX_PART = 200
// word, numbers before the last separator, last number, and the end of the range
const partPattern = /^([^\d,-][^\d,]*|)((?:\d+[/.:])*)(\d+)(?:\s*-\s*(\S*?)(\d+))?$/

function readPart(text: string, previous: string, expression: string): Part {
  if (text === '') {
    throw new FilterError(
      `range_expand: ${shown(expression)} has an empty part. Fix: remove the comma too many`,
    )
  }
  const [, word = '', path = '', from, toPrefix = '', to = from] =
    text.length > MAX_PART ? [] : (partPattern.exec(text) ?? [])
  if (from === undefined || to === undefined) {
    throw new FilterError(
      `range_expand: ${shown(text)} is no name or range. Fix: write 'Ethernet1' or 'Ethernet1-4'`,
    )
  }
  const prefix = word === '' ? carriedOver(previous, path) : `${word}${path}`
  if (toPrefix !== '' && ![prefix, path].includes(toPrefix)) {
    throw new FilterError(`range_expand: ${shown(text)} must be a range of last numbers`)
  }
  const [first, last] = [readNumber(from, text), readNumber(to, text)]
  if (first > last) {
    throw new FilterError(
      `range_expand: ${shown(text)} runs backwards. Fix: write '${last}-${first}'`,
    )
  }
  return { prefix, first, last }
}

function carriedOver(previous: string, path: string): string {
  const [word = ''] = /^[^\d]*/.exec(previous) ?? []
  if (path === '') return previous
  const before = previous.slice(word.length).match(/\d+[/.:]/g) ?? []
  const given = path.match(/\d+[/.:]/g) ?? []
  return `${word}${before.slice(0, Math.max(0, before.length - given.length)).join('')}${path}`
}

function readNumber(digits: string, text: string): number {
  const number = Number(digits)
  if (Number.isSafeInteger(number) && String(number) === digits) return number
  throw new FilterError(
    `range_expand: ${shown(text)} has a number with leading zeros or too many digits`,
  )
}

interface Name {
  readonly prefix: string
  readonly number: number
}

/**
 * The shortest expression for these names in natural order, each once. Every run of two or more becomes a range.
 * @throws {FilterError} for a name that does not end in a number
 */
export function compressRange(names: readonly string[]): string {
  const parts: string[] = []
  let previous = ''
  for (const run of runsOf(names.map(readName).sort(compareNames))) {
    const prefix = run.prefix === previous ? '' : run.prefix
    parts.push(
      run.first === run.last ? `${prefix}${run.first}` : `${prefix}${run.first}-${run.last}`,
    )
    previous = run.prefix
  }
  return parts.join(',')
}

function readName(name: string): Name {
  const [, prefix, digits] =
    /^((?:[^\d,\s-][^\d,]*)?(?:\d+[/.:])*)(0|[1-9]\d{0,14})$/.exec(name) ?? []
  if (prefix !== undefined && digits !== undefined) return { prefix, number: Number(digits) }
  throw new FilterError(
    `range_compress: ${shown(name)} is no name that ends in a number, such as 'Ethernet1'`,
  )
}

function runsOf(names: readonly Name[]): readonly Part[] {
  const runs: { prefix: string; first: number; last: number }[] = []
  for (const { prefix, number } of names) {
    const run = runs.at(-1)
    if (run?.prefix === prefix && number - run.last <= 1) run.last = number
    else runs.push({ prefix, first: number, last: number })
  }
  return runs
}

const naturalOrder = new Intl.Collator('en', { numeric: true })

function compareNames(a: Name, b: Name): number {
  if (a.prefix === b.prefix) return a.number - b.number
  // a part without a word takes over what stands before it; so those come first, the shorter before the longer
  const [depth, otherDepth] = [depthOf(a), depthOf(b)]
  if (depth !== otherDepth) return depth < otherDepth ? -1 : 1
  // the same in the collation's eyes need not be the same text
  return naturalOrder.compare(a.prefix, b.prefix) || (a.prefix < b.prefix ? -1 : 1)
}

function depthOf({ prefix }: Name): number {
  return /^\D/.test(prefix) ? Number.POSITIVE_INFINITY : prefix.split(/[/.:]/).length
}
