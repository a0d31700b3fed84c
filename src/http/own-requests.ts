/**
 * Requests that a server sends to itself, over real connections.
 * @module
 */
import { connect } from 'node:net'
import type { Log } from '../ports.ts'
import { type FetchApp, listen } from './listener.ts'

/** What is asked, and until when. */
export interface OwnRequests {
  readonly path: string
  /** The header of each request that says who asks. */
  readonly headers: Iterable<readonly [name: string, value: string]>
  /** How many connections there are at a time. */
  readonly atOnce: number
  /** Ends it, and what is under way. */
  readonly signal: AbortSignal
  readonly log: Log
}

/**
 * Asks an app on a port of its own, which nobody else is told of, with a connection for each request. The first answer that is not 200 ends
 * it. Gives how many were 200.
 * @throws what `listen` says, where there is no such port to be had
 */
export async function askItself(app: FetchApp, requests: OwnRequests): Promise<number> {
  const { path, headers, atOnce, signal, log } = requests
  const door = await listen(app, '127.0.0.1', 0, log)
  const { port } = door.address
  const close = () => door.close(0)
  signal.addEventListener('abort', close, { once: true })
  const waiting = headers[Symbol.iterator]()
  let answered = 0
  let isRefused = false
  const askOne = async () => {
    const next = waiting.next()
    if (next.done === true) return false
    const isFine = await ask(port, path, next.value)
    if (isFine) answered += 1
    else isRefused = true
    return true
  }
  const askInTurn = async () => {
    while (!isRefused && !signal.aborted && (await askOne())) {}
  }
  // the first one alone: it may be the end of all
  await askOne()
  await Promise.all(Array.from({ length: atOnce }, askInTurn))
  signal.removeEventListener('abort', close)
  await close()
  return answered
}

/** Whether a request is answered with 200. */
function ask(port: number, path: string, [name, value]: readonly [string, string]) {
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `${name}: ${value}`,
    'Connection: close',
  ]
  return new Promise<boolean>((settle) => {
    const socket = connect({ host: '127.0.0.1', port })
    let isFine = false
    socket.once('connect', () => socket.write(`${head.join('\r\n')}\r\n\r\n`))
    socket.once('data', (first) => {
      isFine = first.toString('latin1', 0, 12) === 'HTTP/1.1 200'
    })
    socket.once('error', () => socket.destroy())
    socket.once('close', () => settle(isFine))
    // the rest is not looked at, and would hold up the end
    socket.resume()
  })
}
