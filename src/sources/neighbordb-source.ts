/**
 * neighbordb as it is saved: the one file of the data root that keeps its last good version, and that is not read while it is written.
 * @module
 */
import type { Neighbordb } from '../core/neighbordb.ts'
import type { Identifier } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import type { NeighbordbInForce } from '../ports.ts'
import { type NeighbordbRead, nothingRead, runNeighbordbJob } from './neighbordb-job.ts'
import { endOf, isSame, readSaved, type Version, versionOf } from './neighbordb-save.ts'
import { readNeighbordbElsewhere } from './neighbordb-thread.ts'

export interface NeighbordbPlace {
  /** Absolute. */
  readonly path: string
  readonly identifier: Identifier
  /** The built module of the worker that reads large files. */
  readonly workerUrl: URL
}

/** Larger files are read in a worker: here they would stop the server for more than ten milliseconds. */
const largeBytes = 20_000

/** Follows the file by looking at it. */
export class NeighbordbSource {
  readonly #place: NeighbordbPlace
  #version: Version | undefined
  /** Tells what was read from what was read before. */
  #token = ''
  #toldToken: string | undefined
  #lastGood: Neighbordb | undefined
  /** Of the last good one. */
  #end: Buffer | undefined
  #read: NeighbordbRead = nothingRead()
  #reading: Promise<void> | undefined

  constructor(place: NeighbordbPlace) {
    this.#place = place
  }

  /** What is in force for whoever asks now: anything that was saved before is in it. */
  async look(): Promise<NeighbordbInForce> {
    // a reading that is under way may have begun before the last save; the one after it has not
    if (this.#reading !== undefined && !this.#isCurrent()) await this.#reading
    if (!this.#isCurrent()) {
      this.#reading ??= this.#readAnew().finally(() => {
        this.#reading = undefined
      })
      await this.#reading
    }
    const isNews = this.#token !== this.#toldToken
    this.#toldToken = this.#token
    return { ...this.#read, neighbordb: this.#lastGood, isNews }
  }

  #isCurrent(): boolean {
    try {
      return this.#version !== undefined && isSame(this.#version, versionOf(this.#place.path))
    } catch {
      return false
    }
  }

  async #readAnew(): Promise<void> {
    const { path } = this.#place
    try {
      const saved = await readSaved(path, this.#end)
      if (saved === undefined) this.#take(unrested(path), 'unrested')
      else if (saved.bytes === undefined) {
        // a deleted file is a valid edit: nothing matches
        this.#take(nothingRead(), 'absent')
        this.#lastGood = undefined
        this.#end = undefined
      } else {
        const read = await this.#parse(saved.bytes)
        this.#take(read, tokenOf(saved.version))
        if (read.neighbordb !== undefined) this.#end = endOf(saved.bytes)
      }
      // not before it is parsed: who asks meanwhile is to wait for it
      this.#version = saved?.version
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code === undefined) throw cause
      const reason = code === 'EACCES' ? 'the server may not read it' : code
      const message = `it cannot be read: ${reason}`
      const problem = new Problem('neighbordb-unreadable', message, { at: { file: path }, cause })
      // what stands in the way need not be the file itself
      this.#version = undefined
      this.#take(nothingRead(problem), message)
    }
  }

  #parse(bytes: Buffer): NeighbordbRead | Promise<NeighbordbRead> {
    const { path, identifier, workerUrl } = this.#place
    const job = { file: path, bytes, identifier }
    return bytes.length > largeBytes
      ? readNeighbordbElsewhere(workerUrl, job)
      : runNeighbordbJob(job)
  }

  #take(read: NeighbordbRead, token: string): void {
    if (read.neighbordb !== undefined) this.#lastGood = read.neighbordb
    this.#read = read
    this.#token = token
  }
}

function unrested(file: string): NeighbordbRead {
  const problem = new Problem('neighbordb-unreadable', 'it is written to without a rest', {
    at: { file },
    fix: 'until then the last good one serves; write a new file and rename it',
  })
  return nothingRead(problem)
}

function tokenOf(version: Version): string {
  if (version === 'absent') return version
  const { dev, ino, size, mtimeMs, ctimeMs } = version
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ')
}
