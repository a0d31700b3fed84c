/** Takes mail for anybody, and remembers how it came. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import type { Certificate } from './certificate.ts'

/** What it asks of those who send; nothing when not said. */
export interface MailHostOptions {
  /** By `STARTTLS`, or from the first byte. */
  readonly tls?: 'starttls' | 'implicit'
  readonly certificate?: Certificate
  /** Name → password: `AUTH` is offered, and needed. With TLS, behind it only. */
  readonly users?: Readonly<Record<string, string>>
  /** `PLAIN LOGIN CRAM-MD5` when not said. */
  readonly mechanisms?: string
  /** `127.0.0.1` when not said. */
  readonly host?: string
  /** In place of what it would answer, by the beginning of the line, in lower case. */
  readonly answers?: Readonly<Record<string, string>>
}

/** One mail. */
export interface Delivery {
  /** Between the angle brackets of `MAIL FROM`. */
  readonly sender: string
  /** Between those of each `RCPT TO` that was taken, in order. */
  readonly receivers: readonly string[]
  /** As it was sent, headers and all; a byte a character, lines end in LF. */
  readonly message: string
  readonly isEncrypted: boolean
  readonly user: string | undefined
}

export interface MailHost {
  /** `127.0.0.1:40123` */
  readonly address: string
  readonly deliveries: readonly Delivery[]
  /** Of the deliveries, what was sent. */
  readonly messages: readonly string[]
  /** Each line of each client, but for the mails; `TLS` before those behind TLS. */
  readonly commands: readonly string[]
  close(): void
}

/** Starts a mail host on a free port. */
export async function startMailHost(options: MailHostOptions = {}): Promise<MailHost> {
  const deliveries: Delivery[] = []
  const commands: string[] = []
  const converse = (socket: Socket, isEncrypted: boolean) => {
    const conversation = new Conversation(socket, isEncrypted, options, deliveries, commands)
    conversation.listen()
    return conversation
  }
  const isImplicit = options.tls === 'implicit'
  const server = isImplicit
    ? createTlsServer({ ...options.certificate }, (socket) => converse(socket, true).greet())
    : createServer((socket) => converse(socket, false).greet())
  server.on('tlsClientError', () => {})
  const host = options.host ?? '127.0.0.1'
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    deliveries,
    get messages() {
      return deliveries.map(({ message }) => message)
    },
    commands,
    close: () => server.close(),
  }
}

/** Gives the answer to a line; nothing when there is none yet. */
type Taker = (line: string) => string | undefined

class Conversation {
  readonly #socket: Socket
  readonly #isEncrypted: boolean
  readonly #options: MailHostOptions
  readonly #deliveries: Delivery[]
  readonly #commands: string[]
  readonly #command: Taker = (line) => this.#answerTo(line)
  #take: Taker = this.#command
  #user: string | undefined
  #sender = ''
  #receivers: string[] = []

  constructor(
    socket: Socket,
    isEncrypted: boolean,
    options: MailHostOptions,
    deliveries: Delivery[],
    commands: string[],
  ) {
    this.#socket = socket
    this.#isEncrypted = isEncrypted
    this.#options = options
    this.#deliveries = deliveries
    this.#commands = commands
  }

  greet(): void {
    this.#socket.write('220 mail.example ESMTP\r\n')
  }

