/**
 * Remembers the hashes of files by their versions.
 * @module
 */
import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type FileFacts,
  type FileFault,
  fileFault,
  fileVersion,
  notRegular,
} from '../core/file-version.ts'
import type { Clock, FileHash, FileHashes } from '../ports.ts'
import { type HashOutcome, hashVersion } from './file-hash-job.ts'
import { FileHashThreads } from './file-hash-threads.ts'

export interface FileHashesOptions {
  /** The built `sources/file-hash-worker`. */
  readonly workerUrl: URL
  readonly clock: Clock
}

/** Smaller files are hashed at once, in a millisecond or less. */
const largeFrom = 262_144
/** Versions that are remembered, each in a few hundred bytes. */
const maxRemembered = 10_000
/** A file that is written to without end is given up after so many tries. */
const maxTries = 4
/**
 * Two edits within one tick of the file system's clock (up to 10 ms on Linux) leave the same times. A file that was touched this short a time
 * ago is left alone for as long, so that any later edit gives it another version.
 */
const settleMs = 50

export function createFileHashes({ workerUrl, clock }: FileHashesOptions): FileHashes {
  const threads = new FileHashThreads(workerUrl)
  const remembered = new Map<string, FileHash>()
  const underWay = new Map<string, Promise<HashOutcome>>()

  const begin = async (path: string, version: string, facts: FileFacts): Promise<HashOutcome> => {
    try {
      await settle(facts, clock)
      const job = { path, version }
      const outcome = await (facts.size < largeFrom ? hashVersion(job) : threads.run(job))
      if (typeof outcome === 'object' && 'sha1' in outcome) {
        if (remembered.size >= maxRemembered) remembered.clear()
        remembered.set(version, outcome)
      }
      return outcome
    } finally {
      underWay.delete(version)
    }
  }

  const hash = async (path: string): Promise<FileHash | FileFault> => {
    try {
      for (let tries = 0; tries < maxTries; tries++) {
        const facts = await stat(path, { bigint: true })
        if (!facts.isFile()) return notRegular
        const version = fileVersion(facts)
        const known = remembered.get(version)
        if (known !== undefined) return known
        let outcome = underWay.get(version)
        if (outcome === undefined) {
          outcome = begin(path, version, facts)
          underWay.set(version, outcome)
        }
        const result = await outcome
        if (result !== 'changed') return result
      }
      return { kind: 'failed', reason: 'it was changed each time while it was hashed' }
    } catch (error) {
      return fileFault(error as NodeJS.ErrnoException)
    }
  }

  return { hash, close: () => threads.close() }
}

async function settle({ mtimeNs, ctimeNs }: FileFacts, clock: Clock): Promise<void> {
  const touchedMs = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n)
  const ageMs = clock.now() - touchedMs
  // a time in the future is that of another machine's clock
  if (ageMs >= 0 && ageMs < settleMs) await pause(settleMs - ageMs)
}
