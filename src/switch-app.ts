/**
 * The switch-side door: every route on one page.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'
import { healthRoutes, plainText } from './http/health.ts'
import { type BootstrapRouteDeps, bootstrapRoutes } from './http/switch/bootstrap.ts'
import { type DynconfigDeps, dynconfigRoutes } from './http/switch/dynconfig.ts'
import { type NodesDeps, nodesRoutes } from './http/switch/nodes.ts'
import { routeError } from './http/switch/route-error.ts'

export interface SwitchAppDeps extends Omit<DynconfigDeps, 'path'> {
  /** Of `/dynconfig`; undefined where no inventory is configured: it is not served then. */
  readonly path: string | undefined
  /** ZTPServer's routes; undefined where there is no data root. */
  readonly dataRoot: DataRootRoutes | undefined
}

export interface DataRootRoutes extends NodesDeps, BootstrapRouteDeps {}

type SwitchApp = Hono<{ Bindings: HttpBindings }>

export function createSwitchApp(deps: SwitchAppDeps): SwitchApp {
  const { path, dataRoot } = deps
  const app: SwitchApp = new Hono<{ Bindings: HttpBindings }>({ getPath: requestPath })
  if (path !== undefined) app.route('/', dynconfigRoutes({ ...deps, path }))
  app.route('/', healthRoutes())
  if (dataRoot !== undefined) mountDataRoot(app, dataRoot)
  return app
    .notFound((c) => {
      // a route for all methods beside the one for GET would cost every GET a chain of handlers
      if (c.req.path === path) {
        return plainText('Only GET and HEAD are possible here.', 405, { Allow: 'GET, HEAD' })
      }
      const line = 'There is nothing here.'
      return dataRoot === undefined ? plainText(line, 404) : routeError(404, line)
    })
    .onError((error, c) => {
      deps.log.error('a bug in ztpush', { error: error.stack ?? error.message })
      const line = 'The server made a mistake; its log says more.'
      return c.req.path === path ? plainText(line, 500) : routeError(500, line)
    })
}

/** ZTPServer's routes, in its own order. */
function mountDataRoot(app: SwitchApp, deps: DataRootRoutes): void {
  app.route('/', bootstrapRoutes(deps))
  app.route('/', nodesRoutes(deps))
}

/** The path of a request, from the request line itself: there is no need to look for it in a whole URL. */
function requestPath(request: Request, options?: { env?: HttpBindings }): string {
  const target = options?.env?.incoming.url ?? '/'
  if (target.includes('%')) return getPath(request)
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}
