/**
 * Requests whose headers are quickly read.
 * @module
 */
import { IncomingMessage } from 'node:http'

/** Spellings of header names, and how Node gives them: what clients send is a few dozen. */
const spellings = new Map<string, string>()
const maxSpellings = 200
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
    const spelling = raw[at] as string
    const name = spellings.get(spelling) ?? learn(spelling)
    if (name === undefined || headers[name] !== undefined) return undefined
    headers[name] = raw[at + 1] as string
  }
  return headers
}

function learn(spelling: string): string | undefined {
  const isPlain = /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(spelling)
  const name = spelling.toLowerCase()
  // Node makes a list of it
  if (!isPlain || name === 'set-cookie' || spellings.size === maxSpellings) return undefined
  // as the name of a property, a text is the one that the engine has of it
  const [known = name] = Object.keys({ [name]: 0 })
  spellings.set(spelling, known)
  return known
}
