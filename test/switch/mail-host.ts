/** Takes mail for anybody. */
import { createServer } from 'node:net'

export interface MailHost {
  /** `127.0.0.1:40123` */
  readonly address: string
  /** Each message as it was sent, headers and all. */
  readonly messages: readonly string[]
  close(): void
}

/** Starts a mail host on a free port of 127.0.0.1. */
export async function startMailHost(): Promise<MailHost> {
  const messages: string[] = []
  const server = createServer((socket) => {
    let data: string[] | undefined
    let rest = ''
    socket.on('error', () => {})
    socket.setEncoding('utf8').write('220 mail\r\n')
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const command = line.toUpperCase()
        if (data === undefined) {
          if (command === 'DATA') data = []
          socket.write(command === 'DATA' ? '354 go on\r\n' : '250 fine\r\n')
          if (command === 'QUIT') socket.end()
        } else if (line === '.') {
          messages.push(data.join('\n'))
          data = undefined
          socket.write('250 fine\r\n')
        } else data.push(line)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { address: `127.0.0.1:${port}`, messages, close: () => server.close() }
}
