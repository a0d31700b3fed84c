/**
 * The operator-side door: every route on one page.
 * @module
 */
import { Hono } from 'hono'
import { healthRoutes, plainText } from './http/health.ts'
import { type ReadinessDeps, readinessRoutes } from './http/operator/readiness.ts'
import type { Log } from './ports.ts'

export type OperatorAppDeps = ReadinessDeps & { readonly log: Log }

export function createOperatorApp(deps: OperatorAppDeps): Hono {
  return new Hono()
    .route('/', healthRoutes())
    .route('/', readinessRoutes(deps))
    .notFound(() => plainText('There is nothing here.', 404))
    .onError((error) => {
      deps.log.error('a bug in ztpush', { error: error.stack ?? error.message })
      return plainText('The server made a mistake; its log says more.', 500)
    })
}
