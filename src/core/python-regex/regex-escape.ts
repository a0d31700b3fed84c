/**
 * Reads what a backslash begins in a Python regular expression.
 * @module
 */
import type { RegexSource } from './regex-source.ts'
import type { Assertion, SetItem } from './regex-syntax.ts'

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
])

const assertions: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'start'],
  ['Z', 'text-end'],
  ['b', 'boundary'],
  ['B', 'no-boundary'],
])

/** An escape outside brackets. */
export function parseEscape(
  source: RegexSource,
  ascii: boolean,
): SetItem | { readonly assertion: Assertion } | { readonly reference: number } {
  const letter = source.match(/\\([AZbB])/y)?.[1]
  const assertion = letter === undefined ? undefined : assertions.get(letter)
  if (assertion !== undefined) return { assertion }
  const octal = source.match(/\\(0[0-7]{0,2}|[1-7][0-7]{2})/y)?.[1]
  if (octal !== undefined) return octalItem(source, octal)
  const reference = source.match(/\\([1-9]\d?)/y)?.[1]
  if (reference !== undefined) return { reference: Number(reference) }
  return parseCommonEscape(source, ascii)
}

/** An escape inside brackets. */
export function parseSetEscape(source: RegexSource, ascii: boolean): SetItem {
  if (source.take('\\b')) return single(8)
  const octal = source.match(/\\([0-7]{1,3})/y)?.[1]
  return octal === undefined ? parseCommonEscape(source, ascii) : octalItem(source, octal)
}

function octalItem(source: RegexSource, digits: string): SetItem {
  const code = Number.parseInt(digits, 8)
  if (code > 0o377) throw source.fault(`the octal escape \\${digits} is too large`)
  return single(code)
}

function parseCommonEscape(source: RegexSource, ascii: boolean): SetItem {
  const type = source.match(/\\([dDwWsS])/y)?.[1]
  if (isClassLetter(type)) return { escape: type, ascii }
  const [, byte, unit, point] =
    source.match(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y) ?? []
  const hex = byte ?? unit ?? point
  if (hex !== undefined) {
    const code = Number.parseInt(hex, 16)
    if (code > 0x10ffff) throw source.fault(`the escape \\U${hex} names no character`)
    return single(code)
  }
  source.take('\\')
  const character = source.next()
  const control = controls.get(character)
  if (control !== undefined) return single(control)
  if (/[A-Za-z0-9]/.test(character))
    throw source.fault(`the escape \\${character} is not supported`)
  return single(character.codePointAt(0) ?? 0)
}

function isClassLetter(letter: string | undefined): letter is 'd' | 'D' | 'w' | 'W' | 's' | 'S' {
  return letter !== undefined && 'dDwWsS'.includes(letter)
}

function single(code: number): SetItem {
  return { from: code, to: code }
}
