/**
 * Files of the data root, opened to be sent.
 * @module
 */
import { hash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { type FileFault, fileFault, fileVersion, notRegular } from '../../core/file-version.ts'

/** A regular file that is open. Who has it closes the handle. */
export interface ServedFile {
  readonly handle: FileHandle
  readonly size: number
  readonly mtimeNs: bigint
  /** When it was written to last, in whole milliseconds since 1970. */
  readonly mtimeMs: number
  readonly etag: string
}

/** Opens a file. What is no regular file is not even touched: a FIFO would block, and a device may do anything. */
export async function openServedFile(path: string): Promise<ServedFile | FileFault> {
  let handle: FileHandle | undefined
  try {
    if (!(await stat(path)).isFile()) return notRegular
    // it may have become a FIFO since
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const facts = await handle.stat({ bigint: true })
    if (facts.isFile()) return { handle, ...describe(facts) }
    await handle.close()
    return notRegular
  } catch (error) {
    await handle?.close()
    return fileFault(error as NodeJS.ErrnoException)
  }
}

function describe(facts: Parameters<typeof fileVersion>[0]): Omit<ServedFile, 'handle'> {
  return {
    size: Number(facts.size),
    mtimeNs: facts.mtimeNs,
    mtimeMs: Number(facts.mtimeNs / 1_000_000n),
    // hashed: numbers of this machine's file system are nobody's business
    etag: `"${hash('sha256', fileVersion(facts)).slice(0, 32)}"`,
  }
}

/** Whether the bytes of an open file are still those that it had when it was opened. */
export async function isUnchanged({ handle, size, mtimeNs }: ServedFile): Promise<boolean> {
  const facts = await handle.stat({ bigint: true })
  // not ctime: a file that is replaced by another one loses its name, and keeps its bytes
  return Number(facts.size) === size && facts.mtimeNs === mtimeNs
}
