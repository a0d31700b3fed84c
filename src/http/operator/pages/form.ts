/**
 * What a form of a page sends.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { readBody } from '../../body.ts'

/** The fields of a form; undefined: it is too long, or none. */
export async function readForm(
  incoming: IncomingMessage,
  maxBytes: number,
): Promise<URLSearchParams | undefined> {
  const type = incoming.headers['content-type'] ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) return undefined
  const body = await readBody(incoming, maxBytes)
  return body instanceof Uint8Array
    ? new URLSearchParams(Buffer.from(body).toString('utf8'))
    : undefined
}
