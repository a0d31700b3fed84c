/**
 * The URL that switches reach this server by.
 * @module
 */
import type { IncomingMessage } from 'node:http'

let last = { host: '', url: 'http://' }

/** As the settings state it, else the address that a request came to. */
export function serverUrlOf(stated: string | undefined, incoming: IncomingMessage): string {
  if (stated !== undefined) return stated
  const { host = '' } = incoming.headers
  // nearly every request names the same host: one text for all of them is quick to compare
  if (last.host !== host) last = { host, url: `http://${host}` }
  return last.url
}
