/**
 * What a GET or HEAD of a file is answered, by its conditions and ranges (RFC 9110, 13 and 14).
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type ByteRange, parseByteRange } from '../../core/byte-range.ts'
import { matchesEtag } from '../etag.ts'
import { routeError } from './route-error.ts'
import type { FileSender, SendEnd } from './send-file.ts'
import type { ServedFile } from './served-file.ts'

/** How a file was answered. */
export interface FileAnswered {
  readonly response: Response
  readonly status: number
  /** Of the body. */
  readonly bytes: number
  readonly end: SendEnd
}

/** Answers with a file, and closes it. The bytes go straight to the connection. */
export async function answerFile(
  { incoming, outgoing }: HttpBindings,
  sender: FileSender,
  file: ServedFile,
  contentType: string,
): Promise<FileAnswered> {
  const { headers } = incoming
  const common = {
    'Last-Modified': new Date(file.mtimeMs).toUTCString(),
    ETag: file.etag,
  }
  const closed = async (response: Response): Promise<FileAnswered> => {
    await file.handle.close()
    return { response, status: response.status, bytes: 0, end: 'sent' }
  }
  if (isNotModified(headers, file)) {
    return closed(new Response(null, { status: 304, headers: common }))
  }
  const range = askedRange(incoming, file)
  if (range === 'unsatisfiable') {
    const contentRange = { 'Content-Range': `bytes */${file.size}` }
    return closed(routeError(416, 'The file does not have these bytes.', contentRange))
  }
  const { first, last } = range ?? { first: 0, last: file.size - 1 }
  const status = range === undefined ? 200 : 206
  const bytes = last + 1 - first
  const all = {
    'Content-Type': contentType,
    'Content-Length': String(bytes),
    ...common,
    'Accept-Ranges': 'bytes',
    ...(range && { 'Content-Range': `bytes ${first}-${last}/${file.size}` }),
  }
  if (incoming.method === 'HEAD' || bytes === 0) {
    return closed(new Response(null, { status, headers: all }))
  }
  const end = await sender.send(outgoing, { file, range: { first, last }, status, headers: all })
  return { response: RESPONSE_ALREADY_SENT, status, bytes, end }
}

/** If-None-Match counts, else If-Modified-Since; times have whole seconds. */
function isNotModified(headers: IncomingMessage['headers'], file: ServedFile): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) return matchesEtag(tags, file.etag)
  return wholeSeconds(file.mtimeMs) <= Date.parse(headers['if-modified-since'] ?? '')
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000
}

/** A range is for GET only, and not for a file that has changed since the client got its first part. */
function askedRange(
  { method, headers }: IncomingMessage,
  { size, etag, mtimeMs }: ServedFile,
): ByteRange | 'unsatisfiable' | undefined {
  if (method !== 'GET') return undefined
  const condition = headers['if-range']
  const holds =
    condition === undefined || condition === etag || condition === new Date(mtimeMs).toUTCString()
  return holds ? parseByteRange(headers.range, size) : undefined
}

/**
 * Waits until an answer may be written: requests that come before the answer to the one before them is out wait behind it, and should
 * hold nothing until then. False: the connection is gone, and nobody waits for an answer.
 */
export async function isTurnOf({ incoming, outgoing }: HttpBindings): Promise<boolean> {
  if (outgoing.socket === null && !incoming.destroyed) {
    await new Promise<void>((resolve) => {
      outgoing.once('socket', () => resolve())
      incoming.once('close', resolve)
    })
  }
  return outgoing.socket !== null
}
