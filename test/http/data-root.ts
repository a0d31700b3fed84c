/**
 * A data root behind the real door, in a process of its own, and downloads as bytes.
 */
import { fork } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('data-root-server.mjs', import.meta.url))

export interface DataRootServer {
  readonly port: number
  /** Everything logged so far. */
  output(): string
  /** The longest stop of its event loop since this was asked last. */
  longestBlockMs(): Promise<number>
  /** How often it has a file open. */
  timesOpen(path: string): number
  stop(): Promise<void>
}

export async function startDataRoot(root: string, shipped: string): Promise<DataRootServer> {
  const child = fork(program, [root, shipped], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    ...(process.getuid?.() === 0 && withoutOverride),
  })
  let printed = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const message = <T>() => new Promise<T>((resolve) => child.once('message', resolve as () => void))
  const { port } = await message<{ port: number }>()
  return {
    port,
    output: () => printed,
    longestBlockMs: async () => {
      const coming = message<{ longestBlockMs: number }>()
      child.send('read')
      return (await coming).longestBlockMs
    },
    timesOpen: (path) => {
      const folder = `/proc/${child.pid}/fd`
      return readdirSync(folder).filter((fd) => linkTarget(`${folder}/${fd}`) === path).length
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve())
        child.kill()
      }),
  }
}

/** Root may read everything: the server runs without that right, as it does in the field. */
const withoutOverride = {
  execPath: 'setpriv',
  execArgv: ['--bounding-set=-dac_override,-dac_read_search', process.execPath],
}

/** It may be closed between two looks. */
function linkTarget(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}

/** An answer with its body as bytes. Header names in lower case. */
export interface Download {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

/** One request line and its headers, as they go out. */
export interface Request {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends requests through one connection, all at once, and gives the answers in order. The last one asks to close. */
export function downloadAll(port: number, requests: readonly Request[]): Promise<Download[]> {
  const texts = requests.map(({ path, method = 'GET', headers = {} }, at) => {
    const last = at === requests.length - 1
    const all = { Host: 'ztp', ...headers, Connection: last ? 'close' : 'keep-alive' }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
    return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
  })
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(texts.join(''), 'latin1'))
    socket.setTimeout(15_000, () => socket.destroy(new Error('the server does not answer')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('end', () => resolve(splitAnswers(Buffer.concat(chunks), requests)))
  })
}

/** One request over a connection of its own. */
export async function download(port: number, path: string, more: Omit<Request, 'path'> = {}) {
  const [answer] = await downloadAll(port, [{ path, ...more }])
  if (answer === undefined) throw new Error(`no answer to ${path}`)
  return answer
}

function splitAnswers(all: Buffer, requests: readonly Request[]): Download[] {
  let at = 0
  return requests.map(({ path, method }) => {
    const bodyAt = all.indexOf('\r\n\r\n', at) + 4
    if (bodyAt === 3) throw new Error(`no answer to ${path}`)
    const [first = '', ...lines] = all.toString('latin1', at, bodyAt - 4).split('\r\n')
    const pairs = lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })
    const headers: Record<string, string> = Object.fromEntries(pairs)
    const status = Number(first.split(' ')[1])
    const length =
      method === 'HEAD' || status === 304 ? 0 : Number(headers['content-length'] ?? Number.NaN)
    at = bodyAt + length
    return { status, headers, bytes: all.subarray(bodyAt, at) }
  })
}
