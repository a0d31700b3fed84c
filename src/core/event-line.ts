/**
 * Events as lines of the journal, and back.
 * @module
 */
import { type SwitchEvent, type SwitchEventKind, switchEventKinds } from './switch-event.ts'

/** The texts of a line in its order, with the most characters that one keeps; what is longer is cut. */
const textLimits = {
  mac: 17,
  serial: 128,
  node: 255,
  entry: 255,
  from: 64,
  sha256: 64,
  model: 128,
  version: 128,
  request: 2_048,
  revision: 64,
  problem: 64,
  action: 256,
  message: 2_048,
} as const satisfies Partial<Record<keyof SwitchEvent, number>>

type TextName = keyof typeof textLimits

/** How a line begins: all that is of its time, in milliseconds since 1970. */
export function lineStart(at: number): string {
  return `{"v":1,"at":"${new Date(at).toISOString()}`
}

/**
 * Makes lines. A thousand requests a second have most of their texts in common with the one before, and to see that is quicker than to
 * look at each text anew.
 */
export class EventLines {
  private readonly memory: Readonly<Record<TextName, { text: string; pair: string }>>
  private at = Number.NaN
  private start = ''

  constructor() {
    this.memory = Object.fromEntries(
      Object.keys(textLimits).map((name) => [name, { text: '', pair: `,"${name}":""` }]),
    ) as Record<TextName, { text: string; pair: string }>
  }

  /** One line, its end included. */
  line(event: SwitchEvent): string {
    const { at } = event
    if (at !== this.at) {
      this.at = at
      this.start = lineStart(at)
    }
    return `${this.start}${this.own(event)}${this.shared(event)}`
  }

  /** What follows {@link lineStart}: all that is of one switch. */
  own(event: SwitchEvent): string {
    let text = `","kind":"${event.kind}"`
    if (event.mac !== undefined) text += this.pair('mac', event.mac)
    if (event.serial !== undefined) text += this.pair('serial', event.serial)
    if (event.node !== undefined) text += this.pair('node', event.node)
    if (event.entry !== undefined) text += this.pair('entry', event.entry)
    if (event.from !== undefined) text += this.pair('from', event.from)
    if (event.sha256 !== undefined) text += this.pair('sha256', event.sha256)
    return text
  }

  /** What follows {@link own}: much of it is the same for many switches. */
  shared(event: SwitchEvent): string {
    let text = ''
    if (event.model !== undefined) text += this.pair('model', event.model)
    if (event.version !== undefined) text += this.pair('version', event.version)
    if (event.request !== undefined) text += this.pair('request', event.request)
    if (event.status !== undefined) text += `,"status":${event.status}`
    if (event.revision !== undefined) text += this.pair('revision', event.revision)
    if (event.problem !== undefined) text += this.pair('problem', event.problem)
    if (event.action !== undefined) text += this.pair('action', event.action)
    if (event.message !== undefined) text += this.pair('message', event.message)
    return `${text}}\n`
  }

  private pair(name: TextName, text: string): string {
    const known = this.memory[name]
    if (known.text === text) return known.pair
    known.text = text
    known.pair = `,"${name}":${jsonText(text, textLimits[name])}`
    return known.pair
  }
}

/** Most texts need no escapes, and to see that is quicker than to escape them. */
function jsonText(text: string, max: number): string {
  const short = text.length > max ? text.slice(0, max) : text
  return /^[\w .:/@+-]*$/.test(short) ? `"${short}"` : JSON.stringify(short)
}

const kinds: ReadonlySet<string> = new Set(switchEventKinds)
const names = Object.keys(textLimits) as TextName[]

/**
 * The event of a line; undefined: it is damaged, or not one of ours. Written out, because a start may have to go through a million lines.
 */
export function parseEventLine(line: string): SwitchEvent | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as Readonly<Record<string, unknown>>
  const at = typeof fields['at'] === 'string' ? Date.parse(fields['at']) : Number.NaN
  const kind = fields['kind']
  if (fields['v'] !== 1 || Number.isNaN(at) || typeof kind !== 'string' || !kinds.has(kind)) {
    return undefined
  }
  const event: Record<string, unknown> = { at, kind: kind as SwitchEventKind }
  for (const name of names) {
    const text = fields[name]
    if (text === undefined) continue
    if (typeof text !== 'string' || text.length > textLimits[name]) return undefined
    event[name] = text
  }
  const { status } = fields
  if (status !== undefined) {
    if (!Number.isInteger(status)) return undefined
    event['status'] = status
  }
  return event as unknown as SwitchEvent
}
