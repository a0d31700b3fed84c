/** Two network namespaces with one cable between them: servers at one end, a switch at the other. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)
const client = join(import.meta.dirname, 'eos-dhcp-client.py')
const startTimeoutMs = 15_000
const stopTimeoutMs = 5_000
/** Below the time limit of a test, so that the test says what the switch was waiting for. */
const bootTimeoutMs = 18_000

/**
 * Runs when its standard input ends: when the lab is closed, and also when the test process is
 * killed before it can. It ends what still runs in the namespaces; only the lab starts anything there.
 */
const cleanUp = `
cat
folder=$1; shift
for namespace; do
  [ -e "/run/netns/$namespace" ] || continue
  ip netns pids "$namespace" | xargs -r kill -KILL 2>/dev/null
  ip netns delete "$namespace" || failed=1
done
rm -rf "$folder"
exit \${failed:-0}
`

/** The server's end of the cable. */
export const serverInterface = 'lab0'
export const serverAddress = '10.34.0.254'
/** The MAC of the switch's port, which is not its system MAC. */
export const portMac = '52:54:00:9d:bd:75'
const switchInterface = 'ma1'

/** What a switch is before it boots. */
export interface SwitchAtBoot {
  readonly systemMac: string
  /** Option 60. */
  readonly vendorClass: string
  /** Option 61 in hex; the six bytes of the system MAC when not given, as EOS does. */
  readonly clientId?: string
}

const bootSchema = z.object({
  chaddr: z.string(),
  address: z.string(),
  /** Option 67 of the ACK. */
  bootfile: z.string().nullable(),
  /** The BOOTP header's file field. */
  fileField: z.string(),
  /** All options of the ACK, in hex. */
  options: z.record(z.string(), z.string()),
  /** The answer to the GET of the bootfile. */
  http: z
    .object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.string() })
    .nullable(),
})

/** How far a switch got. */
export type Boot = z.infer<typeof bootSchema>

/** Where and how a program runs. */
export interface Surroundings {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

interface Daemon {
  readonly name: string
  readonly process: ChildProcess
  /** All that it has logged so far. */
  output: string
  /** Has an event `change` whenever it logs and when it ends. */
  readonly life: EventEmitter
}

export class DhcpLab {
  readonly #name = `ztpush-${process.pid}-${randomBytes(3).toString('hex')}`
  readonly #servers = `${this.#name}-servers`
  readonly #switch = `${this.#name}-switch`
  readonly #daemons: Daemon[] = []
  readonly #cleanups: (() => Promise<unknown>)[] = []
  readonly #closed = new AbortController()

