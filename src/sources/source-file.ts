/**
 * Reads files that operators may be writing at this very moment.
 * @module
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import type { SourceText } from '../core/source-text.ts'

/** A file's bytes, in memory that threads can share, and what tells one version of it from another. */
export interface FileBytes {
  readonly bytes: Uint8Array<SharedArrayBuffer>
  readonly signature: string
}

/** Why a file has no bytes to give. */
export type ReadFault =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'too-large'; readonly size: number }
  /** It was written to while it was read. */
  | { readonly kind: 'changing' }

/** What changes whenever a file is written, replaced or renamed over; undefined where there is none. */
export function fileSignature(path: string): string | undefined {
  try {
    return signatureOf(statSync(path))
  } catch {
    return undefined
  }
}

function signatureOf(stats: Stats): string {
  return [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(':')
}

/** When a file was last written to or replaced, in milliseconds since 1970; undefined where there is none. */
export function lastTouched(path: string): number | undefined {
  try {
    const { mtimeMs, ctimeMs } = statSync(path)
    return Math.max(mtimeMs, ctimeMs)
  } catch {
    return undefined
  }
}

/** Reads a whole file; one that changes while it is read is not given, so that nobody sees half of an edit. */
export function readFileBytes(path: string, maxBytes: number): FileBytes | ReadFault {
  let handle: number
  try {
    // a FIFO would block for ever
    if (!statSync(path).isFile()) return { kind: 'unreadable', message: 'it is not a regular file' }
    handle = openSync(path, 'r')
  } catch (error) {
    return faultOf(error)
  }
  try {
    const before = fstatSync(handle)
    if (before.size > maxBytes) return { kind: 'too-large', size: before.size }
    const bytes = new Uint8Array(new SharedArrayBuffer(before.size))
    let length = 0
    while (length < bytes.length) {
      const read = readSync(handle, bytes, length, bytes.length - length, length)
      if (read === 0) return { kind: 'changing' }
      length += read
    }
    const after = signatureOf(fstatSync(handle))
    return after === signatureOf(before) ? { bytes, signature: after } : { kind: 'changing' }
  } catch (error) {
    return faultOf(error)
  } finally {
    closeSync(handle)
  }
}

function faultOf(error: unknown): ReadFault {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' }
  const told = {
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ELOOP: 'a link that leads to itself',
  }
  return { kind: 'unreadable', message: told[code as keyof typeof told] ?? message }
}

/** Bytes as a text with places; undefined when they are not UTF-8. */
export function sourceText(
  file: string,
  bytes: Uint8Array<SharedArrayBuffer>,
): SourceText | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!isUtf8(buffer)) return undefined
  const encoding = isAscii(buffer) ? 'latin1' : 'utf8'
  return {
    file,
    bytes,
    text: (start, end) => buffer.toString(encoding, start, end),
    includes: (text) => buffer.includes(text, 0, 'latin1'),
  }
}

/** The first place that is not UTF-8, for a message; undefined when all of it is. */
export function invalidUtf8At(bytes: Uint8Array): number | undefined {
  const copy = Buffer.from(bytes)
  if (isUtf8(copy)) return undefined
  // the decoder puts U+FFFD in the place of what is none; a U+FFFD that was written is three bytes of its own
  let at = 0
  for (const character of copy.toString('utf8')) {
    const length = Buffer.byteLength(character)
    if (character === '\ufffd' && copy.toString('latin1', at, at + 3) !== '\xef\xbf\xbd') return at
    at += length
  }
  return at
}

/** A short token of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A path as messages show it: relative to the working directory where it lies below. */
export function displayPath(path: string, cwd: string): string {
  const below = relative(cwd, path)
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below
}
