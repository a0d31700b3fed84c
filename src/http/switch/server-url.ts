/**
 * The URL that switches reach this server by.
 * @module
 */
import type { IncomingMessage } from 'node:http'

/** As the settings state it, else the address that a request came to; without a slash at its end. */
export function serverUrlOf(stated: string | undefined, incoming: IncomingMessage): string {
  return stated ?? `http://${incoming.headers.host ?? ''}`
}
