/**
 * `GET|HEAD /meta/{actions|files|nodes}/PATH`: size and SHA-1 of what a GET of the file gives.
 * @module
 */
import { join } from 'node:path'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { FileHashes } from '../../ports.ts'
import { actionPaths } from './actions.ts'
import {
  beginRequest,
  type FileRequestDeps,
  fileRoute,
  firstPresent,
  isFault,
  readFileName,
  readFilePath,
} from './file-request.ts'

export interface MetaDeps extends FileRequestDeps {
  /** The data root, absolute. */
  readonly root: string
  /** The folder of the actions that we ship, absolute. It may be missing. */
  readonly shipped: string
  readonly hashes: FileHashes
}

const prefix = '/meta/'
const missing = 'There is no such file.'

export function metaRoutes(deps: MetaDeps): Hono<{ Bindings: HttpBindings }> {
  const route = fileRoute(deps, '/meta')
  return new Hono<{ Bindings: HttpBindings }>().get(`${prefix}*`, async (c) => {
    const request = beginRequest(route, c.env.incoming)
    const paths = candidatePaths(deps, c.req.path.slice(prefix.length))
    if (paths === undefined) return request.refusedPath(missing)
    const found = await firstPresent(paths, (path) => deps.hashes.hash(path))
    if (isFault(found)) return request.refused(missing, 'file-missing', found)
    const { size, sha1 } = found
    const body = JSON.stringify({ size, sha1 })
    request.answered('meta served', 200)
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      'Cache-Control': 'no-store',
    }
    return new Response(body, { status: 200, headers })
  })
}

/** Where the file that a raw path means may lie, in the order in which GET looks; undefined for paths that are refused. */
function candidatePaths(deps: MetaDeps, raw: string): readonly string[] | undefined {
  const slash = raw.indexOf('/')
  const [folder, rest] = [raw.slice(0, slash), raw.slice(slash + 1)]
  if (folder === 'actions') {
    const name = readFileName(rest)
    return name && actionPaths(deps, name)
  }
  if (folder !== 'files' && folder !== 'nodes') return undefined
  const segments = readFilePath(rest)
  return segments && [join(deps.root, folder, ...segments)]
}
