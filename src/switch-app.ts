/**
 * The switch-side door: every route on one page.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { healthRoutes, plainText } from './http/health.ts'
import { actionsRoutes } from './http/switch/actions.ts'
import { type DynconfigDeps, dynconfigRoutes } from './http/switch/dynconfig.ts'
import { filesRoutes } from './http/switch/files.ts'
import { metaRoutes } from './http/switch/meta.ts'
import { routeError } from './http/switch/route-error.ts'
import type { FileHashes } from './ports.ts'

/** A data root, and what stands in for files that it does not have. Folders are absolute. */
export interface DataRootDeps {
  readonly path: string
  /** The folder of the actions that we ship. */
  readonly shipped: string
  readonly hashes: FileHashes
}

export interface SwitchAppDeps extends DynconfigDeps {
  readonly dataRoot?: DataRootDeps | undefined
}

export function createSwitchApp(deps: SwitchAppDeps): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>({ getPath: requestPath })
    .route('/', dynconfigRoutes(deps))
    .route('/', healthRoutes())
  if (deps.dataRoot !== undefined) mountDataRoot(app, deps, deps.dataRoot)
  return app
    .notFound((c) => {
      const { path } = c.req
      // a route for all methods beside the one for GET would cost every GET a chain of handlers
      if (path === deps.path) return plainText(onlyGet, 405, allowGet)
      return deps.dataRoot !== undefined && /^\/(?:actions|files|meta)\//.test(path)
        ? routeError(405, onlyGet, allowGet)
        : plainText('There is nothing here.', 404)
    })
    .onError((error) => {
      deps.log.error('a bug in ztpush', { error: error.stack ?? error.message })
      return plainText('The server made a mistake; its log says more.', 500)
    })
}

const onlyGet = 'Only GET and HEAD are possible here.'
const allowGet = { Allow: 'GET, HEAD' }

function mountDataRoot(
  app: Hono<{ Bindings: HttpBindings }>,
  { log, clock }: SwitchAppDeps,
  { path: root, shipped, hashes }: DataRootDeps,
): void {
  app
    .route('/', actionsRoutes({ root, shipped, log, clock }))
    .route('/', filesRoutes({ root, log, clock }))
    .route('/', metaRoutes({ root, shipped, hashes, log, clock }))
}

/**
 * The path of a request as it stands in the request line. A URL would lose what was asked for: it takes `%2e%2e` for `..` and goes up a
 * folder.
 */
function requestPath(_request: Request, options?: { env?: HttpBindings }): string {
  const target = options?.env?.incoming.url ?? '/'
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}
