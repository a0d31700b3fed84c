/**
 * The answers of `/dynconfig`: everything but the connection is decided, so that one can be given again.
 * @module
 */
import { hash } from 'node:crypto'
import type { Problem } from '../../core/problem.ts'
import type { Snapshot } from '../../ports.ts'

export interface Answer {
  readonly status: number
  readonly body: string | Uint8Array<ArrayBuffer>
  /** In bytes, for Content-Length. */
  readonly length: string
  readonly etag: string | undefined
  readonly switchName: string
  readonly problem: Problem | undefined
  /** True when another try could be answered otherwise though nothing in force has changed. */
  readonly transient: boolean
}

/** Above this a text is kept as the bytes to send; below, making them anew each time is quicker. */
const bufferFrom = 4_096
const retryAfterSeconds = '30'

/** 200, with a configuration. */
export function configurationAnswer(text: string, switchName: string): Answer {
  const body = text.length < bufferFrom ? text : Buffer.from(text)
  return {
    status: 200,
    body,
    length: String(Buffer.byteLength(body)),
    etag: `"${hash('sha256', text).slice(0, 32)}"`,
    switchName,
    problem: undefined,
    transient: false,
  }
}

/** 400, 404 or 503, with a short line that repeats nothing of the request and shows nothing of the inventory. */
export function refusalAnswer(
  status: 400 | 404 | 503,
  line: string,
  problem: Problem,
  who: string,
  transient: boolean,
): Answer {
  const body = `${line}\n`
  return {
    status,
    body,
    length: String(Buffer.byteLength(body)),
    etag: undefined,
    switchName: problem.switch ?? who,
    problem,
    transient,
  }
}

/** An answer as a Response. HEAD is Hono's: the same without the body. */
export function toResponse(answer: Answer, snapshot: Snapshot): Response {
  const { status, body, length, etag } = answer
  const headers: Record<string, string> =
    etag === undefined
      ? {
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Length': length,
          'Cache-Control': 'no-store',
          'X-Ztpush-Revision': snapshot.revision,
        }
      : {
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Length': length,
          ETag: etag,
          'Cache-Control': 'no-store',
          'X-Ztpush-Revision': snapshot.revision,
        }
  if (status === 503) headers['Retry-After'] = retryAfterSeconds
  return new Response(body, { status, headers })
}

/** 304: the switch has this very text. */
export function notModified(etag: string, snapshot: Snapshot): Response {
  const headers = {
    ETag: etag,
    'Cache-Control': 'no-store',
    'X-Ztpush-Revision': snapshot.revision,
  }
  return new Response(null, { status: 304, headers })
}

/** If-None-Match: `*`, or a list of tags; a weak tag matches its strong twin (RFC 9110, 13.1.2). */
export function matchesEtag(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false
  if (condition.trim() === '*') return true
  return condition.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
