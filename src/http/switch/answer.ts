/**
 * The answers of `/dynconfig`: everything but the connection is decided, so that one can be given again.
 * @module
 */
import { hash } from 'node:crypto'
import type { Problem } from '../../core/problem.ts'
import type { Snapshot } from '../../ports.ts'

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array<ArrayBuffer>
  /** Of the body, in bytes. */
  readonly contentLength: number
  /** Of the body of 200, 64 hex digits. */
  readonly sha256: string | undefined
  readonly switchName: string
  /** The id of its entry in the inventory, where it has got a configuration. */
  readonly entry: string | undefined
  readonly problem: Problem | undefined
  /** True when another try could be answered otherwise though nothing in force has changed. */
  readonly transient: boolean
}

/** Above this a text is kept as the bytes to send; below, making them anew each time is quicker. */
const bufferFrom = 4_096
const retryAfterSeconds = '30'

const plainText = 'text/plain; charset=utf-8'

/** What runs a script is written on its first line. */
function typeOf(text: string): string {
  if (!text.startsWith('#!')) return plainText
  const [first = ''] = text.split('\n', 1)
  return `${first.includes('python') ? 'text/x-python' : 'text/x-shellscript'}; charset=utf-8`
}

/** 200, with a configuration. */
export function configurationAnswer(
  text: string,
  switchName: string,
  entry: string,
  transient: boolean,
): Answer {
  const body = text.length < bufferFrom ? text : Buffer.from(text)
  return {
    status: 200,
    contentType: typeOf(text),
    body,
    contentLength: Buffer.byteLength(body),
    sha256: hash('sha256', text),
    switchName,
    entry,
    problem: undefined,
    transient,
  }
}

/** 200, with the bootstrap script for a switch that the inventory does not know. */
export function scriptAnswer(script: Uint8Array<ArrayBuffer>, switchName: string): Answer {
  return {
    status: 200,
    contentType: 'text/x-python',
    body: script,
    contentLength: script.length,
    sha256: hash('sha256', script),
    switchName,
    entry: undefined,
    problem: undefined,
    // the file may change without a new snapshot
    transient: true,
  }
}

/** Why there is no configuration, and what is said of it. */
export interface Refusal {
  readonly status: 400 | 404 | 503
  /** A short line that repeats nothing of the request and shows nothing of the inventory. */
  readonly line: string
  readonly problem: Problem
  /** Who asked, where the problem does not say it. */
  readonly who: string
  readonly transient: boolean
}

/** 400, 404 or 503. */
export function refusalAnswer(refusal: Refusal): Answer {
  const { status, line, problem, who, transient } = refusal
  const body = `${line}\n`
  const switchName = problem.switch ?? who
  return {
    status,
    contentType: plainText,
    body,
    contentLength: Buffer.byteLength(body),
    sha256: undefined,
    switchName,
    entry: undefined,
    problem,
    transient,
  }
}

/** The strong tag of an answer; refusals have none. */
export function etagOf({ sha256 }: Answer): string | undefined {
  return sha256 === undefined ? undefined : `"${sha256.slice(0, 32)}"`
}

/** Status and headers of an answer. */
export interface AnswerInit {
  readonly status: number
  readonly headers: Record<string, string>
}

/** What goes ahead of the body of an answer. */
export function initOf(
  { status, contentType, contentLength }: Pick<Answer, 'status' | 'contentType' | 'contentLength'>,
  etag: string | undefined,
  { revision }: Snapshot,
): AnswerInit {
  const length = String(contentLength)
  if (etag === undefined) {
    const headers: Record<string, string> = {
      'Content-Type': contentType,
      'Content-Length': length,
      'Cache-Control': 'no-store',
      'X-Ztpush-Revision': revision,
    }
    if (status === 503) headers['Retry-After'] = retryAfterSeconds
    return { status, headers }
  }
  // written out: of all answers nearly every one is this, and an object that grows costs more
  const headers = {
    'Content-Type': contentType,
    'Content-Length': length,
    ETag: etag,
    'Cache-Control': 'no-store',
    'X-Ztpush-Revision': revision,
  }
  return { status, headers }
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
