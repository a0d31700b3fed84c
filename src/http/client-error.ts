/**
 * What the HTTP parser refuses is no request yet, so no route is asked; the client gets a line that says why all the same.
 * @module
 */
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '../ports.ts'

/** An error of Node's parser or of its time limits. */
interface ClientError extends Error {
  readonly code?: string
  /** The parser's own words; it has a fixed set of them and repeats nothing of the request. */
  readonly reason?: string
  /** What the parser was reading. */
  readonly rawPacket?: Buffer
}

const refusals = new Map<string, readonly [status: string, line: string]>([
  [
    'HPE_HEADER_OVERFLOW',
    ['431 Request Header Fields Too Large', 'The headers are larger than 16 kB.'],
  ],
  [
    'HPE_CHUNK_EXTENSIONS_OVERFLOW',
    ['413 Payload Too Large', 'The chunk extensions are too long.'],
  ],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['408 Request Timeout', 'The request did not arrive in time.']],
])

/** The answer that waits behind all others on a connection where requests came before the answers to those ahead of them. */
const waitingAnswer: unique symbol = Symbol('the last answer that waits')

/**
 * A connection with the answers that are under way on it. To note every answer at its socket would keep it alive for as long as the socket
 * is, and in a storm of connections the collector would have several times the work.
 */
type AnsweringSocket = Socket & {
  /** Node's own name for the answer that has the connection at this moment. */
  readonly _httpMessage?: ServerResponse | null
  [waitingAnswer]?: ServerResponse
}

/** To be called for each request, so that {@link answerClientErrors} does not write ahead of an answer that waits. */
export function noteAnswer(socket: AnsweringSocket, outgoing: ServerResponse): void {
  if (outgoing.socket === null) socket[waitingAnswer] = outgoing
}

/** One line a second: whoever sends nonsense can send a lot of it. */
const quietMs = 1_000
/** For the client to read the answer; closing at once would reset a connection on which it still sends. */
const lingerMs = 1_000

/** Answers what is no request, or did not arrive in time: one line of `text/html`, and the connection ends. */
export function answerClientErrors(server: Server, log: Log): void {
  const tell = refusalTeller(log)
  server.on('clientError', (error: ClientError, socket: AnsweringSocket) => {
    // what still arrives behind the refused part is not looked at
    if (socket.destroyed || socket.writableEnded) return
    const isLost = error.code === 'ECONNRESET' || error.code === 'EPIPE' || !socket.writable
    if (isLost || isAnswering(socket)) {
      socket.destroy()
      return
    }
    const [status, line] = refusalOf(error)
    tell(socket, status, line)
    socket.end(answerText(status, line))
    setTimeout(() => socket.destroy(), lingerMs).unref()
  })
}

/** A request line that is one but for its method; Node's parser knows a fixed set of them. */
const otherMethod = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?\n/

function refusalOf({
  code = '',
  reason = 'it cannot be read',
  rawPacket,
}: ClientError): readonly [status: string, line: string] {
  const known = refusals.get(code)
  if (known !== undefined) return known
  if (code === 'HPE_INVALID_METHOD' && otherMethod.test(rawPacket?.toString('latin1') ?? '')) {
    // as for the methods that the parser knows: whatever the path, there is no such thing
    return ['404 Not Found', 'There is nothing here for such a method.']
  }
  return ['400 Bad Request', `The request is no HTTP: ${reason}.`]
}

/** Whether an answer has begun, or one waits for its turn: a second one would end up in the middle, or come ahead of its time. */
function isAnswering(socket: AnsweringSocket): boolean {
  const waiting = socket[waitingAnswer]
  return (
    socket._httpMessage?.headersSent === true ||
    (waiting !== undefined && !waiting.writableFinished)
  )
}

function answerText(status: string, line: string): string {
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${line.length + 1}`,
    'Cache-Control: no-store',
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${line}\n`
}

function refusalTeller(log: Log): (socket: Socket, status: string, line: string) => void {
  let quietUntil = Number.NEGATIVE_INFINITY
  let untold = 0
  return ({ remoteAddress = '' }, status, line) => {
    const now = performance.now()
    if (now < quietUntil) {
      untold++
      return
    }
    const more = untold === 0 ? {} : { untold }
    log.warn(`${remoteAddress}: ${line}`, { status: Number.parseInt(status, 10), ...more })
    quietUntil = now + quietMs
    untold = 0
  }
}
