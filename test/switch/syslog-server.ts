/** A UDP syslog listener on the loopback addresses. */
import { createSocket, type Socket, type SocketType } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { parseSyslog, type SyslogMessage } from './recorded-syslog.ts'

export class SyslogServer {
  /** What has come in so far, of both address families. */
  readonly messages: (SyslogMessage & { readonly family: 4 | 6 })[] = []
  /** Where it listens: `127.0.0.1:40123`. */
  readonly address4: string
  /** `[::1]:40124`; undefined on a machine without IPv6. */
  readonly address6: string | undefined
  readonly #sockets: readonly Socket[]
  readonly #news = new EventEmitter()

  private constructor(socket4: Socket, socket6: Socket | undefined) {
    this.address4 = `127.0.0.1:${socket4.address().port}`
    this.address6 = socket6 && `[::1]:${socket6.address().port}`
    this.#sockets = socket6 === undefined ? [socket4] : [socket4, socket6]
    for (const [socket, family] of [[socket4, 4] as const, [socket6, 6] as const]) {
      socket?.on('message', (datagram) => {
        this.messages.push({ ...parseSyslog(datagram), family })
        this.#news.emit('message')
      })
    }
  }

  static async open(): Promise<SyslogServer> {
    const socket6 = await bound('udp6', '::1').catch(() => undefined)
    return new SyslogServer(await bound('udp4', '127.0.0.1'), socket6)
  }

  /** The first message that matches, as soon as there is one. */
  async waitFor(pattern: RegExp, timeoutMs = 5_000): Promise<SyslogMessage> {
    const signal = AbortSignal.timeout(timeoutMs)
    for (;;) {
      const found = this.messages.find(({ text }) => pattern.test(text))
      if (found !== undefined) return found
      await once(this.#news, 'message', { signal }).catch(() => {
        const texts = this.messages.map(({ text }) => text).join('\n')
        throw new Error(`no ${pattern} in:\n${texts}`)
      })
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
    )
  }
}

async function bound(type: SocketType, address: string): Promise<Socket> {
  const socket = createSocket(type)
  socket.bind(0, address)
  await once(socket, 'listening')
  return socket
}
