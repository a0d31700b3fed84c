/**
 * Reads the replacement of Python's `re.sub`: `\1`, `\g<1>`, `\g<name>` and the escapes for control characters.
 * @module
 */
import { shown } from './arguments.ts'
import { FilterError } from './filter.ts'

/** Texts, and the numbers of the groups that stand between them. */
export type Template = readonly (string | number)[]

const controls: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
])

const tokens = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-3][0-7]{2}|[4-7][0-7]{2})|([1-9]\d?)|(.)|$)/gs

/** @throws {FilterError} for a group that the pattern does not have and for an unknown escape */
export function parseTemplate(
  replacement: string,
  groupCount: number,
  groupNames: ReadonlyMap<string, number>,
): Template {
  const parts: (string | number)[] = []
  let end = 0
  for (const match of replacement.matchAll(tokens)) {
    const [all, name, octal, number, other] = match
    parts.push(replacement.slice(end, match.index))
    end = match.index + all.length
    if (name !== undefined) parts.push(groupNamed(name))
    else if (octal !== undefined) parts.push(octalCharacter(octal))
    else if (number !== undefined) parts.push(groupNumbered(number))
    else parts.push(character(other))
  }
  return [...parts, replacement.slice(end)]

  function groupNamed(name: string): number {
    const index = groupNames.get(name)
    if (index !== undefined) return index
    if (/^\d+$/.test(name)) return groupNumbered(name)
    throw fault(`the pattern has no group '${name}'`)
  }

  function groupNumbered(digits: string): number {
    const index = Number(digits)
    if (index <= groupCount) return index
    throw fault(`the pattern has no group ${digits}`)
  }

  function octalCharacter(digits: string): string {
    const code = Number.parseInt(digits, 8)
    if (code > 0o377) throw fault(`the octal escape \\${digits} is too large`)
    return String.fromCharCode(code)
  }

  function character(escaped: string | undefined): string {
    if (escaped === undefined) throw fault('it ends in a backslash')
    const control = controls.get(escaped)
    if (control !== undefined) return control
    if (/[A-Za-z]/.test(escaped)) throw fault(`the escape \\${escaped} is not known`)
    return `\\${escaped}`
  }

  function fault(reason: string): FilterError {
    return new FilterError(`replacement ${shown(replacement)}: ${reason}`)
  }
}
