/**
 * Files that are looked at per request: read and worked on once, and again when they have changed.
 * @module
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'

/** A file's bytes with what was made of them. */
interface Remembered<Value> {
  readonly identity: string
  readonly value: Value
  readonly size: number
}

/** Up to this size a file is read at once: handing it to another thread would take longer. */
const maxDirectBytes = 65_536

/**
 * Remembers what was made of files, within a bound of their bytes; what was used longest ago goes first. A file is known by its
 * device, inode, size and times.
 */
export class FileMemory<Value> {
  readonly #entries = new Map<string, Remembered<Value>>()
  readonly #maxBytes: number
  readonly #make: (path: string, bytes: Buffer) => Value
  #bytes = 0

  constructor(maxBytes: number, make: (path: string, bytes: Buffer) => Value) {
    this.#maxBytes = maxBytes
    this.#make = make
  }

  /**
   * What the file at a path is worth now, at once where that is known; undefined: there is no file.
   * @throws the error of the file system when there is one that cannot be read
   */
  look(path: string): Value | undefined | Promise<Value | undefined> {
    const stats = statFile(path)
    if (stats === undefined) {
      this.#forget(path)
      return undefined
    }
    const identity = identityOf(stats)
    const known = this.#entries.get(path)
    if (known?.identity === identity) {
      this.#entries.delete(path)
      this.#entries.set(path, known)
      return known.value
    }
    return stats.size <= maxDirectBytes
      ? this.#take(path, identity, readAtOnce(path))
      : readFile(path).then((bytes) => this.#take(path, identity, bytes))
  }

  #take(path: string, identity: string, bytes: Buffer): Value {
    const value = this.#make(path, bytes)
    // a file that was written to while it was read is read again next time
    const after = statFile(path)
    if (after !== undefined && identityOf(after) === identity && isSettled(after)) {
      this.#remember(path, { identity, value, size: bytes.length })
    } else this.#forget(path)
    return value
  }

  #remember(path: string, entry: Remembered<Value>): void {
    this.#forget(path)
    if (entry.size > this.#maxBytes / 2) return
    this.#entries.set(path, entry)
    this.#bytes += entry.size
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      this.#forget(oldest)
    }
  }

  #forget(path: string): void {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    this.#entries.delete(path)
    this.#bytes -= entry.size
  }
}

/** The stats of a regular file, links followed. Reading anything else could wait for ever. */
function statFile(path: string): BigIntStats | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false, bigint: true })
    return stats?.isFile() === true ? stats : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENAMETOOLONG' || code === 'ELOOP') return undefined
    throw error
  }
}

function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
}

/** Two saves within one tick of the file system's clock have the same time: a file that young may change unseen. */
const clockTickMs = 20

function isSettled({ ctimeMs }: BigIntStats): boolean {
  return Math.abs(Date.now() - Number(ctimeMs)) > clockTickMs
}

function readAtOnce(path: string): Buffer {
  // a pipe that took the file's place meanwhile must not stop the server
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!fstatSync(descriptor).isFile()) return Buffer.alloc(0)
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