  listen(): void {
    let rest = ''
    this.#socket.on('error', () => {})
    this.#socket.setEncoding('latin1').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const answer = this.#take(line)
        if (answer !== undefined) this.#socket.write(`${answer}\r\n`)
        if (answer === goingOver) this.#encrypt()
        if (answer === goodbye) this.#socket.end()
      }
    })
  }

  #answerTo(line: string): string {
    this.#commands.push(this.#isEncrypted ? `TLS ${line}` : line)
    const { answers = {}, users, tls } = this.#options
    const start = Object.keys(answers).find((each) => line.toLowerCase().startsWith(each))
    if (start !== undefined) return answers[start] ?? ''
    const [verb = '', ...words] = line.split(' ')
    const address = /<(.*)>/.exec(line)?.[1] ?? ''
    switch (verb.toUpperCase()) {
      case 'EHLO':
        return this.#features()
      case 'STARTTLS':
        return tls === 'starttls' && !this.#isEncrypted ? goingOver : '503 5.5.1 not here'
      case 'AUTH':
        return this.#authenticate(words)
      case 'MAIL':
        this.#sender = address
        return users && !this.#user ? '530 5.7.0 Authentication required' : '250 2.1.0 fine'
      case 'RCPT':
        this.#receivers.push(address)
        return '250 2.1.5 fine'
      case 'DATA':
        this.#take = this.#mail()
        return '354 go on'
      case 'RSET':
        this.#receivers = []
        return '250 2.0.0 fine'
      case 'QUIT':
        return goodbye
      default:
        return '502 5.5.1 what?'
    }
  }

  #features(): string {
    const { users, tls, mechanisms = 'PLAIN LOGIN CRAM-MD5' } = this.#options
    const features = ['250-mail.example']
    if (tls === 'starttls' && !this.#isEncrypted) features.push('250-STARTTLS')
    if (users && (tls === undefined || this.#isEncrypted)) features.push(`250-AUTH ${mechanisms}`)
    return [...features, '250 8BITMIME'].join('\r\n')
  }

  #encrypt(): void {
    this.#socket.removeAllListeners('data')
    const socket = new TLSSocket(this.#socket, { isServer: true, ...this.#options.certificate })
    new Conversation(socket, true, this.#options, this.#deliveries, this.#commands).listen()
  }

  #mail(): Taker {
    const lines: string[] = []
    return (line) => {
      if (line !== '.') {
        lines.push(line.replace(/^\./, ''))
        return undefined
      }
      this.#deliveries.push({
        sender: this.#sender,
        receivers: this.#receivers,
        message: lines.join('\n'),
        isEncrypted: this.#isEncrypted,
        user: this.#user,
      })
      this.#receivers = []
      this.#take = this.#command
      return '250 2.0.0 taken'
    }
  }

  #authenticate([mechanism = '', first]: readonly string[]): string {
    switch (mechanism.toUpperCase()) {
      case 'PLAIN': {
        const check = (text: string) => {
          const [, user = '', said = ''] = text.split('\0')
          return this.#letIn(user, (password) => password === said)
        }
        return this.#answered('', first, check)
      }
      case 'LOGIN':
        return this.#answered('Username:', first, (user) =>
          this.#answered('Password:', undefined, (said) =>
            this.#letIn(user, (password) => password === said),
          ),
        )
      case 'CRAM-MD5':
        return this.#answered(challenge, undefined, (text) => {
          const [user = '', said] = text.split(' ')
          const digest = (password: string) =>
            createHmac('md5', password).update(challenge).digest('hex')
          return this.#letIn(user, (password) => digest(password) === said)
        })
      default:
        return '504 5.5.4 no such mechanism'
    }
  }

  /** Asks, unless the answer came with the command. */
  #answered(question: string, first: string | undefined, then: (text: string) => string): string {
    const decode = (line: string) => Buffer.from(line, 'base64').toString('utf8')
    if (first !== undefined) return then(decode(first))
    this.#take = (line) => {
      this.#take = this.#command
      return then(decode(line))
    }
    return `334 ${Buffer.from(question).toString('base64')}`
  }

  #letIn(user: string, isRight: (password: string) => boolean): string {
    const password = this.#options.users?.[user]
    if (password === undefined || !isRight(password)) {
      return '535 5.7.8 Authentication credentials invalid'
    }
    this.#user = user
    return '235 2.7.0 welcome'
  }
}

const goingOver = '220 2.0.0 go on'
const goodbye = '221 2.0.0 bye'
const challenge = '<1896.697170952@mail.example>'