  /** Makes the namespaces and the cable; gives a folder that is removed with them. */
  async open(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'ztpush-dhcp-'))
    // In a session of its own: Ctrl-C at the terminal ends the tests, not this.
    const janitor = spawn('sh', ['-c', cleanUp, 'janitor', folder, this.#servers, this.#switch], {
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    this.#cleanups.push(() => dismiss(janitor))
    await ip('netns', 'add', this.#servers)
    await ip('netns', 'add', this.#switch)
    const near = ['-n', this.#servers]
    const far = ['-n', this.#switch]
    const peer = ['name', switchInterface, 'address', portMac, 'netns', this.#switch]
    await ip(...near, 'link', 'add', serverInterface, 'type', 'veth', 'peer', ...peer)
    await ip(...near, 'address', 'add', `${serverAddress}/24`, 'dev', serverInterface)
    await ip(...near, 'link', 'set', serverInterface, 'up')
    await ip(...far, 'link', 'set', switchInterface, 'up')
    return folder
  }

  /** Starts a program at the servers' end; resolves when its log has `readyLine`. */
  async startUntilLogged(
    readyLine: string,
    command: readonly string[],
    surroundings: Surroundings,
  ): Promise<void> {
    const daemon = this.#start(command, surroundings)
    const signal = AbortSignal.timeout(startTimeoutMs)
    while (!daemon.output.includes(readyLine)) {
      if (hasEnded(daemon.process)) throw new Error(`it ended: ${described(daemon)}`)
      await once(daemon.life, 'change', { signal }).catch(() => {
        throw new Error(`it did not log "${readyLine}": ${described(daemon)}`)
      })
    }
  }

  /** Starts a program at the servers' end; resolves when it listens on the TCP port. */
  async startUntilListening(
    port: number,
    command: readonly string[],
    surroundings: Surroundings,
  ): Promise<void> {
    const daemon = this.#start(command, surroundings)
    const giveUpAt = Date.now() + startTimeoutMs
    // The kernel has no event for "somebody else listens now", so this looks again and again.
    while (!(await listens(daemon, port))) {
      if (hasEnded(daemon.process)) throw new Error(`it ended: ${described(daemon)}`)
      if (Date.now() > giveUpAt) throw new Error(`it does not listen: ${described(daemon)}`)
      await delay(20)
    }
  }

  /** Lets a switch boot at the other end. */
  async boot(atBoot: SwitchAtBoot): Promise<Boot> {
    const identity = ['--system-mac', atBoot.systemMac, '--vendor-class', atBoot.vendorClass]
    const clientId = atBoot.clientId === undefined ? [] : ['--client-id', atBoot.clientId]
    const inside = ['netns', 'exec', this.#switch, 'python3', client]
    const { stdout } = await run(
      'ip',
      [...inside, '--interface', switchInterface, ...identity, ...clientId],
      { timeout: bootTimeoutMs, signal: this.#closed.signal },
    )
    return bootSchema.parse(JSON.parse(stdout))
  }

  /** What the programs have logged, for a test that failed. */
  log(): string {
    return this.#daemons.map(described).join('\n')
  }

  /** Ends what was started and removes what was made, last first, however far `open` got. */
  async close(): Promise<void> {
    this.#closed.abort()
    const failures: unknown[] = []
    for (const cleanup of this.#cleanups.splice(0).reverse()) {
      await cleanup().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, `${this.#name} left something`)
  }

  #start(command: readonly string[], surroundings: Surroundings): Daemon {
    this.#closed.signal.throwIfAborted()
    // "ip netns exec" becomes the program: its process id is the program's.
    const child = spawn('ip', ['netns', 'exec', this.#servers, ...command], {
      ...surroundings,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const life = new EventEmitter()
    const daemon: Daemon = { name: command.join(' '), process: child, output: '', life }
    const keep = (text: string): void => {
      daemon.output += text
      life.emit('change')
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.on('error', (error) => keep(String(error)))
    child.on('close', () => life.emit('change'))
    this.#daemons.push(daemon)
    this.#cleanups.push(() => stop(child))
    return daemon
  }
}

async function ip(...words: string[]): Promise<void> {
  await run('ip', words)
}

/** The kernel's list of TCP sockets in the daemon's namespace has the port in state LISTEN (0A). */
async function listens({ process: { pid } }: Daemon, port: number): Promise<boolean> {
  const sockets = await readFile(`/proc/${pid}/net/tcp`, 'latin1').catch(() => '')
  const address = Buffer.from(serverAddress.split('.').map(Number)).reverse().toString('hex')
  const local = `${address}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
  return sockets.split('\n').some((line) => line.includes(`: ${local} 00000000:0000 0A `))
}

async function dismiss(janitor: ChildProcess): Promise<void> {
  const ended = once(janitor, 'exit')
  janitor.stdin?.end()
  const [code] = await ended
  if (code !== 0) throw new Error(`a network namespace is left: see "ip netns list"`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = new AbortController()
  const kill = delay(stopTimeoutMs, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => false,
  )
  await ended
  patience.abort()
  await kill
}

function described(daemon: Daemon): string {
  return `${daemon.name}\n${daemon.output}`
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}
