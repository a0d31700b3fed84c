/**
 * The configurations that were served and are not yet in their files.
 * @module
 */
import type { ServedConfig } from '../../ports.ts'
import type { ServedText } from './journal-messages.ts'

/** What was served is written after a second; in a storm, which needs the processor for itself, when it is over or has lasted so long. */
const afterMs = 1_000
const maxAfterMs = 10_000
/** More than so many switches in a second are a storm. */
const stormSwitches = 100
const maxBytes = 16 * 1_048_576

/** Gathers texts, the last one of each switch, and sends them on in good time. */
export class ServedQueue {
  private readonly send: (texts: readonly ServedText[]) => void
  private texts = new Map<string, ServedText>()
  /** Those that are being written. */
  private before: ReadonlyMap<string, ServedText> = new Map()
  private bytes = 0
  private timer: NodeJS.Timeout | undefined
  private turns = 0
  /** How many texts there were at the last turn. */
  private known = 0

  constructor(send: (texts: readonly ServedText[]) => void) {
    this.send = send
  }

  keep(text: ServedText): void {
    const before = this.texts.get(text.entry)
    this.bytes += text.text.length - (before?.text.length ?? 0)
    this.texts.set(text.entry, text)
    if (this.bytes > maxBytes) this.flush()
    else this.timer ??= setTimeout(() => this.turn(), afterMs)
  }

  /** What a switch was served last, as far as its file may not have it yet. */
  find(entry: string): ServedConfig | undefined {
    const waiting = this.texts.get(entry) ?? this.before.get(entry)
    if (waiting === undefined) return undefined
    const { text, at } = waiting
    return { at, bytes: typeof text === 'string' ? Buffer.from(text) : text }
  }

  /** Sends everything at once. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.turns = 0
    this.known = 0
    if (this.texts.size === 0) return
    this.send([...this.texts.values()])
    this.before = this.texts
    this.texts = new Map()
    this.bytes = 0
  }

  private turn(): void {
    this.turns += 1
    const isStorm = this.texts.size - this.known > stormSwitches
    this.known = this.texts.size
    if (isStorm && this.turns * afterMs < maxAfterMs) {
      this.timer = setTimeout(() => this.turn(), afterMs)
    } else this.flush()
  }
}
