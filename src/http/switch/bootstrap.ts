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
import { createObserver, type Observer, type ObserverDeps, roundedMs, whoAsks } from './observer.ts'
import { routeError } from './route-error.ts'
import { serverUrlOf } from './server-url.ts'

export interface BootstrapRouteDeps extends ObserverDeps {
  readonly bootstrap: Bootstrap
  /** As settings state it; undefined: the address that the request came to. */
  readonly serverUrl: string | undefined
  readonly log: Log
}

export function bootstrapRoutes(deps: BootstrapRouteDeps): Hono<{ Bindings: HttpBindings }> {
  const { bootstrap, serverUrl, log, clock } = deps
  const observer = createObserver(deps, '/bootstrap')
  const configObserver = createObserver(deps, '/bootstrap/config')
  const started = log.prepare('info', 'bootstrap started', { route: '/bootstrap', status: 200 })
  /** Nearly every answer is the one before. */
  let sent: { script: Uint8Array; init: ResponseInit } | undefined
  const answer = (
    incoming: IncomingMessage,
    script: Uint8Array<ArrayBuffer> | Problem,
    begun: number,
  ): Response => {
    const ms = clock.monotonic() - begun
    // the one error whose body is empty
    if (script instanceof Problem) return refuse(log, observer, incoming, script, '', ms)
    const from = incoming.socket.remoteAddress
    started.write(started.facts({ switch: whoAsks(incoming), from }), roundedMs(ms))
    const kind = incoming.method === 'GET' ? 'bootstrap-served' : 'seen'
    observer.note(incoming, { kind, status: 200, from }, ms)
    if (sent?.script !== script) sent = { script, init: initOfScript(script) }
    return new Response(script, sent.init)
  }
  const later = async (
    incoming: IncomingMessage,
    script: Promise<Uint8Array<ArrayBuffer> | Problem>,
    begun: number,
  ): Promise<Response> => answer(incoming, await script, begun)
  return new Hono<{ Bindings: HttpBindings }>()
    .get('/bootstrap', (c) => {
      const { incoming } = c.env
      const begun = clock.monotonic()
      const script = bootstrap.script(serverUrlOf(serverUrl, incoming))
      return script instanceof Promise
        ? later(incoming, script, begun)
        : answer(incoming, script, begun)
    })
    .get('/bootstrap/config', async (c) => {
      const { incoming } = c.env
      const begun = clock.monotonic()
      const json = await bootstrap.config()
      const ms = clock.monotonic() - begun
      if (json instanceof Problem) {
        return refuse(log, configObserver, incoming, json, json.message, ms)
      }
      const from = incoming.socket.remoteAddress
      log.info('bootstrap configuration served', {
        switch: whoAsks(incoming),
        from,
        route: '/bootstrap/config',
        status: 200,
        ms: roundedMs(ms),
      })
      configObserver.note(incoming, { kind: 'file-served', status: 200, from }, ms)
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(json)),
      }
      return new Response(json, { headers })
    })
}

function initOfScript({ length }: Uint8Array): ResponseInit {
  return { headers: { 'Content-Type': 'text/x-python', 'Content-Length': String(length) } }
}

function refuse(
  log: Log,
  observer: Observer,
  incoming: IncomingMessage,
  problem: Problem,
  line: string,
  ms: number,
): Response {
  const { code, message } = problem
  const from = incoming.socket.remoteAddress
  const facts = { switch: whoAsks(incoming), from, status: 400, code, reason: message }
  log.warn(`${from}: ${describeProblem(problem)}`, facts)
  const kind = 'bootstrap-refused'
  observer.note(incoming, { kind, status: 400, from, problem: code, message }, ms)
  return routeError(400, line)
}
