/**
 * The operator-side door: every route on one page.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono, type MiddlewareHandler } from 'hono'
import { healthRoutes, plainText } from './http/health.ts'
import { type Access, guardBrowsers, secureHeaders } from './http/operator/access.ts'
import { type ExplanationsApiDeps, explanationsApi } from './http/operator/api/explanations.ts'
import { type PoolsApiDeps, poolsApi } from './http/operator/api/pools.ts'
import { switchesApi } from './http/operator/api/switches.ts'
import { type TemplatesApiDeps, templatesApi } from './http/operator/api/templates.ts'
import { type EndpointDeps, endpointRoutes } from './http/operator/endpoint.ts'
import { type LiveUpdates, streamHeaders } from './http/operator/live-updates.ts'
import { type Metrics, metricsType } from './http/operator/metrics.ts'
import { openapiDocument } from './http/operator/openapi.ts'
import type { ShownDocument } from './http/operator/pages/docs-page.tsx'
import { loginRoutes } from './http/operator/pages/login-routes.tsx'
import { errorPage, wantsPage } from './http/operator/pages/page-response.tsx'
import { type PagesDeps, pageRoutes } from './http/operator/pages/page-routes.tsx'
import { problemResponse } from './http/operator/problem-response.ts'
import { type ReadinessDeps, readinessRoutes } from './http/operator/readiness.ts'
import { staticFiles } from './http/operator/static-files.ts'
import type { Log } from './ports.ts'

export interface OperatorAppDeps
  extends ReadinessDeps,
    ExplanationsApiDeps,
    PoolsApiDeps,
    TemplatesApiDeps,
    PagesDeps,
    EndpointDeps {
  readonly access: Access
  readonly updates: LiveUpdates
  readonly metrics: Metrics
  /** What pages load, by name. */
  readonly web: ReadonlyMap<string, string>
  readonly log: Log
  readonly version: string
}

type OperatorApp = Hono<{ Bindings: HttpBindings }>

export function createOperatorApp(deps: OperatorAppDeps): OperatorApp {
  const { access, updates, metrics, version, log } = deps
  const endpoints = [
    ...switchesApi(deps),
    ...explanationsApi(deps),
    ...poolsApi(deps),
    ...templatesApi(deps),
  ]
  const document = openapiDocument(endpoints, version)
  return new Hono<{ Bindings: HttpBindings }>()
    .use(addSecureHeaders)
    .route('/', healthRoutes())
    .route('/', readinessRoutes(deps))
    .route('/', staticFiles(deps.web))
    .use(guardBrowsers(access))
    .route('/', loginRoutes(access))
    .use(askForToken(access))
    .get('/metrics', async () => {
      const headers = { 'Content-Type': metricsType, 'Cache-Control': 'no-store' }
      return new Response(await metrics.text(), { headers })
    })
    .get('/openapi.json', (c) => c.json(document))
    .get('/api/v1/events', (c) => {
      const { incoming, outgoing } = c.env
      // HEAD looks at the headers alone, and would wait for the end of a stream that has none
      if (incoming.method === 'HEAD') return new Response(null, { headers: streamHeaders })
      if (updates.attach(incoming, outgoing)) return RESPONSE_ALREADY_SENT
      const message = 'there are too many listeners'
      return problemResponse(503, { code: 'operator-listeners', message })
    })
    .route('/', endpointRoutes(deps, endpoints))
    .use(countPages(deps))
    .route('/', pageRoutes(deps, document as ShownDocument))
    .notFound((c) =>
      c.req.path.startsWith('/api/')
        ? problemResponse(404, { code: 'request-path', message: 'there is no such endpoint' })
        : wantsPage(c.req.header('Accept'))
          ? errorPage(404, 'Not found', 'There is nothing here.', deps.guarded)
          : plainText('There is nothing here.', 404),
    )
    .onError((error, c) => {
      log.error('a bug in ztpush', { error: error.stack ?? error.message })
      const message = 'the server made a mistake; its log says more'
      if (wantsPage(c.req.header('Accept')))
        return errorPage(500, 'A mistake', message, deps.guarded)
      return problemResponse(500, { code: 'internal-error', message })
    })
}

const addSecureHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  if (c.res.headers === undefined) return
  for (const [name, value] of Object.entries(secureHeaders)) c.res.headers.set(name, value)
}

/** Pages are one route of the metrics; the API's endpoints count themselves. */
function countPages({ meter, clock }: EndpointDeps): MiddlewareHandler {
  const counts = meter.route('page')
  return async (c, next) => {
    const started = clock.monotonic()
    await next()
    counts.count(c.res.status, clock.monotonic() - started)
  }
}

function askForToken(access: Access): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    if (access.allows(c)) {
      await next()
      return undefined
    }
    if (access.mustWait(c)) {
      const message = 'too many wrong tokens came from there'
      const refusal = { code: 'operator-attempts', message, fix: 'wait a minute' }
      return problemResponse(429, refusal, { 'Retry-After': '60' })
    }
    if (c.req.method === 'GET' && wantsPage(c.req.header('Accept'))) {
      const { pathname, search } = new URL(c.req.url)
      return c.redirect(`/login?then=${encodeURIComponent(pathname + search)}`, 303)
    }
    const message = 'a token is asked for here'
    const fix = 'send Authorization: Bearer TOKEN, with the [operator] token of the server'
    const challenge = { 'WWW-Authenticate': 'Bearer realm="ztpush"' }
    return problemResponse(401, { code: 'operator-token', message, fix }, challenge)
  }
}
