/**
 * Events as lines of the journal, and back.
 * @module
 */
import { type SwitchEvent, switchEventSchema } from './switch-event.ts'

/** Names in the order in which a line has them: what is looked for first stands first. */
const names = [
  'kind',
  'mac',
  'serial',
  'node',
  'entry',
  'model',
  'version',
  'from',
  'request',
  'status',
  'revision',
  'sha256',
  'problem',
  'action',
  'message',
] as const satisfies readonly Exclude<keyof SwitchEvent, 'at'>[]

/** Longer texts are cut: a line has to stay short enough for anything that reads it. */
const maxLengths: Readonly<Partial<Record<(typeof names)[number], number>>> = {
  message: 2_048,
  request: 2_048,
}
const maxLength = 255

/** One line, its end included. */
export function eventLine(event: SwitchEvent, time: string): string {
  let line = `{"v":1,"at":"${time}"`
  for (const name of names) {
    const value = event[name]
    if (value === undefined) continue
    line +=
      typeof value === 'number'
        ? `,"${name}":${value}`
        : `,"${name}":${jsonText(value, maxLengths[name] ?? maxLength)}`
  }
  return `${line}}\n`
}

/** Most texts need no escapes, and to see that is quicker than to escape them. */
function jsonText(text: string, max: number): string {
  const short = text.length > max ? text.slice(0, max) : text
  return /^[\w .:/@+-]*$/.test(short) ? `"${short}"` : JSON.stringify(short)
}

/** The event of a line; undefined: it is damaged, or not one of ours. */
export function parseEventLine(line: string): SwitchEvent | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  const parsed = switchEventSchema.safeParse(value)
  if (!parsed.success) return undefined
  const { v: _version, at, ...rest } = parsed.data
  return { ...rest, at: Date.parse(at) }
}
