/**
 * `POST /nodes`, `GET /nodes/ID`, `GET|PUT /nodes/ID/startup-config`.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { NodeId } from '../../core/node-report.ts'
import { describeProblem, Problem } from '../../core/problem.ts'
import { decodePath, parsePathSegment } from '../../core/request-path.ts'
import type { Log } from '../../ports.ts'
import { type NodeDefinitionDeps, nodeDefinition } from '../../provisioning/node-definition.ts'
import type { PreviewPlugins } from '../../provisioning/plugins.ts'
import { type RegisterNodeDeps, registerNode } from '../../provisioning/register-node.ts'
import { type StartupConfigDeps, saveStartupConfig } from '../../provisioning/startup-config.ts'
import { type Body, readBody } from '../body.ts'
import { routeError } from './route-error.ts'
import { serverUrlOf } from './server-url.ts'

export interface NodesDeps extends RegisterNodeDeps, NodeDefinitionDeps, StartupConfigDeps {
  /** Works out a definition as it would be, and allocates nothing. */
  readonly previewPlugins: () => PreviewPlugins
  /** As settings state it, without a slash at its end; undefined: the address that the request came to. */
  readonly serverUrl: string | undefined
  readonly log: Log
}

/** A report with the neighbours of the largest chassis and a startup-config has some megabytes. */
const maxBodyBytes = 32 * 1_048_576

type Nodes = Hono<{ Bindings: HttpBindings }>

export function nodesRoutes(deps: NodesDeps): Nodes {
  return new Hono<{ Bindings: HttpBindings }>()
    .post('/nodes', (c) => postNode(deps, c.env.incoming))
    .get('/nodes/:id', (c) => getNode(deps, c.env.incoming))
    .get('/nodes/:id/startup-config', (c) => getStartupConfig(deps, c.env.incoming))
    .put('/nodes/:id/startup-config', (c) => putStartupConfig(deps, c.env.incoming))
}

async function postNode(deps: NodesDeps, incoming: IncomingMessage): Promise<Response> {
  const body = await readBody(incoming, maxBodyBytes)
  if (!(body instanceof Uint8Array)) return refuseBody(deps, incoming, body)
  const from = incoming.socket.remoteAddress ?? ''
  const registration = await registerNode(deps, body, from)
  if (registration.kind === 'refused') {
    return refuse(deps, incoming, registration.id, registration.problem)
  }
  const { id, kind } = registration
  const url = `http://${incoming.headers.host ?? ''}/nodes/${encodeURIComponent(id)}`
  return routeError(kind === 'created' ? 201 : 409, '', { Location: url })
}

async function getNode(deps: NodesDeps, incoming: IncomingMessage): Promise<Response> {
  const id = idOf(incoming)
  if (id === undefined) return refuseId(deps, incoming)
  const preview = incoming.method === 'HEAD' ? deps.previewPlugins() : undefined
  const flow = preview === undefined ? deps : { ...deps, plugins: preview }
  const json = await nodeDefinition(flow, id, serverUrlOf(deps.serverUrl, incoming))
  if (json instanceof Problem) return refuse(deps, incoming, id, json)
  deps.log.info(`${id}: definition served`)
  // a length that GET would not have is worse than none
  if (preview?.isExact() === false) {
    return new Response(null, { headers: { 'Content-Type': 'application/json' } })
  }
  return answer(json, 'application/json')
}

async function getStartupConfig(deps: NodesDeps, incoming: IncomingMessage): Promise<Response> {
  const id = idOf(incoming)
  if (id === undefined) return refuseId(deps, incoming)
  const bytes = await deps.files.bytes(`nodes/${id}/startup-config`)
  if (bytes instanceof Problem) return refuse(deps, incoming, id, bytes)
  if (bytes === undefined) {
    const problem = new Problem('node-unknown', 'the node has no startup-config', { switch: id })
    return refuse(deps, incoming, id, problem)
  }
  deps.log.info(`${id}: startup-config served`)
  return answer(bytes, 'text/plain')
}

async function putStartupConfig(deps: NodesDeps, incoming: IncomingMessage): Promise<Response> {
  const id = idOf(incoming)
  if (id === undefined) return refuseId(deps, incoming)
  const body = await readBody(incoming, maxBodyBytes)
  if (!(body instanceof Uint8Array)) return refuseBody(deps, incoming, body)
  const problem = await saveStartupConfig(deps, id, body)
  return problem === undefined ? routeError(200, '') : refuse(deps, incoming, id, problem)
}

/** The node id of a path; undefined for what could lead elsewhere. */
function idOf(incoming: IncomingMessage): NodeId | undefined {
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

function refuseId(deps: NodesDeps, incoming: IncomingMessage): Response {
  const problem = new Problem('request-path', 'the path names no node')
  return refuse(deps, incoming, undefined, problem)
}

function refuseBody(
  deps: NodesDeps,
  incoming: IncomingMessage,
  body: Exclude<Body, Uint8Array>,
): Response {
  const reason =
    body === 'too-large'
      ? `the body is larger than ${maxBodyBytes / 1_048_576} MB`
      : 'the body ended before its length'
  const response = refuse(deps, incoming, undefined, new Problem('node-report', reason))
  // what is left of the body is not read
  response.headers.set('Connection', 'close')
  return response
}

/** 400: the one status for "no" that the switch client takes; the line says why. */
function refuse(
  { log }: NodesDeps,
  incoming: IncomingMessage,
  id: NodeId | undefined,
  problem: Problem,
): Response {
  const who = id ?? incoming.socket.remoteAddress ?? ''
  const { code, cause } = problem
  const said = code === 'plugin-failed' && cause instanceof Error ? { said: cause.message } : {}
  log.warn(`${who}: ${describeProblem(problem)}`, { status: 400, code, ...said })
  // a pool that has run out is no matter of topology: our client tells them apart by the code
  return routeError(400, problem.message, { 'X-Ztpush-Problem': code })
}
