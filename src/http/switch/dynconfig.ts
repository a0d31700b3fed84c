/**
 * `GET|HEAD /dynconfig`: the configuration of the switch that the headers name.
 * @module
 */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { type Identity, identityFromHeaders } from '../../core/identity.ts'
import { describeProblem, Problem } from '../../core/problem.ts'
import type { Clock, FaultLog, Live, Log, Snapshot } from '../../ports.ts'
import { askingFacts, locateSwitch, renderSwitch } from '../../provisioning/config-answer.ts'
import { ConfigCache } from '../../provisioning/config-cache.ts'
import { plainText } from '../health.ts'
import { socketHost } from '../listener.ts'

export interface DynconfigDeps {
  readonly snapshot: Live<Snapshot>
  readonly faults: FaultLog
  readonly log: Log
  readonly clock: Clock
  readonly path: string
  readonly defaultTemplate: string
  /** The server's URL as settings state it; undefined: the address that the request came to. */
  readonly serverUrl: string | undefined
}

type Env = { Bindings: HttpBindings }

/** An answer that can be given again: everything but the connection is decided. */
interface Answer {
  readonly status: number
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly init: ResponseInit
  readonly etag: string | undefined
  readonly switchName: string
  readonly problem: Problem | undefined
}

const cacheBytes = 128 * 1_048_576
/** Above this a text is kept as the bytes to send; below, making them anew each time is quicker. */
const bufferFrom = 4_096
const retryAfterSeconds = 30

export function dynconfigRoutes(deps: DynconfigDeps): Hono<Env> {
  const { path, snapshot, clock } = deps
  const cache = new ConfigCache<Answer>(cacheBytes)
  const routes = new Hono<Env>()

  routes.get(path, (c): Response | Promise<Response> => {
    const started = clock.monotonic()
    const { incoming } = c.env
    // once: a reload must not change the answer half-way
    const now = snapshot.current()
    const key = cacheKey(incoming)
    const known = cache.get(now.version, key)
    if (known !== undefined) return send(deps, c, known, started)
    const made = answer(deps, now, incoming)
    const remember = (result: Answer | Transient): Response => {
      if ('transient' in result) return send(deps, c, result.transient, started)
      // what names no known switch could fill the memory, and is quickly answered anew
      if (result.status === 400 || result.status === 404) return send(deps, c, result, started)
      cache.set(now.version, key, result, key.length + result.body.length + 500)
      return send(deps, c, result, started)
    }
    return made instanceof Promise ? made.then(remember) : remember(made)
  })

  routes.all(path, () =>
    plainText('Only GET and HEAD are possible here.', 405, { Allow: 'GET, HEAD' }),
  )
  return routes
}

/** An answer that another try could change. */
interface Transient {
  readonly transient: Answer
}

/** The headers that decide the answer, as they came. */
function cacheKey(incoming: IncomingMessage): string {
  const { headers } = incoming
  return `${headers['x-arista-systemmac']}\n${headers['x-arista-serial']}\n${headers['x-arista-modelname']}\n${headers['x-arista-softwareversion']}\n${headers['x-arista-architecture']}\n${headers['x-arista-hardwareversion']}\n${headers.host}\n${headers['x-arista-serialnumber']}\n${headers['x-arista-serialnum']}\n${headers['x-arista-tpmapi']}\n${headers['x-arista-tpmfwversion']}\n${headers['x-arista-secureztp']}`
}

function answer(
  deps: DynconfigDeps,
  snapshot: Snapshot,
  incoming: IncomingMessage,
): Answer | Transient | Promise<Answer | Transient> {
  const identity = identityFromHeaders(incoming.headers)
  if (identity instanceof Problem)
    return refusal(snapshot, 400, identity, '', howToAsk(deps, incoming, identity))
  const located = locateSwitch(snapshot, identity)
  if (located.kind === 'unknown') {
    return refusal(snapshot, 404, located.problem, '', 'This switch is not in the inventory.')
  }
  // not to be remembered: the file may be mended without a change of what is in force
  if (located.kind === 'unavailable')
    return unavailable(snapshot, located.problem, nameOf(identity), true)
  if (located.mismatch !== undefined) {
    deps.faults.note(located.mismatch)
    deps.log.warn(describeProblem(located.mismatch), { code: located.mismatch.code })
  }
  const serverUrl = deps.serverUrl ?? `http://${incoming.headers.host}`
  const { defaultTemplate } = deps
  const made = renderSwitch(snapshot, located.ordinal, askingFacts(identity), serverUrl, {
    defaultTemplate,
  })
  const finish = (result: Awaited<typeof made>): Answer | Transient =>
    result.kind === 'config'
      ? configuration(snapshot, result.text, result.switchName)
      : unavailable(
          snapshot,
          result.problem,
          nameOf(identity),
          result.kind === 'unavailable' && result.transient,
        )
  return made instanceof Promise ? made.then(finish) : finish(made)
}

