/**
 * The quick reader of pools in the usual layout: one pair a line, from its first column, holders plain or in simple quotes, comments.
 * @module
 */
import type { PoolBuilder } from './pool-builder.ts'
import { isFreePlain } from './pool-holder.ts'

/** Is told each holder that stands as a text, with its value and its place; gives who holds, undefined when the text means nobody. */
export type TellText = (value: string, text: string, offset: number) => string | undefined

const linesAtOnce = 4096

const newline = 10
const carriageReturn = 13
const blank = 32
const doubleQuote = 34
const hash = 35
const singleQuote = 39
const colon = 58
const backslash = 92
const tilde = 126

const isWord = new Uint8Array(128)
const beginsWord = new Uint8Array(128)
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789') {
  isWord[character.charCodeAt(0)] = 1
  beginsWord[character.charCodeAt(0)] = 1
}
for (const character of '._/:@+-') isWord[character.charCodeAt(0)] = 1

/**
 * Reads `text`, without a byte order mark, into a builder, resting now and then. Gives where the last place ends; undefined as soon as anything
 * unusual comes, and then the builder is of no use: a YAML parser must have a look. `isRest`: the text begins right after a holder.
 */
export function* readPoolLines(
  text: string,
  builder: Pick<PoolBuilder, 'add'>,
  tellText: TellText,
  { isRest = false }: { readonly isRest?: boolean } = {},
): Generator<void, number | undefined> {
  let at = isRest ? endOfLine(text, 0) : 0
  let gapStart = 0
  let lines = 0
  // right after a holder "#" is no comment
  if (at < 0 || (isRest && text.charCodeAt(0) === hash)) return undefined
  while (at < text.length) {
    if (++lines % linesAtOnce === 0) yield
    const first = text.charCodeAt(at)
    if (beginsWord[first] !== 1) {
      at = endOfLine(text, at)
      if (at < 0) return undefined
      continue
    }
    const keyEnd = endOfKey(text, at)
    if (keyEnd < 0) return undefined
    const value = text.slice(at, keyEnd)
    let place = skipBlanks(text, keyEnd + 1)
    const begin = text.charCodeAt(place)
    let end = place
    let holder: string | undefined
    if (begin === singleQuote || begin === doubleQuote) {
      end = endOfQuoted(text, place, begin)
      if (end < 0) return undefined
      holder = tellText(value, text.slice(place + 1, end - 1), place)
    } else if (beginsWord[begin] === 1) {
      while (isWord[text.charCodeAt(end)] === 1) end++
      // a colon at the end would make a key of it
      if (text.charCodeAt(end - 1) === colon) return undefined
      const word = text.slice(place, end)
      holder = isFreePlain(word) ? undefined : tellText(value, word, place)
    } else if (begin === tilde) {
      end = place + 1
    } else {
      // nothing, or a comment; what else it may be shows at the end of the line
      place = keyEnd + 1
      end = place
    }
    builder.add({
      value,
      holder,
      gap: text.slice(gapStart, place),
      place: text.slice(place, end),
    })
    gapStart = end
    at = endOfLine(text, end)
    if (at < 0) return undefined
  }
  return gapStart
}

function endOfKey(text: string, start: number): number {
  let at = start
  for (;;) {
    const code = text.charCodeAt(at)
    if (isWord[code] !== 1) return -1
    if (code === colon) {
      const next = text.charCodeAt(at + 1)
      if (next === blank || next === newline || next === carriageReturn || Number.isNaN(next)) {
        return at
      }
    }
    at++
  }
}

function skipBlanks(text: string, start: number): number {
  let at = start
  while (text.charCodeAt(at) === blank) at++
  return at
}

/** Where a quoted text of printable ASCII without escapes ends, its quotes included. */
function endOfQuoted(text: string, start: number, quote: number): number {
  let at = start + 1
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === quote) break
    // also the end of the text: NaN is neither above nor below
    if (!(code >= blank && code <= tilde) || code === backslash) return -1
    at++
  }
  return text.charCodeAt(at + 1) === quote ? -1 : at + 1
}

/** Passes blanks, a comment and the end of the line; -1 when anything else stands there. */
function endOfLine(text: string, start: number): number {
  let at = skipBlanks(text, start)
  let code = text.charCodeAt(at)
  if (code === hash) {
    // right after a holder it is no comment
    if (at > 0 && at === start && text.charCodeAt(at - 1) !== newline) return -1
    while (isInComment(code)) code = text.charCodeAt(++at)
  }
  if (Number.isNaN(code)) return at
  if (code === newline) return at + 1
  return code === carriageReturn && text.charCodeAt(at + 1) === newline ? at + 2 : -1
}

/** What cannot end a line, nor make a YAML parser refuse the text. */
function isInComment(code: number): boolean {
  return (
    (code >= blank && code <= tilde) ||
    code === 9 ||
    (code >= 0xa0 && code < 0xd800 && code !== 0x2028 && code !== 0x2029)
  )
}
