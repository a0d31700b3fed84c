/**
 * When a save of neighbordb is over: a file that is written in place must not be taken for all of it while half of it is missing.
 * @module
 */
import type { Stats } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSameVersion, statFile } from './file-memory.ts'

/** A version of the file: its stats, or that there is none. */
export type Version = Stats | 'absent'

/** A version that nobody writes to any more; no bytes when there is no file. */
export interface SavedVersion {
  readonly version: Version
  readonly bytes: Buffer | undefined
}

/** A file that was touched less than this ago may be half of what is being saved. */
const settleMs = 200
/**
 * A writer may pause for longer. What lacks the end of the version in force may be the half before such a pause, and a file that
 * went away may come back: they are to be left alone for this long, which is as late as an edit may be in force.
 */
const suspiciousMs = 900
/** However long somebody writes, nobody waits longer than this for the end of it. */
const patienceMs = 2_000
/** So much of the end tells two files apart: the name of the last pattern is in it, most likely. */
const endBytes = 256

/** The end of a version by which the next one is known to be whole; undefined: there is nothing to know it by. */
export function endOf(bytes: Buffer): Buffer | undefined {
  return bytes.length === 0 ? undefined : Buffer.from(bytes.subarray(-endBytes))
}

/**
 * Reads the file when its save is over; undefined: it is written to without a rest.
 * @param inForce the end of the version in force; undefined: there is none
 * @throws the error of the file system when there is a file that cannot be read
 */
export async function readSaved(
  path: string,
  inForce: Buffer | undefined,
): Promise<SavedVersion | undefined> {
  const began = performance.now()
  let seen = versionOf(path)
  let seenAt = began
  let neededMs = settleMs
  for (;;) {
    const version = versionOf(path)
    // nothing is lost by what was not there before
    if (version === 'absent' && inForce === undefined) return { version, bytes: undefined }
    const now = performance.now()
    if (!isSame(version, seen)) {
      seen = version
      seenAt = now
      neededMs = settleMs
    }
    const quietMs = untouchedFor(version) ?? now - seenAt
    if (quietMs >= neededMs) {
      const bytes = version === 'absent' ? undefined : await readUnlessAbsent(path)
      if (isSame(version, versionOf(path))) {
        if (quietMs >= suspiciousMs || endsLike(bytes, inForce)) return { version, bytes }
        neededMs = suspiciousMs
      }
    }
    const leftMs = began + patienceMs - performance.now()
    if (leftMs <= 0) return undefined
    // what came back, or is whole meanwhile, need not wait for the rest of it
    await sleep(Math.min(Math.max(1, neededMs - quietMs), settleMs, leftMs))
  }
}

export function isSame(one: Version, other: Version): boolean {
  return one === 'absent' || other === 'absent' ? one === other : isSameVersion(one, other)
}

export function versionOf(path: string): Version {
  return statFile(path) ?? 'absent'
}

/** Where nothing is in force, half a file is no worse. */
function endsLike(bytes: Buffer | undefined, inForce: Buffer | undefined): boolean {
  if (inForce === undefined) return true
  if (bytes === undefined) return false
  return bytes.subarray(-inForce.length).equals(inForce)
}

/** For how many milliseconds nobody has written to a file; undefined where its times say nothing: they are in the future. */
function untouchedFor(version: Version): number | undefined {
  if (version === 'absent') return undefined
  const age = Date.now() - Math.max(version.mtimeMs, version.ctimeMs)
  return age < 0 ? undefined : age
}

async function readUnlessAbsent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
