/**
 * Reads what stands in brackets in a Python regular expression.
 * @module
 */
import { parseSetEscape } from './regex-escape.ts'
import type { RegexSource } from './regex-source.ts'
import type { CharacterSet, SetItem } from './regex-syntax.ts'

/** `[a-z\d]`, `[^/]`, `[]x]`. */
export function parseSet(source: RegexSource, ascii: boolean): CharacterSet {
  source.take('[')
  const negated = source.take('^')
  const items: SetItem[] = []
  // a bracket that comes first is meant as a character
  while (items.length === 0 || !source.sees(']')) {
    if (source.atEnd) throw source.fault('a bracket is not closed')
    items.push(parseRange(source, ascii))
  }
  source.take(']')
  return { negated, items }
}

function parseRange(source: RegexSource, ascii: boolean): SetItem {
  const first = parseItem(source, ascii)
  if (!source.match(/-(?!\]|$)/y)) return first
  const last = parseItem(source, ascii)
  if (!('from' in first && 'from' in last))
    throw source.fault('a class such as \\d cannot begin or end a range')
  if (first.from > last.from) throw source.fault('a range in brackets ends before it begins')
  return { from: first.from, to: last.from }
}

function parseItem(source: RegexSource, ascii: boolean): SetItem {
  if (source.sees('\\')) return parseSetEscape(source, ascii)
  const code = source.next().codePointAt(0) ?? 0
  return { from: code, to: code }
}
