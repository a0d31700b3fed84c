/**
 * One value that somebody stated, read or refused.
 * @module
 */
import { Problem, type SourceLocation } from './problem.ts'
import type { SettingKey } from './setting-keys.ts'

/** A value as it was written, and where. */
export interface StatedValue {
  readonly text: string
  readonly from: 'flag' | 'environment' | 'file'
  /** `--port`, `ZTPUSH_SERVER_PORT` or `[server] port` */
  readonly label: string
  readonly at: SourceLocation | undefined
}

/** The value, or why it is none. */
export type ReadValue<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem }

/** Reads what was stated for `key`. A refusal says what was found, what is expected, and the likely slip. */
export function readValue<T>(key: SettingKey<T>, stated: StatedValue): ReadValue<T> {
  const refuse = (found: string, fix: string): ReadValue<T> => ({
    ok: false,
    problem: new Problem('settings-value', `${found}; expected ${key.type.expected}`, {
      at: stated.at,
      key: stated.label,
      fix,
    }),
  })
  const text = stated.text.trim()
  const read = key.type.schema.safeParse(text)
  if (key.type.takesAnyText === true && read.success) return { ok: true, value: read.data }
  if (text === '') return refuse('the value is empty', `take it out, or ${example(key, stated)}`)
  const shown = key.secret ? 'the value (not shown)' : showText(text)
  const character = unwanted(text)
  if (character !== undefined) return refuse(`${shown} holds ${character.what}`, character.fix)
  if (isQuoted(text)) {
    const unescaped = shown.replace(/^"(.*\\".*)"$/, '$1').replaceAll('\\"', '"')
    return refuse(`${unescaped} stands in quotes`, 'take the quotes off: they would be part of it')
  }
  if (read.success) return { ok: true, value: read.data }
  // of a secret no hint may tell how it looks
  return refuse(
    `found ${shown}`,
    (key.secret ? undefined : slip(text, stated)) ?? example(key, stated),
  )
}

/** A value as a message shows it: on one line, short, without a user name and password. */
export function showText(text: string): string {
  const masked = text.replace(/^([a-z]+:\/\/)?.*@/is, '$1…@')
  const short = masked.length > 60 ? `${masked.slice(0, 60)}…` : masked
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    '?',
  )
}

function unwanted(text: string): { readonly what: string; readonly fix: string } | undefined {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code === 0xfffd) {
      return { what: 'a byte that is not UTF-8', fix: 'save the file as UTF-8, or type it anew' }
    }
    if (code === 0x0a || code === 0x0d) {
      const fix =
        'write it on one line; an indented line continues the value above it, so begin every key at the margin'
      return { what: 'a line break', fix }
    }
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
      const name = code === 0 ? 'a NUL' : code === 9 ? 'a tab' : 'a control character'
      return { what: name, fix: 'take it out' }
    }
  }
  return undefined
}

function isQuoted(text: string): boolean {
  return /^(["'`]).*\1$/s.test(text) && text.length > 1
}

/** What somebody most likely meant; undefined where nothing comes to mind. */
function slip(text: string, { from }: StatedValue): string | undefined {
  if (from === 'file' && /\s[#;]/.test(text)) {
    return 'put the comment on a line of its own: what follows a value belongs to it'
  }
  if (text.startsWith('~')) return 'write the path in full: ~ is not expanded'
  if (/^tcp:\/\//.test(text)) {
    return 'set enableServiceLinks: false in the pod: Kubernetes made this variable for a Service'
  }
  if (/^\*?:\d+$/.test(text)) {
    return `name the address too: 127.0.0.1:${text.replace(/^\D+/, '')}, or 0.0.0.0 for all`
  }
  return undefined
}

function example<T>(key: SettingKey<T>, { from, label }: StatedValue): string {
  const value = key.type.example
  if (key.secret) return 'make one with: openssl rand -hex 16'
  if (from === 'environment') return `write for example: ${label}=${value}`
  if (from === 'flag') return `write for example: ${label} ${value}`
  return `write for example: ${key.key} = ${value}`
}
