/**
 * Requests that a server sends to itself, over real connections.
 * @module
 */
import { connect, type Socket } from 'node:net'
import type { Log } from '../ports.ts'
import { type FetchApp, listen } from './listener.ts'

/** Fewer than this may be chance. */
const fewestRefused = 10

/** What is asked, and until when. */
export interface OwnRequests {
  readonly path: string
  /** The header of each request that says who asks. */
  readonly headers: Iterable<readonly [name: string, value: string]>
  /** How many connections there are at a time. */
  readonly atOnce: number
  /** Ends it: the app is not asked any more, and no connection is left. */
  readonly signal: AbortSignal
  readonly log: Log
}

/**
 * Asks an app on a port of its own, which nobody else is told of, with a connection for each request; gives how many were answered with 200.
 * It ends when most are not.
 * @throws what `listen` says, where there is no such port to be had
 */
export async function askItself(app: FetchApp, requests: OwnRequests): Promise<number> {
  const { path, headers, atOnce, signal, log } = requests
  let answered = 0
  let refused = 0
  const isOver = () => signal.aborted || (refused >= fewestRefused && refused > answered)
  const guarded: FetchApp = {
    fetch: (request, env) =>
      isOver() ? new Response(null, { status: 503 }) : app.fetch(request, env),
  }
  const door = await listen(guarded, '127.0.0.1', 0, log)
  const { port } = door.address
  const connections = new Set<Socket>()
  const end = async () => {
    await door.close(0)
    // those that the door has never seen: a firewall may drop what goes to it
    for (const connection of connections) connection.destroy()
  }
  const waiting = headers[Symbol.iterator]()
  const askOne = async () => {
    const next = waiting.next()
    if (next.done === true) return false
    const isFine = await ask(port, path, next.value, connections)
    if (isFine) answered += 1
    else refused += 1
    return true
  }
  const askInTurn = async () => {
    while (!isOver() && (await askOne())) {}
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    await Promise.all(Array.from({ length: atOnce }, askInTurn))
  } finally {
    signal.removeEventListener('abort', end)
    await end()
  }
  return answered
}

/** Whether a request is answered with 200. */
function ask(
  port: number,
  path: string,
  [name, value]: readonly [string, string],
  connections: Set<Socket>,
) {
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `${name}: ${value}`,
    'Connection: close',
  ]
  return new Promise<boolean>((settle) => {
    const socket = connect({ host: '127.0.0.1', port })
    connections.add(socket)
    let isFine = false
    socket.once('connect', () => socket.write(`${head.join('\r\n')}\r\n\r\n`))
    socket.once('data', (first) => {
      isFine = first.toString('latin1', 0, 12) === 'HTTP/1.1 200'
    })
    socket.once('error', () => socket.destroy())
    socket.once('close', () => {
      connections.delete(socket)
      settle(isFine)
    })
    // the rest is not looked at, and would hold up the end
    socket.resume()
  })
}
