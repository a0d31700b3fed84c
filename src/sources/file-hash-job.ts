/**
 * Hashes one version of a file that an operator may be writing at this very moment.
 * @module
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { type FileFault, fileFault, fileVersion, notRegular } from '../core/file-version.ts'
import type { FileHash } from '../ports.ts'

/** The version of a file to hash. */
export interface HashJob {
  readonly path: string
  readonly version: string
}

/** `changed`: the file at the path is another version, or became one meanwhile. */
export type HashOutcome = FileHash | FileFault | 'changed'

/** Hashes a file. The thread that does it is busy for as long as the hash takes, but for reading. Never rejects. */
export async function hashVersion({ path, version }: HashJob): Promise<HashOutcome> {
  let handle: FileHandle | undefined
  try {
    // it may have become a FIFO, which would block
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const facts = await handle.stat({ bigint: true })
    if (!facts.isFile()) return notRegular
    if (fileVersion(facts) !== version) return 'changed'
    const size = Number(facts.size)
    const sha1 = await hashBytes(handle, size)
    if (sha1 === undefined) return 'changed'
    const after = await handle.stat({ bigint: true })
    return fileVersion(after) === version ? { size, sha1 } : 'changed'
  } catch (error) {
    return fileFault(error as NodeJS.ErrnoException)
  } finally {
    await handle?.close()
  }
}

const chunkBytes = 1_048_576

/** While one part is hashed the next one is read. Undefined when the file is shorter than it was. */
async function hashBytes(handle: FileHandle, size: number): Promise<string | undefined> {
  const sha1 = createHash('sha1')
  const length = Math.min(chunkBytes, size)
  let [hashing, reading] = [Buffer.allocUnsafeSlow(length), Buffer.allocUnsafeSlow(length)]
  let next = handle.read(reading, 0, length, 0)
  for (let at = 0; at < size; ) {
    const { bytesRead } = await next
    if (bytesRead === 0) return undefined
    at += bytesRead
    ;[hashing, reading] = [reading, hashing]
    next = handle.read(reading, 0, Math.min(length, size - at), at)
    sha1.update(bytesRead === length ? hashing : hashing.subarray(0, bytesRead))
  }
  await next
  return sha1.digest('hex')
}
