/**
 * What the value of a setting may be: a schema that reads it, and what to tell who wrote something else.
 * @module
 */
import { z } from 'zod'
import { type ListenAddress, parseHost, parseListenAddress, parsePort } from './listen-address.ts'
import { parsePathSegment, parseRelativePath } from './request-path.ts'

export interface SettingType<T> {
  /** Ends the sentence "expected …". */
  readonly expected: string
  /** A value that is right. */
  readonly example: string
  /** From the text, without space around it. */
  readonly schema: z.ZodType<T, string>
  /** Nothing that is written here can be a slip: not quotes, not several lines. */
  readonly takesAnyText?: boolean
}

const booleans = new Map([
  ...['yes', 'true', '1', 'on'].map((word) => [word, true] as const),
  ...['no', 'false', '0', 'off'].map((word) => [word, false] as const),
])

export const booleanType: SettingType<boolean> = {
  expected: 'yes, true, 1, on, or no, false, 0, off',
  example: 'true',
  schema: readBy((text) => booleans.get(text.toLowerCase())),
}

export const portType: SettingType<number> = {
  expected: 'a whole number from 1 to 65534',
  example: '8080',
  schema: readBy(parsePort),
}

const largestInventoryMb = 512

export const megabytesType: SettingType<number> = {
  expected: `a whole number of megabytes from 1 to ${largestInventoryMb}`,
  example: '64',
  schema: readBy((text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : 0
    return number >= 1 && number <= largestInventoryMb ? number : undefined
  }),
}

export const minutesType: SettingType<number> = {
  expected: 'a whole number of minutes from 0 to 525600',
  example: '30',
  schema: readBy((text) => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : -1
    return number >= 0 && number <= 525_600 ? number : undefined
  }),
}

export const hostType: SettingType<string> = {
  expected: 'an address or host name to listen on, without a port',
  example: '0.0.0.0',
  schema: readBy(parseHost),
}

export const operatorListenType: SettingType<ListenAddress | 'off'> = {
  expected: 'off, or an address and a port (an IPv6 address in brackets)',
  example: '127.0.0.1:8081',
  schema: readBy((text) => (text.toLowerCase() === 'off' ? 'off' : parseListenAddress(text))),
}

export const tokenType: SettingType<string> = {
  expected: '8 to 1024 printable ASCII characters',
  example: '(long and random)',
  schema: z.string().regex(/^[\x20-\x7e]{8,1024}$/),
}

export const serverUrlType: SettingType<string> = {
  expected: 'a URL that begins with http:// or https://, without user name, query and fragment',
  example: 'http://ztpserver:8080',
  schema: readBy(parseServerUrl),
}

/** What ZTPServer takes for its own URL: any text. */
export const serverTextType: SettingType<string> = {
  ...serverUrlType,
  expected: 'a URL',
  schema: z.string().min(1).max(2048),
}

const noHome = /^(?!~[\w-]*(\/|$))/

export const pathType: SettingType<string> = {
  expected: 'the path of a file or folder',
  example: 'swinfo.json',
  // 4096 is Linux's PATH_MAX
  schema: z.string().min(1).max(4096).regex(noHome),
}

export const fileNameType: SettingType<string> = {
  expected: 'the name of a file, without /',
  example: 'bootstrap',
  schema: readBy(parsePathSegment),
}

export const fileBelowType: SettingType<string> = {
  expected: 'the name of a file below the data root, without ".."',
  example: 'neighbordb',
  schema: readBy((text) =>
    text.length > 1024 || text.startsWith('/') ? undefined : parseRelativePath(text)?.join('/'),
  ),
}

export const templateType: SettingType<string> = {
  expected: 'the name of a template below the templates folder',
  example: 'config.njk',
  schema: readBy((text) => {
    const parts = text.split('/')
    const inside = parts.every((part) => part !== '' && part !== '.' && part !== '..')
    return inside && text.length <= 1024 && noHome.test(text) && !/\\|^[A-Za-z]:/.test(text)
      ? text
      : undefined
  }),
}

export const routeType: SettingType<string> = {
  expected:
    'a path such as /dynconfig: letters, digits, / and . _ ~ @ , + = - (no "..", not / and not /healthz)',
  example: '/dynconfig',
  schema: readBy((text) => {
    const parts = text.replace(/\/$/, '').split('/').slice(1)
    const plain = /^(\/[A-Za-z0-9._~@,+=-]+)+\/?$/.test(text) && text.length <= 1024
    const taken = parts.join('/') === 'healthz'
    return plain && !taken && !parts.some((part) => /^\.$|\.\./.test(part)) ? text : undefined
  }),
}

/** Any text, also an empty one. */
export const textType: SettingType<string> = {
  expected: 'text',
  example: '',
  schema: z.string(),
  takesAnyText: true,
}

/** One of some words, in any letter case; gives it as it is written in `words`. */
export function choiceType<const W extends string>(...words: readonly [W, ...W[]]): SettingType<W> {
  return {
    expected: words.join(' or '),
    example: words[0],
    schema: readBy((text) => words.find((word) => word === text.toLowerCase())),
  }
}

/** A schema from a function that gives undefined where the text is not what it reads. */
function readBy<T>(read: (text: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = read(text)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: 'unexpected' })
    return z.NEVER
  })
}

function parseServerUrl(text: string): string | undefined {
  if (text.length > 2048 || !/^https?:\/\/[^/]/i.test(text)) return undefined
  // the URL parser mends what it should not: space, tabs, backslashes, quotes
  if (!/^[\x21-\x7e]+$/.test(text) || /["'<>\\^`{|}?#]/.test(text)) return undefined
  if (!URL.canParse(text)) return undefined
  const { username, password } = new URL(text)
  const authority = text.split('/')[2] ?? ''
  if (username !== '' || password !== '' || authority.includes('@')) return undefined
  return text.replace(/\/+$/, '')
}
