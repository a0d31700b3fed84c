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
import { askForToken } from './http/operator/ask-for-token.ts'
import { type EndpointDeps, endpointRoutes, methodsAt } from './http/operator/endpoint.ts'
import { type LiveUpdates, streamHeaders } from './http/operator/live-updates.ts'
import { type Metrics, metricsType } from './http/operator/metrics.ts'
import { openapiDocument } from './http/operator/openapi.ts'
import { loginRoutes } from './http/operator/pages/login-page.tsx'
import { messagePage, publicMessagePage } from './http/operator/pages/message-page.tsx'
import type { ShippedTexts } from './http/operator/pages/page-deps.ts'
import { isBrowser } from './http/operator/pages/page-response.tsx'
import { pageRoutes } from './http/operator/pages/page-routes.tsx'
import { webFiles } from './http/operator/pages/web-files.ts'
import { problemResponse } from './http/operator/problem-response.ts'
import { type ReadinessDeps, readinessRoutes } from './http/operator/readiness.ts'
import type { Log } from './ports.ts'

export interface OperatorAppDeps
  extends ReadinessDeps,
    ExplanationsApiDeps,
    PoolsApiDeps,
    TemplatesApiDeps,
    EndpointDeps {
  readonly access: Access
  readonly updates: LiveUpdates
  readonly metrics: Metrics
  readonly log: Log
  readonly version: string
  readonly shipped: ShippedTexts
  /** A command that asks for the configuration of a switch. */
  readonly example: string
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
    .use(guardBrowsers(access))
    .route('/', webFiles(deps.shipped))
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
    .route('/', pageRoutes({ ...deps, document }))
    .notFound((c) => {
      if (c.req.path.startsWith('/api/')) {
        const allowed = methodsAt(endpoints, c.req.path)
        if (allowed.length > 0) {
          const message = `possible here: ${allowed.join(', ')}`
          const headers = { Allow: allowed.join(', ') }
          return problemResponse(405, { code: 'request-path', message }, headers)
        }
        const message = 'there is no such endpoint'
        return problemResponse(404, { code: 'request-path', message })
      }
      if (!isBrowser(c)) return plainText('There is nothing here.', 404)
      return messagePage(deps, 404, { code: 'request-path', message: 'there is no such page' })
    })
    .onError((error, c) => {
      log.error('a bug in ztpush', { error: error.stack ?? error.message })
      const message = 'the server made a mistake; its log says more'
      const refusal = { code: 'internal-error', message }
      return isBrowser(c) ? publicMessagePage(500, refusal) : problemResponse(500, refusal)
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
