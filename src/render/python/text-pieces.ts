/**
 * Taking texts apart, for the methods of Python's `str` and filters that do the same.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { needCount, needText } from './arguments.ts'
import { ValueFault } from './fault.ts'
import { trim, trimEnd, trimStart, whiteSpace } from './text.ts'

/** What a text is divided by: a text, and not an empty one. */
export function needSeparator(name: string, value: unknown): string {
  const separator = needText(`.${name}()`, value)
  if (separator === '') throw new ValueFault(`.${name}(): the separator is empty`)
  return separator
}

/** `text.replace(old, new, most)`; all of them where `most` is negative. */
export function replaceText(text: string, old: string, by: string, most: number): string {
  if (old === '') return replaceNothing(text, by, most)
  const pieces = text.split(old)
  const times = most < 0 ? pieces.length - 1 : Math.min(most, pieces.length - 1)
  currentMeter().step(1 + (text.length >> 6))
  currentMeter().grow(text.length + times * by.length)
  if (times === pieces.length - 1) return pieces.join(by)
  return pieces.slice(0, times + 1).join(by) + old + pieces.slice(times + 1).join(old)
}

/** Between all characters, before the first and after the last. */
function replaceNothing(text: string, by: string, most: number): string {
  const all = [...text]
  const times = most < 0 ? all.length + 1 : Math.min(most, all.length + 1)
  currentMeter().grow(text.length + times * by.length)
  const pieces = all.map((character, at) => (at < times ? by : '') + character)
  return pieces.join('') + (times > all.length ? by : '')
}

export function strip(way: 'strip' | 'lstrip' | 'rstrip', text: string, chars: unknown): string {
  if (chars === undefined || chars === null) {
    if (way === 'strip') return trim(text)
    return way === 'lstrip' ? trimStart(text) : trimEnd(text)
  }
  return stripCharacters(way, text, needText(`.${way}()`, chars))
}

/** Takes characters of a set away from one end or both. */
export function stripCharacters(
  way: 'strip' | 'lstrip' | 'rstrip',
  text: string,
  chars: string,
): string {
  const set = new Set(chars)
  const all = [...text]
  let start = 0
  let end = all.length
  if (way !== 'rstrip') while (start < end && set.has(all[start] ?? '')) start++
  if (way !== 'lstrip') while (end > start && set.has(all[end - 1] ?? '')) end--
  return all.slice(start, end).join('')
}

const words = new RegExp(`[^${whiteSpace}]+`, 'g')

export function split(
  way: 'split' | 'rsplit',
  text: string,
  separator: unknown,
  most: unknown,
): string[] {
  const limit = most === undefined ? -1 : needCount(`.${way}()`, most)
  currentMeter().step(1 + (text.length >> 6))
  const pieces =
    separator === undefined || separator === null
      ? splitWords(way, text, limit)
      : splitBy(way, text, needSeparator(way, separator), limit)
  currentMeter().grow(text.length + (pieces.length << 3))
  return pieces
}

function splitBy(way: 'split' | 'rsplit', text: string, by: string, limit: number): string[] {
  const pieces = text.split(by)
  if (limit < 0 || pieces.length <= limit + 1) return pieces
  if (way === 'split') return [...pieces.slice(0, limit), pieces.slice(limit).join(by)]
  const rest = pieces.length - limit
  return [pieces.slice(0, rest).join(by), ...pieces.slice(rest)]
}

function splitWords(way: 'split' | 'rsplit', text: string, limit: number): string[] {
  const found = [...text.matchAll(words)]
  const all = found.map(([word]) => word)
  if (limit < 0 || all.length <= limit) return all
  if (way === 'split') {
    const rest = found[limit]
    return rest === undefined ? all : [...all.slice(0, limit), trimEnd(text.slice(rest.index))]
  }
  const last = found[found.length - limit - 1]
  if (last === undefined) return all
  const rest = trimStart(text.slice(0, last.index + last[0].length))
  return [rest, ...all.slice(found.length - limit)]
}

/** Lines, at every line end that Python knows. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines =
    text.match(
      /[^\n\v\f\r\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]|$)/g,
    ) ?? []
  // the pattern also matches nothing at the end
  if (lines.at(-1) === '') lines.pop()
  currentMeter().grow(text.length + (lines.length << 3))
  return keepEnds
    ? lines
    : lines.map((line) => line.replace(/(?:\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029])$/, ''))
}
