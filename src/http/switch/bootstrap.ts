/**
 * `GET /bootstrap` and `GET /bootstrap/config`: what a switch without configuration runs first.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { describeProblem, Problem } from '../../core/problem.ts'
import type { Log } from '../../ports.ts'
import type { Bootstrap } from '../../provisioning/bootstrap.ts'
import { routeError } from './route-error.ts'
import { serverUrlOf } from './server-url.ts'

export interface BootstrapRouteDeps {
  readonly bootstrap: Bootstrap
  /** As settings state it; undefined: the address that the request came to. */
  readonly serverUrl: string | undefined
  readonly log: Log
}

export function bootstrapRoutes(deps: BootstrapRouteDeps): Hono<{ Bindings: HttpBindings }> {
  const { bootstrap, serverUrl, log } = deps
  const started = log.prepare('info', 'bootstrap started', { route: '/bootstrap', status: 200 })
  const answer = (
    incoming: IncomingMessage,
    script: Uint8Array<ArrayBuffer> | Problem,
  ): Response => {
    // the one error whose body is empty
    if (script instanceof Problem) return refuse(log, incoming, script, '')
    started({ from: incoming.socket.remoteAddress })
    const headers = { 'Content-Type': 'text/x-python', 'Content-Length': String(script.length) }
    return new Response(script, { headers })
  }
  const later = async (
    incoming: IncomingMessage,
    script: Promise<Uint8Array<ArrayBuffer> | Problem>,
  ): Promise<Response> => answer(incoming, await script)
  return new Hono<{ Bindings: HttpBindings }>()
    .get('/bootstrap', (c) => {
      const { incoming } = c.env
      const script = bootstrap.script(serverUrlOf(serverUrl, incoming))
      return script instanceof Promise ? later(incoming, script) : answer(incoming, script)
    })
    .get('/bootstrap/config', async (c) => {
      const { incoming } = c.env
      const json = await bootstrap.config()
      if (json instanceof Problem) return refuse(log, incoming, json, json.message)
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(json)),
      }
      return new Response(json, { headers })
    })
}

function refuse(log: Log, incoming: IncomingMessage, problem: Problem, line: string): Response {
  const { code } = problem
  log.warn(`${incoming.socket.remoteAddress}: ${describeProblem(problem)}`, { status: 400, code })
  return routeError(400, line)
}