function nameOf(identity: Identity): string {
  return identity.systemMac ?? identity.serialNumber ?? ''
}

function configuration(snapshot: Snapshot, text: string, switchName: string): Answer {
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`
  const body = text.length < bufferFrom ? text : Buffer.from(text)
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ETag: etag,
    'Cache-Control': 'no-store',
    'X-Ztpush-Revision': snapshot.revision,
  }
  return { status: 200, body, init: { status: 200, headers }, etag, switchName, problem: undefined }
}

function unavailable(
  snapshot: Snapshot,
  problem: Problem,
  id: string,
  transient: boolean,
): Answer | Transient {
  const line =
    'The configuration of this switch cannot be made at this moment; the server side knows why.'
  const headers = { 'Retry-After': String(retryAfterSeconds) }
  const answer = refusal(snapshot, 503, problem, problem.switch ?? id, line, headers)
  return transient ? { transient: answer } : answer
}

function refusal(
  snapshot: Snapshot,
  status: number,
  problem: Problem,
  switchName: string,
  line: string,
  more: Readonly<Record<string, string>> = {},
): Answer {
  const body = `${line}\n`
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Ztpush-Revision': snapshot.revision,
    ...more,
  }
  return { status, body, init: { status, headers }, etag: undefined, switchName, problem }
}

/** What to send instead; nothing of the request is repeated. */
function howToAsk(deps: DynconfigDeps, incoming: IncomingMessage, problem: Problem): string {
  const url = deps.serverUrl ?? `http://${socketHost(incoming)}`
  const reason =
    problem.code === 'identity-missing'
      ? 'The request names no switch'
      : `Bad request: ${problem.message}`
  return `${reason}. Try: curl -H 'X-Arista-SystemMAC: 52:54:00:00:11:11' ${url}${deps.path}`
}

function send(deps: DynconfigDeps, c: Context<Env>, answer: Answer, started: number): Response {
  const { incoming } = c.env
  const { problem, switchName } = answer
  const unchanged =
    answer.etag !== undefined && matches(incoming.headers['if-none-match'], answer.etag)
  const status = unchanged ? 304 : answer.status
  note(deps, incoming, answer, status, started)
  if (problem === undefined) deps.faults.clear(switchName)
  else if (status === 503) deps.faults.note(problem)
  if (!unchanged) return new Response(answer.body, answer.init)
  const {
    'Content-Type': _type,
    'Content-Length': _length,
    ...headers
  } = answer.init.headers as Record<string, string>
  return new Response(null, { status: 304, headers })
}

/** If-None-Match: `*`, or a list of tags; a weak tag matches its strong twin (RFC 9110, 13.1.2). */
function matches(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false
  if (condition.trim() === '*') return true
  return condition.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

function note(
  deps: DynconfigDeps,
  incoming: IncomingMessage,
  answer: Answer,
  status: number,
  started: number,
): void {
  const { problem, switchName } = answer
  const fields = {
    switch: switchName === '' ? undefined : switchName,
    from: incoming.socket.remoteAddress,
    method: incoming.method,
    route: deps.path,
    status,
    revision: deps.snapshot.current().revision,
    ms: Math.round((deps.clock.monotonic() - started) * 100) / 100,
  }
  if (problem === undefined)
    deps.log.info(status === 304 ? 'configuration unchanged' : 'configuration served', fields)
  else
    deps.log.warn('no configuration', {
      ...fields,
      code: problem.code,
      reason: describeProblem(problem),
    })
}
