/**
 * `POST /nodes`, `GET /nodes/ID`, `GET|PUT /nodes/ID/startup-config`.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { NodeId } from '../../core/node-report.ts'
import { Problem } from '../../core/problem.ts'
import { decodePath, parsePathSegment } from '../../core/request-path.ts'
import { type NodeDefinitionDeps, nodeDefinition } from '../../provisioning/node-definition.ts'
import type { PreviewPlugins } from '../../provisioning/plugins.ts'
import { type RegisterNodeDeps, registerNode } from '../../provisioning/register-node.ts'
import { type StartupConfigDeps, saveStartupConfig } from '../../provisioning/startup-config.ts'
import {
  beginNodeRequest,
  type NodeRequest,
  type NodeRequestDeps,
  type NodeRoute,
  nodeRoute,
  readNodeBody,
} from './node-request.ts'
import { routeError } from './route-error.ts'
import { serverUrlOf } from './server-url.ts'

export interface NodesDeps
  extends RegisterNodeDeps,
    NodeDefinitionDeps,
    StartupConfigDeps,
    NodeRequestDeps {
  /** Works out a definition as it would be, and allocates nothing. */
  readonly previewPlugins: () => PreviewPlugins
  /** As settings state it, without a slash at its end; undefined: the address that the request came to. */
  readonly serverUrl: string | undefined
}

/** A report with the neighbours of the largest chassis and a startup-config has some megabytes. */
const maxBodyBytes = 32 * 1_048_576

/** RFC 9110, section 14.5: taken for the whole, a part would be all that is left. */
const partOnly = 'the body is a part only (Content-Range); send the whole startup-config'

type Nodes = Hono<{ Bindings: HttpBindings }>

export function nodesRoutes(deps: NodesDeps): Nodes {
  const post = nodeRoute(deps, '/nodes', ['registered', 'registration-refused'])
  const get = nodeRoute(deps, '/nodes/ID', ['definition-served', 'definition-refused'])
  const name = '/nodes/ID/startup-config'
  const getConfig = nodeRoute(deps, name, ['file-served', 'file-refused'])
  const putConfig = nodeRoute(deps, name, ['config-backed-up', 'backup-refused'])
  return new Hono<{ Bindings: HttpBindings }>()
    .post('/nodes', (c) => postNode(deps, post, c.env.incoming))
    .get('/nodes/:id', (c) => getNode(deps, get, c.env.incoming))
    .get('/nodes/:id/startup-config', (c) => getStartupConfig(deps, getConfig, c.env.incoming))
    .put('/nodes/:id/startup-config', (c) => putStartupConfig(deps, putConfig, c.env.incoming))
}

async function postNode(
  deps: NodesDeps,
  route: NodeRoute,
  incoming: IncomingMessage,
): Promise<Response> {
  const request = beginNodeRequest(route, incoming)
  const body = await readNodeBody(incoming, maxBodyBytes)
  if (typeof body === 'string') return refuseBody(request, body, undefined)
  const registration = await registerNode(deps, body, incoming.socket.remoteAddress ?? '')
  if (registration.kind === 'refused') return request.refused(registration.problem, registration)
  const { id, kind, files } = registration
  const url = `http://${incoming.headers.host ?? ''}/nodes/${encodeURIComponent(id)}`
  const created = kind === 'created'
  const headers = { Location: url, 'X-Ztpush-Events': '1' }
  const response = routeError(created ? 201 : 409, '', headers)
  return created
    ? request.answered(response, 'new node created', registration, { files: files.join(' ') })
    : request.answered(response, 'known node', registration)
}

async function getNode(
  deps: NodesDeps,
  route: NodeRoute,
  incoming: IncomingMessage,
): Promise<Response> {
  const request = beginNodeRequest(route, incoming)
  const id = nodeIdOf(incoming)
  if (id === undefined) return refuseId(request)
  const preview = incoming.method === 'HEAD' ? deps.previewPlugins() : undefined
  const flow = preview === undefined ? deps : { ...deps, plugins: preview }
  const json = await nodeDefinition(flow, id, serverUrlOf(deps.serverUrl, incoming))
  if (json instanceof Problem) return request.refused(json, { id })
  const response =
    // a length that GET would not have is worse than none
    preview?.isExact() === false
      ? new Response(null, { headers: { 'Content-Type': 'application/json' } })
      : answer(json, 'application/json')
  return request.answered(response, 'definition served', { id })
}

async function getStartupConfig(
  deps: NodesDeps,
  route: NodeRoute,
  incoming: IncomingMessage,
): Promise<Response> {
  const request = beginNodeRequest(route, incoming)
  const id = nodeIdOf(incoming)
  if (id === undefined) return refuseId(request)
  const bytes = await deps.files.bytes(`nodes/${id}/startup-config`)
  if (bytes instanceof Problem) return request.refused(bytes, { id })
  if (bytes === undefined) {
    const problem = new Problem('node-unknown', 'the node has no startup-config', { switch: id })
    return request.refused(problem, { id })
  }
  return request.answered(answer(bytes, 'text/plain'), 'startup-config served', { id })
}

async function putStartupConfig(
  deps: NodesDeps,
  route: NodeRoute,
  incoming: IncomingMessage,
): Promise<Response> {
  const request = beginNodeRequest(route, incoming)
  const id = nodeIdOf(incoming)
  if (id === undefined) return refuseId(request)
  if (incoming.headers['content-range'] !== undefined) return refuseBody(request, partOnly, id)
  const body = await readNodeBody(incoming, maxBodyBytes)
  if (typeof body === 'string') return refuseBody(request, body, id)
  const problem = await saveStartupConfig(deps, id, body)
  if (problem !== undefined) return request.refused(problem, { id })
  const bytes = { bytes: body.length }
  return request.answered(routeError(200, ''), 'startup-config saved', { id }, bytes)
}

/** The node id of a path; undefined for what could lead elsewhere. */
export function nodeIdOf(incoming: IncomingMessage): NodeId | undefined {
  // from the request line itself: a parsed URL has lost its dots
  const [path = ''] = (incoming.url ?? '').split('?')
  const text = decodePath(path.split('/')[2] ?? '')
  return text === undefined ? undefined : parsePathSegment(text)
}

function answer(body: string | Uint8Array, type: string): Response {
  const bytes = typeof body === 'string' ? body : new Uint8Array(body)
  const length = String(Buffer.byteLength(body))
  return new Response(bytes, { headers: { 'Content-Type': type, 'Content-Length': length } })
}

function refuseId(request: NodeRequest): Response {
  return request.refused(new Problem('request-path', 'the path names no node'), {})
}

function refuseBody(request: NodeRequest, reason: string, id: NodeId | undefined): Response {
  const response = request.refused(new Problem('node-report', reason), { id })
  // what is left of the body is not read
  response.headers.set('Connection', 'close')
  return response
}
