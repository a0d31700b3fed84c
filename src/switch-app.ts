/**
 * The switch-side door: every route on one page.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { healthRoutes, plainText } from './http/health.ts'
import { type ActionsDeps, actionsRoutes } from './http/switch/actions.ts'
import { type BootstrapRouteDeps, bootstrapRoutes } from './http/switch/bootstrap.ts'
import { type DynconfigDeps, dynconfigRoutes } from './http/switch/dynconfig.ts'
import { filesRoutes } from './http/switch/files.ts'
import { type MetaDeps, metaRoutes } from './http/switch/meta.ts'
import { type NodeEventsDeps, nodeEventsRoutes } from './http/switch/node-events.ts'
import { type NodesDeps, nodesRoutes } from './http/switch/nodes.ts'
import { routeError } from './http/switch/route-error.ts'

export interface SwitchAppDeps extends Omit<DynconfigDeps, 'path'> {
  /** Of `/dynconfig`; undefined where no inventory is configured: it is not served then. */
  readonly path: string | undefined
  /** ZTPServer's routes; undefined where there is no data root. */
  readonly dataRoot: DataRootRoutes | undefined
}

export interface DataRootRoutes
  extends NodesDeps,
    NodeEventsDeps,
    BootstrapRouteDeps,
    ActionsDeps,
    MetaDeps {}

type SwitchApp = Hono<{ Bindings: HttpBindings }>

export function createSwitchApp(deps: SwitchAppDeps): SwitchApp {
  const { path, dataRoot } = deps
  const app: SwitchApp = new Hono<{ Bindings: HttpBindings }>({ getPath: requestPath(path) })
  if (path !== undefined) app.route('/', dynconfigRoutes({ ...deps, path }))
  app.route('/', healthRoutes())
  if (dataRoot !== undefined) mountDataRoot(app, dataRoot)
  return app
    .notFound((c) => {
      const requested = c.req.path
      // a route for all methods beside the one for GET would cost every GET a chain of handlers
      if (requested === path) return plainText(onlyGet, 405, allowGet)
      if (dataRoot === undefined) return plainText(nothingHere, 404)
      return /^\/(?:actions|files|meta|bootstrap)(?:\/|$)/.test(requested) && c.req.method !== 'GET'
        ? routeError(405, onlyGet, allowGet)
        : routeError(404, nothingHere)
    })
    .onError((error, c) => {
      deps.log.error('a bug in ztpush', { error: error.stack ?? error.message })
      const line = 'The server made a mistake; its log says more.'
      return c.req.path === path ? plainText(line, 500) : routeError(500, line)
    })
}

const onlyGet = 'Only GET and HEAD are possible here.'
const nothingHere = 'There is nothing here.'
const allowGet = { Allow: 'GET, HEAD' }

/** ZTPServer's routes, in its own order. */
function mountDataRoot(app: SwitchApp, deps: DataRootRoutes): void {
  app.route('/', bootstrapRoutes(deps))
  app.route('/', nodesRoutes(deps))
  app.route('/', nodeEventsRoutes(deps))
  app.route('/', actionsRoutes(deps))
  app.route('/', filesRoutes(deps))
  app.route('/', metaRoutes(deps))
}

/**
 * Gives the path of a request as it stands in the request line. A URL would lose what was asked for: it takes `%2e%2e` for `..` and goes up a
 * folder. For the path that nearly all ask for, it gives the one text that the router knows already.
 */
function requestPath(usual = '') {
  return (_request: Request, options?: { env?: HttpBindings }): string => {
    const target = options?.env?.incoming.url ?? '/'
    if (target === usual) return usual
    const query = target.indexOf('?')
    return query === -1 ? target : target.slice(0, query)
  }
}
