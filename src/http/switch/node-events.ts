/**
 * `POST /nodes/ID/events`: our bootstrap client tells how far it has come.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'
import type { NodeId } from '../../core/node-report.ts'
import { Problem } from '../../core/problem.ts'
import { maskText } from '../../core/secrets.ts'
import type { SwitchEventKind } from '../../core/switch-event.ts'
import type { Clock, Log, NodeStore } from '../../ports.ts'
import { readNodeBody } from './node-request.ts'
import { nodeIdOf } from './nodes.ts'
import { createObserver, type Observer, type ObserverDeps, roundedMs } from './observer.ts'
import { routeError } from './route-error.ts'

export interface NodeEventsDeps extends ObserverDeps {
  readonly store: NodeStore
  readonly log: Log
}

/** What a client may report, and the kind of event that it is. */
const kinds = {
  started: 'client-started',
  definition: 'client-definition',
  'action-started': 'action-started',
  'action-succeeded': 'action-succeeded',
  'action-failed': 'action-failed',
  done: 'client-done',
  failed: 'client-failed',
} as const satisfies Record<string, SwitchEventKind>

const reportSchema = z.object({
  event: z.enum(Object.keys(kinds) as [keyof typeof kinds, ...(keyof typeof kinds)[]]),
  action: z.string().max(256).optional(),
  message: z.string().max(2_048).optional(),
})

const maxBodyBytes = 16 * 1_024
/** A run with a hundred actions reports some two hundred times, within seconds when they do nothing. */
const burst = 500
const perSecond = 5

export function nodeEventsRoutes(deps: NodeEventsDeps): Hono<{ Bindings: HttpBindings }> {
  const observer = createObserver(deps, '/nodes/ID/events')
  const rates = new Rates(deps.clock)
  return new Hono<{ Bindings: HttpBindings }>().post('/nodes/:id/events', (c) =>
    postEvent(deps, observer, rates, c.env.incoming),
  )
}

async function postEvent(
  { store, log, clock }: NodeEventsDeps,
  observer: Observer,
  rates: Rates,
  incoming: IncomingMessage,
): Promise<Response> {
  const started = clock.monotonic()
  const id = nodeIdOf(incoming)
  const facts = (status: number) => ({
    switch: id,
    from: incoming.socket.remoteAddress,
    method: incoming.method,
    route: '/nodes/ID/events',
    status,
    ms: roundedMs(clock.monotonic() - started),
  })
  const refuse = (status: number, line: string): Response => {
    observer.count(status, clock.monotonic() - started)
    const who = id ?? incoming.socket.remoteAddress
    log.warn(`${who}: report refused: ${line}`, facts(status))
    return routeError(status, line, status === 429 ? { 'Retry-After': '10' } : {})
  }
  if (id === undefined) return refuse(400, 'the path names no node')
  const body = await readNodeBody(incoming, maxBodyBytes)
  if (typeof body === 'string') {
    const response = refuse(400, body)
    response.headers.set('Connection', 'close')
    return response
  }
  if (store.state(id) === 'absent') return refuse(404, 'there is no folder of this node')
  const report = readReport(body)
  if (report instanceof Problem) return refuse(400, report.message)
  if (!rates.take(id)) return refuse(429, 'too many reports')
  const { event, action, message } = report
  const kind = kinds[event]
  log[event === 'failed' || event === 'action-failed' ? 'warn' : 'info'](
    `${id}: client: ${event}${action === undefined ? '' : ` ${action}`}${message === undefined ? '' : `: ${maskText(message)}`}`,
    facts(204),
  )
  observer.note(
    incoming,
    { kind, status: 204, node: id, action, message },
    clock.monotonic() - started,
  )
  return new Response(null, { status: 204 })
}

function readReport(body: Uint8Array): z.infer<typeof reportSchema> | Problem {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return new Problem('node-report', 'the report is not JSON')
  }
  const parsed = reportSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = issue?.path.join('.') ?? ''
  const where = key === '' ? '' : `${key}: `
  return new Problem('node-report', `the report cannot be used: ${where}${issue?.message ?? ''}`)
}

/** How many reports each node may still make: a bucket that fills by itself. */
class Rates {
  private readonly buckets = new Map<NodeId, { left: number; at: number }>()
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  take(id: NodeId): boolean {
    const now = this.clock.monotonic()
    const bucket = this.buckets.get(id) ?? { left: burst, at: now }
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1_000) * perSecond)
    bucket.at = now
    // a bucket that has been full for long need not be kept
    if (this.buckets.size > 100_000) this.buckets.clear()
    this.buckets.set(id, bucket)
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }
}
