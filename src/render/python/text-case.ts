/**
 * Capitals and small letters as Python's `str` has them.
 * @module
 */
import { refused } from './fault.ts'

/** Capitals only where no cased letter stands before, small letters only where one does. */
export function isTitle(text: string): boolean {
  let inWord = false
  let any = false
  for (const character of text) {
    const isCapital = /[\p{Uppercase}\p{Lt}]/u.test(character)
    if (isCapital ? inWord : /\p{Lowercase}/u.test(character) && !inWord) return false
    inWord = isCapital || /\p{Lowercase}/u.test(character)
    any ||= inWord
  }
  return any
}

/** `text.casefold()` */
export function foldCase(text: string): string {
  return Array.from(text, foldCharacter).join('')
}

function foldCharacter(character: string): string {
  if (character === 'ı') return character
  if (character === 'ẞ') return 'ss'
  // Cherokee alone is folded to its capitals
  if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(character)) return character.toUpperCase()
  return character.toUpperCase().toLowerCase()
}

/** The first character in title case, the rest in lower case. */
export function capitalize(text: string): string {
  const [first = ''] = text
  return titleCase(first) + text.slice(first.length).toLowerCase()
}

/** Letters that stand for two have a form of their own in title case; Georgian has capitals, but not in titles. */
function titleCase(character: string): string {
  const pair = /[Ǆ-ǌǱ-ǳ]/.test(character) ? titlePairs[character.toLowerCase()] : undefined
  if (pair !== undefined) return pair
  if (/[\u10d0-\u10ff]/.test(character)) return character
  if (character === 'ŉ') return 'ʼN'
  if (greekWithIota.test(character)) throw refused(`a capital of "${character}"`)
  const upper = character.toUpperCase()
  // one letter that becomes two, such as ß, begins with a capital only
  return upper.length > character.length ? upper.charAt(0) + upper.slice(1).toLowerCase() : upper
}

const titlePairs: Readonly<Record<string, string>> = { ǆ: 'ǅ', ǉ: 'ǈ', ǌ: 'ǋ', ǳ: 'ǲ' }
const greekWithIota =
  /[\u1f80-\u1faf\u1fb2-\u1fb4\u1fb7\u1fbc\u1fc2-\u1fc4\u1fc7\u1fcc\u1ff2-\u1ff4\u1ff7\u1ffc]/

/** Every letter after something that is no letter is a capital. */
export function title(text: string): string {
  const cased = /[\p{Lt}\p{Uppercase}\p{Lowercase}]+/gu
  return text.replace(cased, capitalize)
}
