/**
 * One endpoint of the API, as a value: its schemas check what comes and what goes, and the OpenAPI document is made of them.
 * @module
 */
import { createHash } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'
import { Problem, type ProblemCode } from '../../core/problem.ts'
import type { Clock } from '../../ports.ts'
import { readBody } from '../body.ts'
import { matchesEtag } from '../etag.ts'
import type { RequestMeter } from '../request-meter.ts'
import type { OperatorContext } from './access.ts'
import { problemResponse } from './problem-response.ts'

/** What an endpoint is asked. */
export interface EndpointRequest<Query, Body> {
  /** The part of the path in braces. */
  readonly id: string
  readonly query: Query
  readonly body: Body
  /** The address that asks. */
  readonly from: string | undefined
}

export interface Endpoint {
  readonly method: 'get' | 'post'
  /** As OpenAPI writes it: `/api/v1/switches/{id}`. */
  readonly path: string
  readonly summary: string
  readonly description: string
  readonly query: z.ZodType | undefined
  readonly body: z.ZodType | undefined
  readonly reply: z.ZodType
  /** The statuses it refuses with, beside 400, 401 and 403. */
  readonly refusals: readonly number[]
  /** Writes the reply, where it is not just JSON in one line. */
  readonly text: (reply: never) => string
  readonly handle: (request: EndpointRequest<never, never>) => Promise<unknown>
}

/** What is stated of an endpoint; the types of its handler follow from its schemas. */
export interface EndpointOptions<
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
> {
  readonly summary: string
  readonly description?: string
  readonly query?: Query
  readonly body?: Body
  readonly reply: Reply
  readonly refusals?: readonly number[]
  readonly text?: (reply: z.output<Reply>) => string
  readonly handle: (
    request: EndpointRequest<z.output<Query>, z.output<Body>>,
  ) => Promise<z.input<Reply> | Problem>
}

export function endpoint<
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Reply extends z.ZodType = z.ZodType,
>(
  method: Endpoint['method'],
  path: string,
  options: EndpointOptions<Query, Body, Reply>,
): Endpoint {
  const { description = '', query, body, refusals = [], text = oneLine } = options
  const { summary, reply, handle } = options
  return { method, path, summary, description, query, body, reply, refusals, text, handle }
}

const maxBodyBytes = 32 * 1_048_576

export interface EndpointDeps {
  readonly clock: Clock
  readonly meter: RequestMeter
}

/** Mounts endpoints. */
export function endpointRoutes(
  deps: EndpointDeps,
  endpoints: readonly Endpoint[],
): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  for (const each of endpoints) {
    const path = each.path.replace(/\{(\w+)\}/g, ':$1')
    const counts = deps.meter.route(each.path)
    app.on(each.method.toUpperCase(), path, async (c) => {
      const started = deps.clock.monotonic()
      const response = await answer(each, c)
      counts.count(response.status, deps.clock.monotonic() - started)
      return response
    })
  }
  return app
}

/** What a path can be asked for, whatever is in the place of its ids. */
export function methodsAt(endpoints: readonly Endpoint[], path: string): readonly string[] {
  const methods = endpoints
    .filter((each) => {
      const parts = each.path.split('/')
      const given = path.split('/')
      return (
        parts.length === given.length &&
        parts.every((part, at) => (part.startsWith('{') ? given[at] !== '' : part === given[at]))
      )
    })
    .map(({ method }) => method)
  return [
    ...(methods.includes('get') ? ['GET', 'HEAD'] : []),
    ...(methods.includes('post') ? ['POST'] : []),
  ]
}

async function answer(each: Endpoint, c: OperatorContext): Promise<Response> {
  const query = each.query?.safeParse(c.req.query())
  if (query?.success === false) return invalid('the query', query.error)
  const read = each.body === undefined ? undefined : await readJson(c)
  if (read instanceof Response) return read
  const body = each.body?.safeParse(read)
  if (body?.success === false) return invalid('the body', body.error)
  const request = {
    id: c.req.param('id') ?? '',
    query: query?.data as never,
    body: body?.data as never,
    from: c.env.incoming.socket.remoteAddress,
  }
  const reply = await each.handle(request)
  if (reply instanceof Problem) return problemResponse(statusOf(reply.code), reply)
  const checked = each.reply.safeParse(reply)
  if (!checked.success) {
    throw new Error(`${each.method} ${each.path}: ${z.prettifyError(checked.error)}`)
  }
  return json(c, each.text(checked.data as never), isSecret(query?.data))
}

function oneLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** Secrets that were asked for are for who has asked, and for no cache. */
function isSecret(query: unknown): boolean {
  return (query as { readonly secrets?: unknown } | undefined)?.secrets === 'shown'
}

function json(c: OperatorContext, text: string, secret: boolean): Response {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  const caching = secret ? 'no-store' : 'no-cache'
  const headers = { ETag: etag, 'Cache-Control': caching, Vary: 'Authorization, Cookie' }
  if (c.req.method === 'GET' && matchesEtag(c.req.header('If-None-Match'), etag)) {
    return new Response(null, { status: 304, headers })
  }
  return new Response(text, { headers: { ...headers, 'Content-Type': 'application/json' } })
}

async function readJson(c: OperatorContext): Promise<unknown> {
  const type = c.req.header('Content-Type') ?? ''
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    const message = 'the body must be JSON'
    const fix = 'send Content-Type: application/json'
    return problemResponse(400, { code: 'request-invalid', message, fix })
  }
  const bytes = await readBody(c.env.incoming, maxBodyBytes)
  if (bytes === 'too-large') {
    const message = 'the body is larger than 32 MB'
    return problemResponse(413, { code: 'request-invalid', message }, { Connection: 'close' })
  }
  if (!(bytes instanceof Uint8Array)) {
    const message = 'the body ended before its length'
    return problemResponse(400, { code: 'request-invalid', message }, { Connection: 'close' })
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch {
    return problemResponse(400, { code: 'request-invalid', message: 'the body is not JSON' })
  }
}

function invalid(what: string, error: z.ZodError): Response {
  const [issue] = error.issues
  const key = issue?.path.join('.') ?? ''
  const where = key === '' ? what : `${key} of ${what}`
  const message = `${where} cannot be used: ${issue?.message ?? ''}`
  return problemResponse(400, {
    code: 'request-invalid',
    message,
    key: key === '' ? undefined : key,
  })
}

const statuses: Readonly<Partial<Record<ProblemCode, number>>> = {
  'switch-unknown': 404,
  'node-unknown': 404,
  'pool-missing': 404,
  'template-missing': 404,
  'pool-busy': 503,
  'request-invalid': 400,
  'node-report': 400,
}

/** What operators wrote can be in conflict with what is asked for; there is no status that says it better. */
function statusOf(code: ProblemCode): number {
  return statuses[code] ?? 409
}
