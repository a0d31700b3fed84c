/**
 * Texts in quotes, with Python's escapes: `'Et\\1'` is the character 1 and no backslash.
 * @module
 */
import { LexFault } from './lexer.ts'

const named: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The text that stands in the quotes of a literal; `offset` is where that begins. */
export function readString(literal: string, offset: number): string {
  const inner = literal.slice(1, -1)
  if (!inner.includes('\\')) return inner
  return inner.replace(
    /\\(?:([0-7]{1,3})|([xuU])([\da-fA-F]*)|(N)|(.))/gs,
    (whole, octal, kind, hex, name, character, at) => {
      const fault = (message: string) => new LexFault(message, offset + 1 + Number(at))
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      if (name !== undefined) throw fault('characters by name (\\N{…}) are not for templates here')
      if (kind === undefined) return named[character] ?? whole
      const length = { x: 2, u: 4, U: 8 }[kind as string] ?? 0
      const digits = String(hex)
      if (digits.length < length) throw fault(`\\${kind} needs ${length} hexadecimal digits`)
      const code = Number.parseInt(digits.slice(0, length), 16)
      if (code > 0x10ffff) throw fault(`there is no character ${digits.slice(0, length)}`)
      return String.fromCodePoint(code) + digits.slice(length)
    },
  )
}
