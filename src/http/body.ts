/**
 * The body of a request, within a bound.
 * @module
 */
import type { IncomingMessage } from 'node:http'

/** The bytes of a body, or why there are none: more than allowed, or the client went away before its end. */
export type Body = Uint8Array | 'too-large' | 'cut-off'

/** Reads a body of at most so many bytes. */
export function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Body> {
  const stated = Number(incoming.headers['content-length'] ?? 0)
  if (stated > maxBytes) return Promise.resolve('too-large')
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let length = 0
    const finish = (body: Body) => {
      incoming.off('data', take).off('end', end).off('error', lose).off('close', lose)
      resolve(body)
    }
    const take = (part: Buffer) => {
      length += part.length
      if (length > maxBytes) {
        incoming.pause()
        finish('too-large')
      } else parts.push(part)
    }
    const end = () =>
      finish(parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts))
    const lose = () => finish('cut-off')
    incoming.on('data', take).on('end', end).on('error', lose).on('close', lose)
  })
}
