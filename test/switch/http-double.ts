/** A server that does as it is told, mostly wrong: for what a client must survive. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** One answer. Each ends its connection. */
export interface HttpStep {
  /** 200 when not said. */
  readonly status?: number
  /** `Content-Length` is added unless it is here: a wrong one is sent as it is. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Sent as `ETag`; with it, `Range` and `If-Range` are honoured. */
  readonly etag?: string
  /** Before the status line. */
  readonly delayMs?: number
  /** The connection ends after that many bytes of the body. */
  readonly cutAfter?: number
  /** The connection is reset where it would end; without `cutAfter`, before the status line. */
  readonly isReset?: boolean
  /** The body comes byte by byte. */
  readonly bytesPerSecond?: number
  /** HTTP/1.0 without a length: the end of the connection is that of the body. */
  readonly isWithoutLength?: boolean
  /** Nothing comes, ever. */
  readonly hangs?: boolean
}

/** A request as it came. */
export interface RecordedRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** One answer for all, answers one after the other (the last one stays), or an answer made of the request. */
export type HttpScript = HttpStep | readonly HttpStep[] | ((request: RecordedRequest) => HttpStep)

export class HttpDouble {
  /** In order, of all paths. */
  readonly requests: RecordedRequest[] = []
  readonly port: number
  readonly #server: Server
  readonly #scripts: Map<string, HttpScript>
  readonly #timesAsked = new Map<string, number>()

  private constructor(server: Server, port: number, scripts: Map<string, HttpScript>) {
    this.#server = server
    this.port = port
    this.#scripts = scripts
    server.on('request', (request: IncomingMessage) => {
      this.#serve(request).catch(() => request.socket.destroy())
    })
  }

  /** Listens on 127.0.0.1. Paths → what comes; the query may be left out. Any other path: 404. */
  static async open(
    scripts: Readonly<Record<string, HttpScript>>,
    { port = 0 } = {},
  ): Promise<HttpDouble> {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return new HttpDouble(server, address.port, new Map(Object.entries(scripts)))
  }

  /** `http://127.0.0.1:40123` */
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Requests for one path, the query left out. */
  requestsFor(path: string): RecordedRequest[] {
    return this.requests.filter((request) => request.path.split('?')[0] === path)
  }

  /** Gives a path another script. */
  replace(path: string, script: HttpScript): void {
    this.#scripts.set(path, script)
    this.#timesAsked.delete(path)
  }

  /** Ends it, and every connection. */
  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(incoming: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { method = '', url: path = '', headers } = incoming
    const request = { method, path, headers, body: Buffer.concat(chunks) }
    this.requests.push(request)
    await send(incoming.socket, request, this.#stepFor(request))
  }

  #stepFor(request: RecordedRequest): HttpStep {
    const [withoutQuery = ''] = request.path.split('?')
    const path = this.#scripts.has(request.path) ? request.path : withoutQuery
    const script = this.#scripts.get(path)
    const times = this.#timesAsked.get(path) ?? 0
    this.#timesAsked.set(path, times + 1)
    if (script === undefined) return notFound
    if (typeof script === 'function') return script(request)
    if (!isList(script)) return script
    return script[Math.min(times, script.length - 1)] ?? notFound
  }
}

const notFound: HttpStep = {
  status: 404,
  headers: { 'Content-Type': 'text/html' },
  body: 'not found',
}

function isList(script: HttpStep | readonly HttpStep[]): script is readonly HttpStep[] {
  return Array.isArray(script)
}

async function send(socket: Socket, request: RecordedRequest, step: HttpStep): Promise<void> {
  if (step.delayMs !== undefined) await delay(step.delayMs, undefined, { ref: false })
  if (step.hangs === true) return
  const end = () => (step.isReset === true ? socket.resetAndDestroy() : socket.end())
  if (step.isReset === true && step.cutAfter === undefined) return void end()

  const { status, headers, body } = ranged(request, step)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const version = step.isWithoutLength === true ? '1.0' : '1.1'
  const statusLine = `HTTP/${version} ${status} ${STATUS_CODES[status] ?? 'Odd'}\r\n`
  socket.write(`${statusLine}${lines.join('')}Connection: close\r\n\r\n`)
  const sent = request.method === 'HEAD' ? body.subarray(0, 0) : body.subarray(0, step.cutAfter)
  if (step.bytesPerSecond === undefined) {
    // what is still in the socket would be lost by a reset
    await new Promise((resolve) => socket.write(sent, resolve))
  } else {
    for (const byte of sent) {
      if (socket.destroyed) return
      socket.write(Uint8Array.of(byte))
      await delay(1000 / step.bytesPerSecond, undefined, { ref: false })
    }
  }
  end()
}

/** What is sent of a step, given the part that was asked for. */
function ranged(request: RecordedRequest, step: HttpStep) {
  const body = Buffer.from(step.body ?? '')
  const status = step.status ?? 200
  const own = { ...(step.etag !== undefined && { ETag: step.etag, 'Accept-Ranges': 'bytes' }) }
  const withLength = (bytes: Buffer) => ({
    ...own,
    ...(step.isWithoutLength !== true && { 'Content-Length': String(bytes.length) }),
    ...step.headers,
  })
  const [, first] = /^bytes=(\d+)-$/.exec(String(request.headers['range'] ?? '')) ?? []
  const ifRange = request.headers['if-range'] ?? step.etag
  if (step.etag === undefined || first === undefined || status !== 200 || ifRange !== step.etag) {
    return { status, headers: withLength(body), body }
  }
  const from = Number(first)
  if (from >= body.length) {
    const none = body.subarray(0, 0)
    const headers = { ...withLength(none), 'Content-Range': `bytes */${body.length}` }
    return { status: 416, headers, body: none }
  }
  const part = body.subarray(from)
  const range = `bytes ${from}-${body.length - 1}/${body.length}`
  return { status: 206, headers: { ...withLength(part), 'Content-Range': range }, body: part }
}
