/**
 * `GET|HEAD /actions/NAME`: the scripts of the data root, else those that we ship, byte for byte.
 * @module
 */
import { join } from 'node:path'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import type { PathSegment } from '../../core/request-path.ts'
import { answerFile, isTurnOf } from './file-answer.ts'
import {
  beginRequest,
  type FileRequestDeps,
  fileRoute,
  firstPresent,
  isFault,
  readFileName,
} from './file-request.ts'
import { FileSender } from './send-file.ts'
import { openServedFile } from './served-file.ts'

export interface ActionsDeps extends FileRequestDeps {
  /** The data root, absolute. */
  readonly root: string
  /** The folder of the actions that we ship, absolute. It may be missing. */
  readonly shipped: string
}

const prefix = '/actions/'
const missing = 'There is no such action.'

export function actionsRoutes(deps: ActionsDeps): Hono<{ Bindings: HttpBindings }> {
  const sender = new FileSender()
  const route = fileRoute(deps, '/actions')
  return new Hono<{ Bindings: HttpBindings }>().get(`${prefix}*`, async (c) => {
    const request = beginRequest(route, c.env.incoming)
    if (!(await isTurnOf(c.env))) return RESPONSE_ALREADY_SENT
    const name = readFileName(c.req.path.slice(prefix.length))
    if (name === undefined) return request.refusedPath(missing)
    const file = await firstPresent(actionPaths(deps, name), openServedFile)
    if (isFault(file)) return request.refused(missing, 'action-missing', file)
    return request.served('action', await answerFile(c.env, sender, file, 'text/x-python'))
  })
}

/** Where an action may lie: the operator's own comes first, even when it cannot be served. */
export function actionPaths(
  { root, shipped }: Pick<ActionsDeps, 'root' | 'shipped'>,
  name: PathSegment,
): readonly string[] {
  return [join(root, 'actions', name), join(shipped, name)]
}
