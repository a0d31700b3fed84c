/**
 * Local interfaces as a pattern names them: `Ethernet1`, `et1-4,7`, `Ethernet1/3-1/5`, `ma1` (SERVER.md of ZTPServer's layer: lists
 * and ranges).
 * @module
 */

/** More interfaces than any switch has: a range beyond is a slip, or meant to fill the memory. */
const maxInterfaces = 10_000

const types = new Map([
  ...['e', 'et', 'eth', 'ethernet'].map((word) => [word, 'Ethernet'] as const),
  ...['m', 'ma', 'management'].map((word) => [word, 'Management'] as const),
])

interface Name {
  readonly type: string | undefined
  readonly parts: readonly number[]
}

/** What a list of interfaces means, or what is wrong with it. */
export type InterfaceList =
  | { readonly ok: true; readonly interfaces: readonly string[] }
  | { readonly ok: false; readonly reason: string }

/** Expands a list: `e1-2,m1` is Ethernet1, Ethernet2, Management1. */
export function parseInterfaceList(text: string): InterfaceList {
  const interfaces: string[] = []
  let type: string | undefined
  for (const part of text.split(',')) {
    const item = part.trim()
    const expanded = expandItem(item, type)
    if (typeof expanded === 'string') return { ok: false, reason: expanded }
    type = expanded.type
    if (interfaces.length + expanded.names.length > maxInterfaces) {
      return { ok: false, reason: `more than ${maxInterfaces} interfaces` }
    }
    interfaces.push(...expanded.names)
  }
  return { ok: true, interfaces }
}

function expandItem(
  item: string,
  typeBefore: string | undefined,
): { type: string; names: readonly string[] } | string {
  const shown = JSON.stringify(item)
  if (item === '') return 'an interface is missing beside a comma'
  const ends = item.split('-').map((end) => parseName(end.trim()))
  const [first, last = first] = ends
  if (ends.length > 2 || first === undefined || last === undefined) {
    return `${shown} is no interface`
  }
  const type = first.type ?? typeBefore
  if (type === undefined) return `${shown} has no type before it (Ethernet or Management)`
  if (ends.length === 1) return { type, names: [`${type}${first.parts.join('/')}`] }
  if (last.type !== undefined && last.type !== type) return `${shown} ranges over two types`
  return expandRange(type, first.parts, last.parts) ?? `${shown} is no range`
}

/** Undefined: not a range. Only the last number may differ, and it must grow. */
function expandRange(
  type: string,
  from: readonly number[],
  to: readonly number[],
): { type: string; names: readonly string[] } | string | undefined {
  const start = from.at(-1) ?? 0
  const end = to.at(-1) ?? 0
  const stem = from.slice(0, -1)
  const alike = from.length === to.length && stem.every((part, at) => part === to[at])
  if (!alike || end <= start) return undefined
  if (end - start >= maxInterfaces) return `more than ${maxInterfaces} interfaces`
  const names: string[] = []
  for (let number = start; number <= end; number++) {
    names.push(`${type}${[...stem, number].join('/')}`)
  }
  return { type, names }
}

function parseName(text: string): Name | undefined {
  const match = /^([a-z]*)(\d{1,9}(?:\/\d{1,9}){0,2})$/i.exec(text)
  if (match === null) return undefined
  const [, word = '', numbers = ''] = match
  const type = word === '' ? undefined : types.get(word.toLowerCase())
  if (word !== '' && type === undefined) return undefined
  const parts = numbers.split('/').map(Number)
  return parts.every((part) => part >= 1) ? { type, parts } : undefined
}
