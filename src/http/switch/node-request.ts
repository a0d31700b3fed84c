/**
 * One request about a node, from its beginning to its log line and its event.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { parseSystemMac } from '../../core/identity.ts'
import type { NodeId, NodeReport } from '../../core/node-report.ts'
import { describeProblem, type Problem } from '../../core/problem.ts'
import type { SwitchEventKind } from '../../core/switch-event.ts'
import type { Log, LogFields } from '../../ports.ts'
import { type Body, readBody } from '../body.ts'
import {
  createObserver,
  type Observed,
  type Observer,
  type ObserverDeps,
  roundedMs,
} from './observer.ts'
import { routeError } from './route-error.ts'

export interface NodeRequestDeps extends ObserverDeps {
  readonly log: Log
}

/** What the requests of one route share. */
export interface NodeRoute {
  readonly deps: NodeRequestDeps
  readonly name: string
  readonly observer: Observer
  /** The kinds of event when it went well, and when not. */
  readonly kinds: readonly [SwitchEventKind, SwitchEventKind]
}

export function nodeRoute(
  deps: NodeRequestDeps,
  name: string,
  kinds: NodeRoute['kinds'],
): NodeRoute {
  return { deps, name, observer: createObserver(deps, name), kinds }
}

/** Who a request is about, as far as it is known. */
export interface About {
  readonly id?: NodeId | undefined
  readonly report?: NodeReport | undefined
}

export interface NodeRequest {
  /** Logs and notes an answer that went well. `message` says what happened, without the node. */
  answered(response: Response, message: string, about: About, fields?: LogFields): Response
  /** Logs and notes a refusal, and makes the answer: 400, the one status for "no" that the switch client takes; the line says why. */
  refused(problem: Problem, about: About): Response
}

/** Begins to take the time of a request. */
export function beginNodeRequest(
  { deps, name, observer, kinds }: NodeRoute,
  incoming: IncomingMessage,
): NodeRequest {
  const { log, clock } = deps
  const started = clock.monotonic()
  // asked now: a connection that is gone has no address any more
  const from = incoming.socket.remoteAddress
  const { method } = incoming
  const facts = (status: number, id: NodeId | undefined): LogFields => ({
    switch: id,
    from,
    method,
    route: name,
    status,
    ms: roundedMs(clock.monotonic() - started),
  })
  const note = (kind: SwitchEventKind, status: number, about: About, problem?: Problem) =>
    observer.note(
      incoming,
      {
        kind: method === 'HEAD' ? 'seen' : kind,
        status,
        from,
        ...identified(about),
        problem: problem?.code,
        message: problem?.message,
      },
      clock.monotonic() - started,
    )
  return {
    answered: (response, message, about, fields = {}) => {
      const { status } = response
      log.info(`${about.id ?? from}: ${message}`, { ...facts(status, about.id), ...fields })
      note(kinds[0], status, about)
      return response
    },
    refused: (problem, about) => {
      const { code, cause } = problem
      const said = code === 'plugin-failed' && cause instanceof Error ? { said: cause.message } : {}
      const line = `${about.id ?? from}: ${describeProblem(problem)}`
      log.warn(line, { ...facts(400, about.id), code, reason: problem.message, ...said })
      note(kinds[1], 400, about, problem)
      // a pool that has run out is no matter of topology: our client tells them apart by the code
      return routeError(400, problem.message, { 'X-Ztpush-Problem': code })
    },
  }
}

function identified({ id, report }: About): Partial<Observed> {
  const mac = report?.systemMac === undefined ? undefined : parseSystemMac(report.systemMac)
  return {
    node: id,
    ...(mac !== undefined && { mac }),
    ...(report?.serialNumber !== undefined && { serial: report.serialNumber }),
    model: report?.model,
    version: report?.version,
  }
}

/** Reads a body; a Problem when it is too large, or not all of it came. */
export async function readNodeBody(
  incoming: IncomingMessage,
  maxBytes: number,
): Promise<Uint8Array | string> {
  const body: Body = await readBody(incoming, maxBytes)
  if (body instanceof Uint8Array) return body
  const size = maxBytes >= 1_048_576 ? `${maxBytes / 1_048_576} MB` : `${maxBytes / 1_024} kB`
  return body === 'too-large'
    ? `the body is larger than ${size}`
    : 'the body ended before its length'
}
