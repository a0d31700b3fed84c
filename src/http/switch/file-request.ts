/**
 * What the routes that serve files have in common: which file a request means, and the log line of its answer.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { FileFault } from '../../core/file-version.ts'
import { describeProblem, Problem, type ProblemCode } from '../../core/problem.ts'
import {
  decodePath,
  type PathSegment,
  parsePathSegment,
  parseRelativePath,
} from '../../core/request-path.ts'
import type { Log, LogFields } from '../../ports.ts'
import type { FileAnswered } from './file-answer.ts'
import { createObserver, type Observer, type ObserverDeps, roundedMs, whoAsks } from './observer.ts'
import { routeError } from './route-error.ts'
import type { SendEnd } from './send-file.ts'

/** The path below a folder that a piece of a raw path means; undefined when it is refused. A folder's form, with `/` at its end, is. */
export function readFilePath(raw: string): readonly PathSegment[] | undefined {
  const path = decodePath(raw)
  return path === undefined || /(?:^|\/)\.?$/.test(path) ? undefined : parseRelativePath(path)
}

/** The one name that a piece of a raw path means; undefined when it is refused. */
export function readFileName(raw: string): PathSegment | undefined {
  const name = decodePath(raw)
  return name === undefined ? undefined : parsePathSegment(name)
}

/** What `look` finds at the first path where there is something at all. */
export async function firstPresent<T extends object>(
  paths: readonly string[],
  look: (path: string) => Promise<T | FileFault>,
): Promise<T | FileFault> {
  let found: T | FileFault = { kind: 'missing', reason: 'there is no such file' }
  for (const path of paths) {
    found = await look(path)
    if (!isFault(found) || found.kind !== 'missing') return found
  }
  return found
}

export function isFault<T extends object>(found: T | FileFault): found is FileFault {
  return 'kind' in found && 'reason' in found
}

/** One request for a file, from its beginning to its log line. */
export interface FileRequest {
  /** Logs an answer that went well. */
  answered(message: string, status: number, fields?: LogFields): void
  /** Logs how the sending of a file ended. `what` is its kind. */
  served(what: 'file' | 'action', answered: FileAnswered): Response
  /** Logs why there is no such answer, and makes the one to give. */
  refused(line: string, code: ProblemCode, fault: FileFault): Response
  /** Logs that the path is refused, and makes the same answer as for a file that is not there. */
  refusedPath(line: string): Response
}

export interface FileRequestDeps extends ObserverDeps {
  readonly log: Log
}

/** What the requests of one route share. */
export interface FileRoute {
  readonly deps: FileRequestDeps
  readonly name: string
  readonly observer: Observer
}

export function fileRoute(deps: FileRequestDeps, name: string): FileRoute {
  return { deps, name, observer: createObserver(deps, name) }
}

/** Begins to take the time of a request. */
export function beginRequest(
  { deps: { log, clock }, name: route, observer }: FileRoute,
  incoming: IncomingMessage,
): FileRequest {
  const { method, socket, url } = incoming
  const started = clock.monotonic()
  // asked now: a connection that is gone has no address any more
  const from = socket.remoteAddress
  const facts = (status: number) => ({
    switch: whoAsks(incoming),
    method,
    route,
    status,
    from,
    ms: roundedMs(clock.monotonic() - started),
    path: url?.slice(0, 500),
  })
  const note = (status: number, problem?: { readonly code: string; readonly message: string }) =>
    observer.note(
      incoming,
      {
        kind: problem === undefined ? 'file-served' : 'file-refused',
        status,
        from,
        problem: problem?.code,
        message: problem?.message,
      },
      clock.monotonic() - started,
    )
  const refuse = (status: number, line: string, problem: Problem): Response => {
    const { code } = problem
    log.warn('no file served', { ...facts(status), code, reason: describeProblem(problem) })
    note(status, problem)
    return routeError(status, line)
  }
  return {
    answered: (message, status, fields) => {
      log.info(message, { ...facts(status), ...fields })
      note(status)
    },
    served: (what, { response, status, bytes, end }) => {
      if (end === 'sent') {
        log.info(`${what} ${outcomes.get(status) ?? 'served'}`, { ...facts(status), bytes })
        note(status)
      } else {
        const reason = describeEnd(end)
        log.warn(`${what} not sent whole`, { ...facts(status), bytes, reason })
        note(status, {
          code: 'file-incomplete',
          message: `${bytes} bytes not sent whole: ${reason}`,
        })
      }
      return response
    },
    refused: (line, code, { kind, reason }) =>
      kind === 'failed'
        ? refuse(500, unreadable, new Problem(code, reason))
        : refuse(404, line, new Problem(code, reason)),
    refusedPath: (line) =>
      refuse(404, line, new Problem('request-path', 'the path names nothing below the folder')),
  }
}

/** What a log line says of an answer that is not the file. */
const outcomes: ReadonlyMap<number, string> = new Map([
  [304, 'unchanged'],
  [416, 'does not have these bytes'],
])

function describeEnd(end: Exclude<SendEnd, 'sent'>): string {
  if (end === 'client-gone') return 'the client went away, or took nothing for too long'
  if (end === 'file-changed') return 'the file was changed while it was sent'
  return end.failed instanceof Error ? end.failed.message : String(end.failed)
}

const unreadable = 'The file cannot be read at this moment; the server side knows why.'
