/**
 * Files that are looked at per request: read and worked on once, and again when they have changed.
 * @module
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'

/** A file's bytes with what was made of them. */
interface Remembered<Value> {
  readonly stats: Stats
  /** When the file was looked at last, in ms. */
  lookedAt: number
  readonly value: Value
  readonly size: number
}

/**
 * How long a look at a file counts. Nobody gets an answer, saves a file and asks again in that time; under load a look would cost
 * a seventh of an answer.
 */
const lookMs = 0.2

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
  #missing = { path: '', lookedAt: Number.NEGATIVE_INFINITY }

  constructor(maxBytes: number, make: (path: string, bytes: Buffer) => Value) {
    this.#maxBytes = maxBytes
    this.#make = make
  }

  /**
   * What the file at a path is worth now, at once where that is known; undefined: there is no file.
   * @throws the error of the file system when there is one that cannot be read
   */
  look(path: string): Value | undefined | Promise<Value | undefined> {
    const known = this.#entries.get(path)
    const now = performance.now()
    if (known !== undefined && now - known.lookedAt < lookMs) return known.value
    const missing = this.#missing
    if (known === undefined && missing.path === path && now - missing.lookedAt < lookMs) {
      return undefined
    }
    const stats = statFile(path)
    if (stats === undefined) {
      this.#forget(path)
      this.#missing = { path, lookedAt: now }
      return undefined
    }
    if (known !== undefined && isSameVersion(known.stats, stats)) {
      known.lookedAt = now
      if (this.#bytes > this.#maxBytes / 2) this.#refresh(path, known)
      return known.value
    }
    return stats.size <= maxDirectBytes
      ? this.#take(path, stats, readAtOnce(path))
      : readFile(path).then((bytes) => this.#take(path, stats, bytes))
  }

  #take(path: string, stats: Stats, bytes: Buffer): Value {
    const value = this.#make(path, bytes)
    // a file that was written to while it was read is read again next time
    const after = statFile(path)
    if (after !== undefined && isSameVersion(after, stats) && isSettled(after)) {
      this.#remember(path, { stats, lookedAt: Number.NEGATIVE_INFINITY, value, size: bytes.length })
    } else this.#forget(path)
    return value
  }

  /** Makes an entry the one that was used last; nobody needs to know while there is room for all. */
  #refresh(path: string, entry: Remembered<Value>): void {
    this.#entries.delete(path)
    this.#entries.set(path, entry)
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
export function statFile(path: string): Stats | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats?.isFile() === true ? stats : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENAMETOOLONG' || code === 'ELOOP') return undefined
    throw error
  }
}

/** Whether nothing was done to a file between two looks, as far as its stats tell. */
export function isSameVersion(one: Stats, other: Stats): boolean {
  return (
    one.ino === other.ino &&
    one.size === other.size &&
    one.mtimeMs === other.mtimeMs &&
    one.ctimeMs === other.ctimeMs &&
    one.dev === other.dev
  )
}

/** Two saves within one tick of the file system's clock have the same time: a file that young may change unseen. */
const clockTickMs = 20

function isSettled({ ctimeMs }: Stats): boolean {
  return Math.abs(Date.now() - ctimeMs) > clockTickMs
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
