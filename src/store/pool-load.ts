/**
 * Reads pool files, which operators edit at any moment.
 * @module
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { readPool } from '../core/pool-reader.ts'
import { Problem } from '../core/problem.ts'
import type { ResourcePool } from '../core/resource-pool.ts'
import { identityOf, statOf, unsettledMs } from './file-identity.ts'

/** A pool with the state of the file that it was read from. */
export interface LoadedPool {
  readonly pool: ResourcePool
  readonly identity: string
}

const maxBytes = 256 * 1024 * 1024
const patienceMs = 1000
const sliceMs = 10

/**
 * Reads a pool; `known`, what was read there before, is changed where that is quicker. A file that is being saved in place is waited for, for a second; other work goes on while a long one is read.
 * @throws {Problem} `pool-missing`, `pool-unreadable`, `pool-syntax`, `pool-shape`
 */
export async function loadPool(
  path: string,
  shownAs: string,
  known?: ResourcePool,
): Promise<LoadedPool> {
  const begin = performance.now()
  for (;;) {
    const stats = tryRead(shownAs, () => statOf(path))
    if (stats === undefined) throw missing(shownAs)
    if (!stats.isFile()) throw unreadable(shownAs, 'it is not a file')
    if (stats.size > maxBytes) throw unreadable(shownAs, 'it is larger than 256 MB')
    const impatient = performance.now() - begin > patienceMs
    const waitMs = unsettledMs(stats)
    if (waitMs > 0 && !impatient) {
      await pause(waitMs + 1)
      continue
    }
    const identity = identityOf(stats)
    const bytes = await readFile(path).catch((error: unknown) => failed(shownAs, error))
    const after = tryRead(shownAs, () => statOf(path))
    // it changed while it was read: what was read may be half of it
    if (after === undefined || identityOf(after) !== identity) {
      if (impatient) throw unreadable(shownAs, 'it changes all the time')
      continue
    }
    if (known?.follow(bytes) === true) return { pool: known, identity }
    return { pool: await parseInTurns(shownAs, decode(shownAs, bytes)), identity }
  }
}

async function parseInTurns(shownAs: string, text: string): Promise<ResourcePool> {
  const reading = readPool(shownAs, text)
  let rested = performance.now()
  for (;;) {
    const step = reading.next()
    if (step.done === true) return step.value
    if (performance.now() - rested < sliceMs) continue
    await turn()
    rested = performance.now()
  }
}

function decode(shownAs: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Problem('pool-syntax', 'the file is not UTF-8', {
      at: { file: shownAs },
      fix: 'save it as UTF-8',
      cause,
    })
  }
}

/** Does something with a pool's path. @throws {Problem} `pool-missing`, `pool-unreadable` */
export function tryRead<Result>(shownAs: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    return failed(shownAs, error)
  }
}

function failed(shownAs: string, error: unknown): never {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === undefined) throw error
  if (code === 'ENOENT' || code === 'ENOTDIR') throw missing(shownAs, error)
  const reason = new Map([
    ['EACCES', 'permission denied'],
    ['ELOOP', 'its links lead in a circle'],
  ]).get(code)
  throw unreadable(shownAs, reason ?? code, error)
}

function missing(file: string, cause?: unknown): Problem {
  const fix = 'make the file, with one "value: null" a line'
  return new Problem('pool-missing', 'there is no such pool', { at: { file }, fix, cause })
}

function unreadable(file: string, reason: string, cause?: unknown): Problem {
  const fix = 'make it a file that the server may read'
  return new Problem('pool-unreadable', `cannot be read: ${reason}`, { at: { file }, fix, cause })
}
