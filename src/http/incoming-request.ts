/**
 * Requests whose headers are quickly read.
 * @module
 */
import { IncomingMessage } from 'node:http'

/** A header's name as a client spells it, and as Node gives it. */
interface Spelling {
  readonly text: string
  readonly name: string
  /** Another one that looks like it at first sight. */
  readonly next: Spelling | undefined
}

/** What clients send is a few dozen. */
const maxSpellings = 200
/** By their looks: to hash a text that has just arrived costs several times what a look at it does. */
const spellings = new Array<Spelling | undefined>(512).fill(undefined)
let known = 0

/** More than this is nobody's usual request. */
const maxHeaders = 32

type Headers = IncomingMessage['headers']

const nodeHeaders = Object.getOwnPropertyDescriptor(IncomingMessage.prototype, 'headers')?.get

/**
 * A request as Node gives it. Its `headers` are Node's, but names that were seen before are found by their spelling, where Node makes a new
 * text of each and looks for it among all that the engine knows.
 */
export class IncomingRequest extends IncomingMessage {
  #headers: Headers | undefined

  static {
    // the types have a property where there is an accessor
    Object.defineProperty(IncomingRequest.prototype, 'headers', {
      get(this: IncomingRequest): Headers {
        this.#headers ??= usualHeaders(this.rawHeaders) ?? (nodeHeaders?.call(this) as Headers)
        return this.#headers
      },
      set(this: IncomingRequest, headers: Headers) {
        this.#headers = headers
      },
    })
  }
}

/** The headers, where each is there once and has a plain name; undefined: Node knows what to do. */
function usualHeaders(raw: readonly string[]): Headers | undefined {
  if (raw.length > 2 * maxHeaders) return undefined
  const headers: Record<string, string> = {}
  for (let at = 0; at < raw.length; at += 2) {
    const name = nameOf(raw[at] as string)
    if (name === undefined || headers[name] !== undefined) return undefined
    headers[name] = raw[at + 1] as string
  }
  return headers
}

function nameOf(text: string): string | undefined {
  const looks = looksOf(text)
  let spelling = spellings[looks]
  while (spelling !== undefined && spelling.text !== text) spelling = spelling.next
  return spelling === undefined ? learn(text, looks) : spelling.name
}

/** Length and three characters, as an index of {@link spellings}. */
function looksOf(text: string): number {
  const { length } = text
  const last = text.charCodeAt(length - 1)
  const middle = text.charCodeAt(length >> 1)
  const first = text.charCodeAt(0)
  return (length * 131 + last * 31 + middle * 7 + first) & 511
}

function learn(text: string, looks: number): string | undefined {
  const isPlain = /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(text)
  const lower = text.toLowerCase()
  // Node makes a list of it
  if (!isPlain || lower === 'set-cookie' || known === maxSpellings) return undefined
  known += 1
  // as the name of a property, a text is the one that the engine has of it
  const [name = lower] = Object.keys({ [lower]: 0 })
  spellings[looks] = { text, name, next: spellings[looks] }
  return name
}
