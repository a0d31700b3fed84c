/**
 * Runs the real program for tests: temporary folders, `bin/ztpush` as a process, requests as bytes on the wire.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../bin/ztpush', import.meta.url))
const dropIn = fileURLToPath(new URL('../bin/ztps', import.meta.url))

/** A temporary folder with files: name → text, bytes, or anything else as JSON. */
export function makeFolder(files: Readonly<Record<string, unknown>>): {
  path: string
  remove(): void
} {
  const path = mkdtempSync(join(tmpdir(), 'ztpush-test-'))
  for (const [name, content] of Object.entries(files)) writeIn(path, name, content)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Writes one file of a folder; what is neither text nor bytes is written as JSON. */
export function writeIn(folder: string, name: string, content: unknown): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  const raw = typeof content === 'string' || content instanceof Uint8Array
  writeFileSync(path, raw ? content : JSON.stringify(content, null, 2))
}

/** What a command printed, and its exit code. */
export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `ztpush` with arguments to its end. */
export function runCommand(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return run(program, cwd, args, env)
}

/** Runs `ztps` with arguments to its end. */
export function runZtps(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return run(dropIn, cwd, args, env)
}

function run(
  script: string,
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [script, ...args], { cwd, env: { ...cleanEnv(), ...env } })
  return new Promise((resolve) => {
    const out = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      out.stderr += text
    })
    child.on('close', (code) => resolve({ code, ...out }))
  })
}

/** The environment without settings of whoever runs the tests. */
function cleanEnv(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^ZTP(?:USH|S)_/.test(name)),
  )
}

/** A server process. */
export interface RunningServer {
  readonly port: number
  readonly operatorPort: number
  readonly process: ChildProcess
  /** Everything printed so far, both streams. */
  output(): string
  /** Waits until the output matches. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<void>
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>
}

/** Starts `ztpush serve` in a folder on free ports, and waits until it listens. */
export async function startServer(
  cwd: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const [port, operatorPort] = await freePorts(2)
  if (port === undefined || operatorPort === undefined) throw new Error('no free ports')
  const child = spawn(
    process.execPath,
    [
      program,
      'serve',
      '--interface',
      '127.0.0.1',
      '--port',
      String(port),
      '--operator',
      `127.0.0.1:${operatorPort}`,
      ...args,
    ],
    { cwd, env: { ...cleanEnv(), ...env } },
  )
  let printed = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      resolve(code)
      for (const listener of listeners) listener()
    })
  })
  const waitFor = (pattern: RegExp, timeoutMs = 10_000): Promise<void> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer)
        listeners.delete(look)
        act()
      }
      const look = () => {
        if (pattern.test(printed)) finish(resolve)
        else if (child.exitCode !== null)
          finish(() => reject(new Error(`the server ended:\n${printed}`)))
      }
      const timer = setTimeout(
        () => finish(() => reject(new Error(`no ${pattern} in:\n${printed}`))),
        timeoutMs,
      )
      listeners.add(look)
      look()
    })
  await waitFor(/DHCP option 67/)
  return {
    port,
    operatorPort,
    process: child,
    output: () => printed,
    waitFor,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** Ports that nobody listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** An answer as it came over the wire. Header names in lower case. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** True when the server closed the connection behind it. */
  readonly closed: boolean
}

export type HeaderList = Readonly<Record<string, string | readonly string[]>>

/** Asks over a connection of its own, byte for byte as written here. */
export function ask(
  port: number,
  path: string,
  headers: HeaderList = {},
  { method = 'GET', host = `127.0.0.1:${port}`, version = '1.1' } = {},
): Promise<WireAnswer> {
  const lines = [`${method} ${path} HTTP/${version}`]
  if (host !== '') lines.push(`Host: ${host}`)
  for (const [name, value] of Object.entries(headers)) {
    for (const each of typeof value === 'string' ? [value] : value) lines.push(`${name}: ${each}`)
  }
  return askRaw(port, Buffer.from(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`, 'latin1'))
}

/** Sends bytes and reads until the server closes. */
export function askRaw(port: number, request: Uint8Array): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    const chunks: Buffer[] = []
    socket.setTimeout(15_000, () => socket.destroy(new Error('the server does not answer')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error) => (chunks.length > 0 ? finish() : reject(error)))
    socket.on('end', () => finish())
    const finish = () => {
      socket.destroy()
      resolve(parseAnswer(Buffer.concat(chunks)))
    }
  })
}

/** Reads one answer out of bytes. */
export function parseAnswer(bytes: Buffer): WireAnswer {
  const text = bytes.toString('latin1')
  const split = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, split).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const body = bytes
    .subarray(Buffer.byteLength(text.slice(0, split + 4), 'latin1'))
    .toString('utf8')
  return { status: Number(statusLine.split(' ')[1]), headers, body, closed: true }
}

/** Tries again until a check holds; the last failure is thrown after the time is over. */
export async function eventually(
  check: () => void | Promise<void>,
  timeoutMs = 5_000,
): Promise<void> {
  const end = Date.now() + timeoutMs
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Header set of EOS 4.24.0F on a vEOS, as captured. */
export function eosHeaders(systemMac: string): Record<string, string> {
  return {
    Accept: '*/*',
    'X-Arista-SystemMAC': systemMac,
    'X-Arista-ModelName': 'vEOS',
    'X-Arista-SoftwareVersion': '4.24.0F',
    'X-Arista-Architecture': 'i386',
  }
}
