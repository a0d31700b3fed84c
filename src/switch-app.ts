/**
 * The switch-side door: every route on one page.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'
import { healthRoutes, plainText } from './http/health.ts'
import { type DynconfigDeps, dynconfigRoutes } from './http/switch/dynconfig.ts'

export interface SwitchAppDeps extends Omit<DynconfigDeps, 'path'> {
  /** Of `/dynconfig`; undefined where no inventory is configured: it is not served then. */
  readonly path: string | undefined
}

export function createSwitchApp(deps: SwitchAppDeps): Hono<{ Bindings: HttpBindings }> {
  const { path } = deps
  const app = new Hono<{ Bindings: HttpBindings }>({ getPath: requestPath })
  if (path !== undefined) app.route('/', dynconfigRoutes({ ...deps, path }))
  return app
    .route('/', healthRoutes())
    .notFound((c) =>
      // a route for all methods beside the one for GET would cost every GET a chain of handlers
      c.req.path === path
        ? plainText('Only GET and HEAD are possible here.', 405, { Allow: 'GET, HEAD' })
        : plainText('There is nothing here.', 404),
    )
    .onError((error) => {
      deps.log.error('a bug in ztpush', { error: error.stack ?? error.message })
      return plainText('The server made a mistake; its log says more.', 500)
    })
}

/** The path of a request, from the request line itself: there is no need to look for it in a whole URL. */
function requestPath(request: Request, options?: { env?: HttpBindings }): string {
  const target = options?.env?.incoming.url ?? '/'
  if (target.includes('%')) return getPath(request)
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}
