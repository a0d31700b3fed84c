/**
 * Writes files so that nobody ever sees half of one, and what is written outlives a crash: beside, fsync, rename, fsync of the folder.
 * @module
 */
import { randomBytes } from 'node:crypto'
import {
  type BigIntStats,
  close,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  futimesSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
  writev,
  writevSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { unwritable } from './write-fault.ts'

const fsyncFile = promisify(fsync)
const writevLater = promisify(writev)

export interface ReplaceOptions {
  /** Permissions of a file that is new, less the umask; one that is replaced hands on its own, and its owner where that is permitted. */
  readonly mode?: number
  /** How messages name the file; its path, unless told. */
  readonly shownAs?: string
  /** Looked at right before the rename: false leaves everything as it is. */
  readonly stillWanted?: () => boolean
}

/**
 * Replaces a file, or makes it; on disk when the promise is kept. A symbolic link is replaced itself.
 * @returns what the system knows of the new file; undefined when it was not wanted any more
 * @throws {Problem} `data-root-unwritable`; the file is as it was, or new but perhaps not yet on disk, and nothing is left beside it
 */
export async function replaceFile(
  path: string,
  content: Uint8Array | readonly Uint8Array[],
  options: ReplaceOptions = {},
): Promise<BigIntStats | undefined> {
  const chunks = content instanceof Uint8Array ? [content] : content
  const beside = temporaryName(path)
  try {
    const written = await writeBeside(path, beside, chunks, options)
    if (written !== undefined) await syncFolder(dirname(path))
    return written
  } catch (error) {
    removeQuietly(beside)
    throw unwritable(error, options.shownAs ?? path)
  }
}

async function writeBeside(
  path: string,
  beside: string,
  chunks: readonly Uint8Array[],
  { mode = 0o644, stillWanted }: ReplaceOptions,
): Promise<BigIntStats | undefined> {
  const handle = openSync(beside, 'wx', mode)
  try {
    handOn(path, handle)
    await writeAll(handle, chunks)
    mark(handle)
    await fsyncFile(handle)
    if (stillWanted?.() === false) {
      rmSync(beside)
      return undefined
    }
    const before = openQuietly(path)
    renameSync(beside, path)
    // the system frees a long text only now, and in another thread: it would stop everything else for as long as writing does
    if (before !== undefined) close(before, () => {})
    return fstatSync(handle, { bigint: true })
  } finally {
    closeSync(handle)
  }
}

/** Writes a file that is not there yet, where nobody looks yet; on disk when the promise is kept. */
export async function writeNewFile(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const handle = openSync(path, 'wx', mode)
  try {
    await writeAll(handle, [bytes])
    await fsyncFile(handle)
  } finally {
    closeSync(handle)
  }
}

function openQuietly(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
}

/** Makes what was renamed, made or removed in a folder outlive a crash. */
export async function syncFolder(path: string): Promise<void> {
  const handle = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await fsyncFile(handle)
  } finally {
    closeSync(handle)
  }
}

/** Makes a file that somebody else wrote, and its name, outlive a crash; a file system that is read-only has no need of it. */
export async function syncFile(path: string): Promise<void> {
  let handle: number | undefined
  try {
    handle = openSync(path, 'r')
    await fsyncFile(handle)
    await syncFolder(dirname(path))
  } catch (error) {
    if (!['EROFS', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** Removes what killed processes left of {@link replaceFile}. Only for those who know that nobody is writing there at the moment. */
export function removeBeside(path: string): void {
  const prefix = besidePrefix(path)
  try {
    for (const name of readdirSync(dirname(path))) {
      if (!name.startsWith(prefix) || !/^[0-9a-f]{16}$/.test(name.slice(prefix.length))) continue
      rmSync(join(dirname(path), name), { force: true })
    }
  } catch {
    // it can stay until somebody may remove it
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `${besidePrefix(path)}${randomBytes(8).toString('hex')}`)
}

/** The dot-name of a file's companion. File systems take no more than 255 bytes for a name. */
export function companionName(path: string, suffix: string): string {
  const name = Buffer.from(basename(path))
  const short = name.length <= 180 ? basename(path) : name.subarray(0, 180).toString('latin1')
  return `.${short.replace(/[^\x20-\x7e]/g, '_')}.${suffix}`
}

function besidePrefix(path: string): string {
  return companionName(path, 'tmp.')
}

function handOn(path: string, handle: number): void {
  const before = lstatSync(path, { throwIfNoEntry: false })
  if (before === undefined || !before.isFile()) return
  const now = fstatSync(handle)
  if (now.uid !== before.uid || now.gid !== before.gid) {
    // only root may give files away; a group is handed on by its members
    if (!tryOwner(handle, before.uid, before.gid)) tryOwner(handle, now.uid, before.gid)
  }
  // after the owner: a change of owner takes some permissions away
  fchmodSync(handle, before.mode & 0o7777)
}

function tryOwner(handle: number, uid: number, gid: number): boolean {
  try {
    fchownSync(handle, uid, gid)
    return true
  } catch {
    return false
  }
}

const longWrite = 4 * 1024 * 1024
// the most that one call of the system takes
const maxVectors = 1024

async function writeAll(handle: number, chunks: readonly Uint8Array[]): Promise<void> {
  const total = lengthOf(chunks)
  for (let at = 0; at < chunks.length; at += maxVectors) {
    const some = chunks.slice(at, at + maxVectors)
    // short texts are in the page cache sooner than another thread could begin
    const written =
      total < longWrite ? writevSync(handle, some) : (await writevLater(handle, some)).bytesWritten
    if (written < lengthOf(some)) writeRest(handle, Buffer.concat(some), written)
  }
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}

/** A disk that becomes full takes a part first, and then says so. */
function writeRest(handle: number, bytes: Uint8Array, from: number): void {
  let at = from
  while (at < bytes.length) at += writeSync(handle, bytes, at)
}

/**
 * Gives the file a time of change that no later write can give it again: the system's clock goes in steps, in which two texts of the same
 * length could follow each other unnoticed. It also tells our files from those that are being written in place, where the times of
 * change of content and of attributes are the same.
 */
function mark(handle: number): void {
  const now = (performance.timeOrigin + performance.now()) / 1000
  futimesSync(handle, now, now - 0.000_123)
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // a folder that cannot be written to has nothing of ours
  }
}
