/**
 * neighbordb as it is saved: the one file of the data root that keeps its last good version, and that is not read while it is written.
 * @module
 */
import type { Stats } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Neighbordb } from '../core/neighbordb.ts'
import type { Identifier } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import type { NeighbordbInForce } from '../ports.ts'
import { isSameVersion, statFile } from './file-memory.ts'
import { type NeighbordbRead, nothingRead, runNeighbordbJob } from './neighbordb-job.ts'
import { readNeighbordbElsewhere } from './neighbordb-thread.ts'

export interface NeighbordbPlace {
  /** Absolute. */
  readonly path: string
  readonly identifier: Identifier
  /** The built module of the worker that reads large files. */
  readonly workerUrl: URL
}

/** A file that was touched, or went away, less than this ago may be half of what is being saved. */
const settleMs = 200
/** However long somebody writes, nobody waits longer than this for the end of it. */
const patienceMs = 2_000
/** Larger files are read in a worker: here they would stop the server for more than ten milliseconds. */
const largeBytes = 20_000

/** A version of the file: its stats, or that there is none. */
type Version = Stats | 'absent'

/** Follows the file by looking at it. */
export class NeighbordbSource {
  readonly #place: NeighbordbPlace
  #version: Version | undefined
  /** Tells what was read from what was read before. */
  #token = ''
  #toldToken: string | undefined
  #lastGood: Neighbordb | undefined
  #read: NeighbordbRead = nothingRead()
  #reading: Promise<void> | undefined

  constructor(place: NeighbordbPlace) {
    this.#place = place
  }

  /** What is in force for whoever asks now: anything that was saved before is in it. */
  async look(): Promise<NeighbordbInForce> {
    // a reading that is under way may have begun before the last save; the one after it has not
    for (let round = 0; round < 2 && !this.#isCurrent(); round++) {
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
      const { version, bytes } = await this.#readWhenQuiet()
      this.#version = version
      if (bytes === undefined) {
        // a deleted file is a valid edit: nothing matches
        this.#take(nothingRead(), 'absent')
        this.#lastGood = undefined
      } else this.#take(await this.#parse(bytes), tokenOf(version))
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

  async #readWhenQuiet(): Promise<{ version: Version; bytes: Buffer | undefined }> {
    const { path } = this.#place
    const began = performance.now()
    // editors rename the old file away before they write the new one
    let absentSince: number | undefined
    for (;;) {
      const version = versionOf(path)
      const isPatient = performance.now() - began < patienceMs
      absentSince = version === 'absent' ? (absentSince ?? performance.now()) : undefined
      const quietFor = version === 'absent' ? this.#absentFor(absentSince) : untouchedFor(version)
      if (isPatient && quietFor < settleMs) {
        await sleep(settleMs - quietFor)
        continue
      }
      const bytes = version === 'absent' ? undefined : await readUnlessAbsent(path)
      if (!isPatient || isSame(version, versionOf(path))) return { version, bytes }
    }
  }

  #absentFor(since: number | undefined): number {
    const wasThere = this.#version !== undefined && this.#version !== 'absent'
    return wasThere && since !== undefined ? performance.now() - since : settleMs
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

function versionOf(path: string): Version {
  return statFile(path) ?? 'absent'
}

function isSame(one: Version, other: Version): boolean {
  return one === 'absent' || other === 'absent' ? one === other : isSameVersion(one, other)
}

function tokenOf(version: Version): string {
  if (version === 'absent') return version
  const { dev, ino, size, mtimeMs, ctimeMs } = version
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ')
}

/** For how many milliseconds nobody has written to a file; a time in the future says nothing. */
function untouchedFor({ mtimeMs, ctimeMs }: Stats): number {
  const age = Date.now() - Math.max(mtimeMs, ctimeMs)
  return age < 0 ? settleMs : age
}

async function readUnlessAbsent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
