/**
 * Hashes one version of a file that an operator may be writing at this very moment.
 * @module
 */
import { createHash, hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { type FileFault, fileFault, fileVersion, notRegular } from '../core/file-version.ts'
import type { FileHash } from '../ports.ts'

/** The version of a file to hash. */
export interface HashJob {
  readonly path: string
  readonly version: string
}

/** `changed`: the file at the path is another version, or became one meanwhile. */
export type HashOutcome = FileHash | FileFault | 'changed'

// it may have become a FIFO, which would block
const flags = constants.O_RDONLY | constants.O_NONBLOCK

/** Hashes a file of any size; blocks for as long as it takes. `buffer` is what is read at a time. */
export function hashBlocking({ path, version }: HashJob, buffer: Uint8Array): HashOutcome {
  try {
    const handle = openSync(path, flags)
    try {
      const facts = fstatSync(handle, { bigint: true })
      if (!facts.isFile()) return notRegular
      if (fileVersion(facts) !== version) return 'changed'
      const sha1 = createHash('sha1')
      const size = Number(facts.size)
      for (let at = 0; at < size; ) {
        const length = readSync(handle, buffer, 0, Math.min(buffer.length, size - at), at)
        if (length === 0) return 'changed'
        sha1.update(length === buffer.length ? buffer : buffer.subarray(0, length))
        at += length
      }
      if (fileVersion(fstatSync(handle, { bigint: true })) !== version) return 'changed'
      return { size, sha1: sha1.digest('hex') }
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    return fileFault(error as NodeJS.ErrnoException)
  }
}

/** Hashes a small file, without blocking for longer than its hash takes. */
export async function hashSmall({ path, version }: HashJob): Promise<HashOutcome> {
  try {
    const handle = await open(path, flags)
    try {
      const facts = await handle.stat({ bigint: true })
      if (!facts.isFile()) return notRegular
      if (fileVersion(facts) !== version) return 'changed'
      const bytes = await handle.readFile()
      if (fileVersion(await handle.stat({ bigint: true })) !== version) return 'changed'
      return { size: bytes.length, sha1: hash('sha1', bytes) }
    } finally {
      await handle.close()
    }
  } catch (error) {
    return fileFault(error as NodeJS.ErrnoException)
  }
}
