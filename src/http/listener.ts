/**
 * A Hono app on a port.
 * @module
 */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Log } from '../ports.ts'
import { answerClientErrors, noteAnswer } from './client-error.ts'
import { IncomingRequest } from './incoming-request.ts'

/** What handles the requests of a door. */
export interface FetchApp {
  fetch(request: Request, env: object): Response | Promise<Response>
}

/** A door that listens. */
export interface Door {
  readonly address: AddressInfo
  /** Takes no new requests, lets those under way end within the time given, then closes what is left. */
  close(graceMs: number): Promise<void>
}

/**
 * Switches power on by the thousand: with the system's usual queue of 511 a tenth of them would wait a second for their first packet to be
 * sent again.
 */
const backlog = 4096

/**
 * Listens. Slow clients are given up: 10 s for the headers, 5 min for a request as a whole.
 * @throws what `listen` says: EADDRINUSE, EACCES, EADDRNOTAVAIL
 */
export function listen(app: FetchApp, host: string, port: number, log: Log): Promise<Door> {
  const handle = getRequestListener((request, env) => app.fetch(request, env))
  const server = createServer(
    {
      IncomingMessage: IncomingRequest,
      headersTimeout: 10_000,
      requestTimeout: 300_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
      // a request without a Host is served like one with a Host that is none
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      noteAnswer(incoming.socket, outgoing)
      mendHost(incoming)
      mendTarget(incoming)
      // the listener tells its errors itself
      void handle(incoming, outgoing)
    },
  )
  answerClientErrors(server, log)
  server.on('checkExpectation', (_incoming, outgoing) => {
    const line = 'The only expectation that is met is 100-continue.\n'
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': line.length }
    outgoing.writeHead(417, { ...headers, Connection: 'close' }).end(line)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog }, () => {
      server.off('error', reject)
      resolve({
        address: server.address() as AddressInfo,
        close: (graceMs) => close(server, graceMs),
      })
    })
  })
}

/** A Host that is none would be refused before a route is asked; the socket's own address stands in for it. */
function mendHost(incoming: IncomingMessage): void {
  const { host } = incoming.headers
  if (host !== undefined && isHostAndPort(host)) return
  incoming.headers.host = socketHost(incoming)
}

/**
 * `GET http://somewhere/path` means the path: whoever asks has reached us. Other targets lead nowhere. A backslash is escaped, since URLs take
 * it for a slash.
 */
function mendTarget(incoming: IncomingMessage): void {
  const { url = '/' } = incoming
  const path = url.startsWith('/') ? url : pathOfUrl(url)
  incoming.url = path.includes('\\') ? path.replaceAll('\\', '%5C') : path
}

/** What follows the host, as it is written. */
function pathOfUrl(url: string): string {
  const match = /^https?:\/\/[^/?#]+(.*)$/i.exec(url)
  if (match === null || !URL.canParse(url)) return '/*'
  const [, path = ''] = match
  return path.startsWith('/') ? path : `/${path}`
}
/** The address that a connection came to, as a Host. */
export function socketHost(incoming: IncomingMessage): string {
  const { localAddress = '127.0.0.1', localPort = 80 } = incoming.socket
  const address = localAddress.replace(/^::ffff:/, '')
  return `${address.includes(':') ? `[${address}]` : address}:${localPort}`
}

const checkedHosts = new Map<string, boolean>()
let lastHost: string | undefined

/** Whether a text is `host` or `host:port`. Remembered: nearly every request names the same. */
export function isHostAndPort(text: string): boolean {
  if (text === lastHost) return true
  const isValid = checkedHosts.get(text) ?? checkHost(text)
  if (isValid) lastHost = text
  return isValid
}

function checkHost(text: string): boolean {
  const isValid = parseHost(text)
  if (checkedHosts.size >= 1_000) checkedHosts.clear()
  checkedHosts.set(text, isValid)
  return isValid
}

function parseHost(text: string): boolean {
  if (text.length > 260) return false
  const match =
    /^(?:([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?)|(\[[0-9A-Fa-f:.]+\]))(?::(\d{1,5}))?$/.exec(
      text,
    )
  if (match === null || Number(match[3] ?? 1) > 65_535) return false
  return URL.canParse(`http://${text}/`)
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
