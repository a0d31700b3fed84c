/** A root of one's own for programs, by namespaces: what they do there is gone with them. */
import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import { type Interpreter, newestInterpreter } from './interpreters.ts'

const setUp = join(import.meta.dirname, 'private-root.sh')

/** Not as root, one becomes root of a user namespace. */
const isRoot = process.getuid?.() === 0
const namespaces = ['--mount', '--pid', '--fork', '--kill-child', ...(isRoot ? [] : ['-r'])]
const entering = ['--mount', '--pid', ...(isRoot ? [] : ['--user', '--preserve-credentials'])]

const messageSchema = z.union([
  z.object({ pid: z.number() }),
  z.object({ syslog: z.string() }),
  z.object({ drained: z.literal(true) }),
])

/** What is in the root besides the machine's own `/usr` and `/etc`. */
export interface RootFurniture {
  /** `/usr/bin/python`. */
  readonly python: Interpreter
  /** `/usr/bin/arista-python`, and `/usr/bin/python3` with it. */
  readonly aristaPython?: Interpreter
  /** Names in `/usr/bin` whose calls come to `/run/fake-eos.sock`. */
  readonly programs: readonly string[]
  /** Below `/usr`; empty, and the only ones there that can be written to. */
  readonly cliPluginFolders: readonly string[]
  /** Of the file system at `/mnt/flash`, as `mount` takes it: `64k`, `512m`. */
  readonly flashSize: string
  /** Of the machine, to be seen read-only besides `/usr`, `/etc` and those of the Pythons. */
  readonly shownFolders?: readonly string[]
  /** False: there is no `/dev/log`. */
  readonly hasSyslog: boolean
  /** Gets each datagram sent to `/dev/log`. */
  onSyslog(datagram: Buffer): void
}

export class PrivateRoot {
  readonly #unshare: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #pid: number
  readonly #drains: EventEmitter

  private constructor(
    unshare: ChildProcessByStdio<Writable, Readable, Readable>,
    pid: number,
    drains: EventEmitter,
  ) {
    this.#unshare = unshare
    this.#pid = pid
    this.#drains = drains
  }

  /** Makes one. @throws when the machine does not allow it, with what it said */
  static async open(furniture: RootFurniture): Promise<PrivateRoot> {
    const mountPoint = mkdtempSync(join(tmpdir(), 'ztpush-eos-'))
    const { words, env } = setUpCommand(mountPoint, furniture)
    // In a session of its own: Ctrl-C at the terminal ends the tests, and they end this.
    const unshare = spawn('unshare', words, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env,
    })
    let said = ''
    unshare.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const drains = new EventEmitter()
    const pid = await new Promise<number>((resolve, reject) => {
      createInterface({ input: unshare.stdout }).on('line', (line) => {
        const message = messageSchema.parse(JSON.parse(line))
        if ('pid' in message) resolve(message.pid)
        else if ('syslog' in message) furniture.onSyslog(Buffer.from(message.syslog, 'latin1'))
        else drains.emit('drained')
      })
      unshare.on('error', reject)
      unshare.on('close', () => {
        // the set-up removes it as soon as it can; this is for one that did not get so far
        rmSync(mountPoint, { recursive: true, force: true })
        drains.emit('drained')
        reject(new Error(`no private root: ${said.trim()}`))
      })
    })
    return new PrivateRoot(unshare, pid, drains)
  }

  /** Where the outside finds a path of the root. Absolute links in it lead elsewhere. */
  path(inside: string): string {
    return join(`/proc/${this.#pid}/root`, inside)
  }

  /** Starts a program there. The process given is not the program itself: see `programOf`. */
  spawn(
    command: readonly string[],
    { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  ): ChildProcessByStdio<null, Readable, Readable> {
    // a shell changes the folder: not every nsenter can
    const inFolder = ['sh', '-c', 'cd "$0" && exec "$@"', cwd, ...command]
    const words = ['--target', String(this.#pid), ...entering, '--', ...inFolder]
    return spawn('nsenter', words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** Runs a program there to its end. @throws when it fails */
  runNow(...command: string[]): void {
    const words = ['--target', String(this.#pid), ...entering, '--', ...command]
    const { status, stderr } = spawnSync('nsenter', words, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
  }

  /** Resolves when every datagram sent to `/dev/log` so far has been given. */
  async drainSyslog(): Promise<void> {
    if (hasEnded(this.#unshare)) return
    const drained = once(this.#drains, 'drained')
    this.#unshare.stdin.write('drain\n')
    await drained
  }

  /** Ends every program there; nothing of the root is left. */
  async close(): Promise<void> {
    if (hasEnded(this.#unshare)) return
    const ended = once(this.#unshare, 'close')
    this.#unshare.stdin.end()
    await ended
  }
}

function setUpCommand(mountPoint: string, furniture: RootFurniture) {
  const { python, aristaPython, shownFolders = [] } = furniture
  const helper = newestInterpreter()
  const ofPythons = [python, aristaPython, helper].flatMap((one) => one?.folders ?? [])
  const folders = [...ofPythons, ...shownFolders].filter((path) => !/^\/(usr(\/|$)|$)/.test(path))
  const words = [
    ...[...namespaces, 'sh', setUp],
    ...[mountPoint, import.meta.dirname, helper.path, furniture.flashSize],
    ...(furniture.hasSyslog ? [] : ['without-syslog']),
    ...['--', ...new Set(folders)],
  ]
  const env = {
    PATH: process.env['PATH'],
    PYTHON: python.path,
    PYTHON_MAJOR: String(python.major),
    ARISTA_PYTHON: aristaPython?.path ?? '',
    PROGRAMS: furniture.programs.join(' '),
    CLI_PLUGIN_FOLDERS: furniture.cliPluginFolders.join(' '),
  }
  return { words, env }
}

/** Why this machine cannot have a private root, found out by trying; undefined when it can. */
export function privateRootImpossible(): string | undefined {
  const mountPoint = mkdtempSync(join(tmpdir(), 'ztpush-eos-'))
  try {
    const { words, env } = setUpCommand(mountPoint, {
      python: newestInterpreter(),
      programs: [],
      cliPluginFolders: ['/usr/lib/python2.7/site-packages/CliPlugin'],
      flashSize: '64k',
      hasSyslog: true,
      onSyslog: () => {},
    })
    // it ends at once, since its standard input does
    const tried = spawnSync('unshare', words, {
      input: '',
      encoding: 'utf8',
      env,
      timeout: 10_000,
      killSignal: 'SIGKILL',
    })
    if (tried.error !== undefined) return tried.error.message
    if (!tried.stdout.includes('"pid"')) return `no private root: ${tried.stderr.trim()}`
    const { error } = spawnSync('nsenter', ['--version'])
    return error?.message
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmSync(mountPoint, { recursive: true, force: true })
  }
}

/** The process id of the program that `spawn` has started; nothing before it is there and after its end. */
export function programOf(entrance: ChildProcess): number | undefined {
  if (hasEnded(entrance)) return undefined
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => parentOf(pid) === entrance.pid)
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // the name before it may have spaces and brackets
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

/** True when a process is over, or never began. */
export function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}
