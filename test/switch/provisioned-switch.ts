/**
 * The client on a fake switch against a server of scripted answers: all is well unless a test says
 * otherwise, and what came of it is told when both are gone again.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createFakeEos, type FakeEos, type FakeEosOptions } from './fake-eos.ts'
import { HttpDouble, type HttpScript, type HttpStep, type RecordedRequest } from './http-double.ts'
import type { RunningScript, ScriptResult } from './running-script.ts'

export const clientPath = new URL('../../switch/bootstrap', import.meta.url).pathname
const clientText = readFileSync(clientPath, 'utf8')

/** One boot; every part has a sound default. */
export interface Boot {
  /** The interpreter's path; the plain `python3` when not said. */
  readonly python?: string
  readonly eos?: FakeEosOptions
  readonly words?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** `/bootstrap/config`; its `client` is quick unless said. */
  readonly config?: Readonly<Record<string, unknown>>
  /** The `actions` of the definition; one that writes a startup-config when not said. */
  readonly entries?: readonly object[]
  /** Action → its Python. `configure` is there and writes a startup-config. */
  readonly actions?: Readonly<Record<string, string>>
  /** Served below `/files/`, with size and hash. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Answers of one's own, in place of others'. */
  readonly answers?: Readonly<Record<string, HttpScript>>
  /** What the client's text says → what it says here; besides `hurried`. */
  readonly rewrites?: Readonly<Record<string, string>>
  /** Files of the switch to be told, of those that are not on flash. */
  readonly tell?: readonly string[]
  /** What happens while it runs. */
  during?(running: RunningScript, eos: FakeEos, server: HttpDouble): Promise<unknown>
}

export interface BootResult extends ScriptResult {
  readonly eos: FakeEos
  /** Path below flash → content as text, a byte a character. */
  readonly flash: Readonly<Record<string, string>>
  /** Those asked for, as text; undefined when there is none. */
  readonly told: Readonly<Record<string, string | undefined>>
  readonly requests: readonly RecordedRequest[]
  /** `GET /bootstrap/config` and so on, in order. */
  readonly asked: readonly string[]
  readonly url: string
}

/** Waits of seconds that a test has not: before a retry, for eAPI, for LLDP. */
const hurried = { 'MAX_WAIT = 30': 'MAX_WAIT = 0.02', 'time.sleep(1)': 'time.sleep(0.01)' }

/** Quick, and without waits that a test does not ask for. */
export const quickClient = { timeout: 2, retries: 1, lldp_wait: 0 }

export const writesConfig = `def main(attributes):
    attributes.get("NODE").append_startup_config_lines(["hostname new"])
`

export const html = (status: number, body: string, headers = {}): HttpStep => ({
  status,
  body,
  headers: { 'Content-Type': 'text/html', ...headers },
})
export const json = (value: unknown, status = 200): HttpStep => ({
  status,
  body: typeof value === 'string' ? value : JSON.stringify(value),
  headers: { 'Content-Type': 'application/json' },
})
export const text = (body: string | Uint8Array, more: Partial<HttpStep> = {}): HttpStep => ({
  body,
  headers: { 'Content-Type': 'text/plain' },
  ...more,
})
export const python = (body: string | Uint8Array, more: Partial<HttpStep> = {}): HttpStep => ({
  body,
  headers: { 'Content-Type': 'text/x-python' },
  ...more,
})
/** What `/meta` says of a body. */
export const metaOf = (body: string | Uint8Array): HttpStep =>
  json({ size: Buffer.from(body).length, sha1: createHash('sha1').update(body).digest('hex') })

/** Boots a switch to the end of the run. */
export async function boot(options: Boot = {}): Promise<BootResult> {
  const eos = await createFakeEos({
    ...(options.python !== undefined && { python: options.python }),
    ...options.eos,
  })
  let server: HttpDouble | undefined
  try {
    server = await HttpDouble.open(answersOf(options))
    const script = clientFor(server.url, options.rewrites)
    const running = eos.start(script, options.words ?? [], { env: options.env ?? {} })
    const [result] = await Promise.all([running.result, options.during?.(running, eos, server)])
    return {
      ...result,
      eos,
      flash: flashText(eos),
      told: Object.fromEntries((options.tell ?? []).map((path) => [path, eos.file(path)])),
      requests: server.requests,
      asked: server.requests.map(({ method, path }) => `${method} ${path}`),
      url: server.url,
    }
  } finally {
    await eos.close()
    await server?.close()
  }
}

/** The client's text for a server, as that would give it. @throws when a text to rewrite is not there */
export function clientFor(url: string, rewrites: Readonly<Record<string, string>> = {}): string {
  let script = clientText.replaceAll('$SERVER', url)
  for (const [from, to] of Object.entries({ ...hurried, ...rewrites })) {
    if (!script.includes(from)) throw new Error(`the client does not say: ${from}`)
    script = script.replaceAll(from, to)
  }
  return script
}

/** Every answer of a server, by path. */
export function answersOf(options: Boot): Record<string, HttpScript> {
  const actions = { configure: writesConfig, ...options.actions }
  const of = (folder: string, kind: typeof text, bodies: Boot['files']) =>
    Object.entries(bodies ?? {}).flatMap(([name, body]): [string, HttpScript][] => [
      [`/${folder}/${name}`, kind(body, { etag: '"one"' })],
      [`/meta/${folder}/${name}`, metaOf(body)],
    ])
  return {
    '/bootstrap/config': json({ client: quickClient, logging: [], xmpp: {}, ...options.config }),
    '/nodes': html(201, '', { Location: '/nodes/SSJ17115134' }),
    '/nodes/SSJ17115134': json({
      name: 'test',
      actions: options.entries ?? [{ action: 'configure' }],
    }),
    ...Object.fromEntries([...of('actions', python, actions), ...of('files', text, options.files)]),
    ...options.answers,
  }
}

/** Every file of the flash as text, a byte a character. */
export function flashText(eos: FakeEos): Record<string, string> {
  const entries = [...eos.flash()].map(([path, bytes]) => [path, bytes.toString('latin1')])
  return Object.fromEntries(entries)
}
