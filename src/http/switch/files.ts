/**
 * `GET|HEAD /files/PATH`: the files of the data root, byte for byte.
 * @module
 */
import { join } from 'node:path'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { answerFile, isTurnOf } from './file-answer.ts'
import {
  beginRequest,
  type FileRequestDeps,
  fileRoute,
  isFault,
  readFilePath,
} from './file-request.ts'
import { FileSender } from './send-file.ts'
import { openServedFile } from './served-file.ts'

export interface FilesDeps extends FileRequestDeps {
  /** The data root, absolute. */
  readonly root: string
}

const prefix = '/files/'
const missing = 'There is no such file.'

export function filesRoutes(deps: FilesDeps): Hono<{ Bindings: HttpBindings }> {
  const sender = new FileSender()
  const route = fileRoute(deps, '/files')
  return new Hono<{ Bindings: HttpBindings }>().get(`${prefix}*`, async (c) => {
    const request = beginRequest(route, c.env.incoming)
    if (!(await isTurnOf(c.env))) return RESPONSE_ALREADY_SENT
    const segments = readFilePath(c.req.path.slice(prefix.length))
    if (segments === undefined) return request.refusedPath(missing)
    const file = await openServedFile(join(deps.root, 'files', ...segments))
    if (isFault(file)) return request.refused(missing, 'file-missing', file)
    return request.served('file', await answerFile(c.env, sender, file, 'text/plain'))
  })
}
