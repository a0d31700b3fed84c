/** A real XMPP server for tests, prosody, and somebody who listens in one of its rooms. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { makeFolder, writeIn } from '../running-server.ts'

/** The Python that Debian's slixmpp belongs to. */
export const pythonWithChat = '/usr/bin/python3'
const listener = new URL('chat-listener.py', import.meta.url).pathname

let impossible: { readonly reason: string | undefined } | undefined

/**
 * Why there can be no chat here, to skip tests with; undefined when there can. Prints it once.
 * @throws the reason under CI, where nothing may be skipped
 */
export function chatImpossible(): string | undefined {
  const isFirst = impossible === undefined
  impossible ??= { reason: missing() }
  const { reason } = impossible
  if (reason !== undefined && (process.env['CI'] ?? '') !== '') throw new Error(reason)
  if (reason !== undefined && isFirst) console.warn(`tests of XMPP are skipped: ${reason}`)
  return reason
}

function missing(): string | undefined {
  if (spawnSync('sh', ['-c', 'command -v prosody']).status !== 0) {
    return 'there is no prosody (apt-get install prosody)'
  }
  const { status } = spawnSync(pythonWithChat, ['-c', 'import slixmpp'])
  return status === 0
    ? undefined
    : `${pythonWithChat} has no slixmpp (apt-get install python3-slixmpp)`
}

const domain = 'lab.example'
const account = (password: string) => `return { ["password"] = "${password}" };\n`
const configuration = (folder: string, port: number) => `
run_as_root = true
daemonize = false
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
modules_enabled = { "saslauth", "roster", "disco", "presence", "message", "iq" }
modules_disabled = { "s2s" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
log = { info = "*console" }
VirtualHost "${domain}"
Component "conference.${domain}" "muc"
  muc_room_locking = false
`

const eventSchema = z.union([
  z.object({ nick: z.string(), text: z.string() }),
  z.object({ present: z.string() }),
])

export class ChatServer {
  readonly port: number
  readonly domain = domain
  /** What was said in the room so far. */
  readonly messages: { readonly nick: string; readonly text: string }[] = []
  readonly #server: ChildProcess
  readonly #listener: ChildProcess
  readonly #folder: { remove(): void }

  private constructor(
    port: number,
    server: ChildProcess,
    listening: ChildProcess,
    folder: { remove(): void },
  ) {
    this.port = port
    this.#server = server
    this.#listener = listening
    this.#folder = folder
  }

  /** Starts it, with `ztps` (password `secret`) as its user, and a listener in the room given. */
  static async open(room: string): Promise<ChatServer> {
    const port = await freePort()
    const accounts = `data/${domain.replace('.', '%2e')}/accounts`
    const folder = makeFolder({
      [`${accounts}/ztps.dat`]: account('secret'),
      [`${accounts}/listener.dat`]: account('listening'),
    })
    writeIn(folder.path, 'prosody.cfg.lua', configuration(folder.path, port))
    const words = ['--config', join(folder.path, 'prosody.cfg.lua'), '-F']
    const server = spawn('prosody', words, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    server.stdout.on('data', (text) => {
      said += text
    })
    server.stderr.on('data', (text) => {
      said += text
    })
    const jid = `listener@${domain}`
    try {
      await answers(server, port, () => said)
    } catch (error) {
      server.kill('SIGKILL')
      folder.remove()
      throw error
    }
    const listening = spawn(
      pythonWithChat,
      [listener, jid, 'listening', `${room}@conference.${domain}`, String(port)],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const chat = new ChatServer(port, server, listening, folder)
    try {
      await chat.#untilHeard(listening)
    } catch (error) {
      await chat.close()
      throw new Error(`no chat: ${said}`, { cause: error })
    }
    return chat
  }

  async #untilHeard(listening: ChildProcess): Promise<void> {
    const { stdout } = listening
    if (stdout === null) throw new Error('the listener has no output')
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: stdout }).on('line', (line) => {
        const event = eventSchema.parse(JSON.parse(line))
        if ('text' in event) this.messages.push(event)
        else if (event.present === 'listener') resolve()
      })
      listening.on('exit', () => reject(new Error('the listener has ended')))
      setTimeout(() => reject(new Error('the listener was not let in')), 10_000).unref()
    })
  }

  /** Ends both, and removes what they wrote. */
  async close(): Promise<void> {
    await ended(this.#listener, 'SIGKILL')
    await ended(this.#server, 'SIGTERM')
    this.#folder.remove()
  }
}

/** Waits until it accepts connections. */
async function answers(server: ChildProcess, port: number, said: () => string): Promise<void> {
  const deadline = performance.now() + 10_000
  while (performance.now() < deadline && server.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
    await delay(20)
  }
  throw new Error(`prosody does not listen: ${said()}`)
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  const tooLate = setTimeout(() => child.kill('SIGKILL'), 3_000)
  await exit
  clearTimeout(tooLate)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
