/**
 * Which characters a set can take, rounded up: each ASCII character, and the rest of Unicode in four parts.
 * @module
 */
import type { CharacterSet, SetItem } from './regex-syntax.ts'

/** One bit for each ASCII character, then one each for other digits, letters, spaces, and all else. */
export type Reach = bigint

const ASCII = (1n << 128n) - 1n
const DIGITS = 1n << 128n
const LETTERS = 1n << 129n
const SPACES = 1n << 130n
const REST = 1n << 131n

export const noCharacter: Reach = 0n
export const everyCharacter: Reach = ASCII | DIGITS | LETTERS | SPACES | REST

export function union(a: Reach, b: Reach): Reach {
  return a | b
}

/** Whether no character is in both. */
export function disjoint(a: Reach, b: Reach): boolean {
  return (a & b) === 0n
}

/** The reach of a set, upper and lower case taken together. */
export function charactersOf({ negated, items }: CharacterSet): Reach {
  if (!negated) return items.map(itemReach).reduce(union, noCharacter)
  // rounding up what is left means taking away only what surely is in the set
  return everyCharacter & ~items.map(itemCore).reduce(union, noCharacter)
}

function itemReach(item: SetItem): Reach {
  if (!('from' in item)) return classReach(item.escape, item.ascii)
  let reach = item.to > 127 ? DIGITS | LETTERS | SPACES | REST : noCharacter
  for (let code = item.from; code <= Math.min(item.to, 127); code++) reach |= withBothCases(code)
  return reach
}

/** What surely is in the item, without its other case. */
function itemCore(item: SetItem): Reach {
  if (!('from' in item))
    return item.ascii ? classReach(item.escape, true) & ASCII : classReach(item.escape, false)
  let core = noCharacter
  for (let code = item.from; code <= Math.min(item.to, 127); code++) core |= 1n << BigInt(code)
  return core
}

function withBothCases(code: number): Reach {
  const character = String.fromCharCode(code)
  if (!/[A-Za-z]/.test(character)) return 1n << BigInt(code)
  const bothCases = bits(character.toLowerCase()) | bits(character.toUpperCase())
  // the Kelvin sign is a k in another case, the long s an s
  return /[ks]/i.test(character) ? bothCases | LETTERS : bothCases
}

function bits(characters: string): Reach {
  return [...characters].reduce(
    (all, each) => all | (1n << BigInt(each.charCodeAt(0))),
    noCharacter,
  )
}

const digits = bits('0123456789')
const words = digits | bits('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_')
const spaces = bits(' \t\n\r\v\f')
// Unicode's \s takes these as well
const separators = bits('\x1c\x1d\x1e\x1f')

function classReach(type: string, ascii: boolean): Reach {
  const isNegated = type === type.toUpperCase()
  const reach = memberReach(type.toLowerCase(), ascii)
  return isNegated ? everyCharacter & ~reach : reach
}

function memberReach(letter: string, ascii: boolean): Reach {
  if (letter === 'd') return ascii ? digits : digits | DIGITS
  if (letter === 'w') return ascii ? words : words | DIGITS | LETTERS
  return ascii ? spaces : spaces | separators | SPACES
}
