/**
 * The folder of the journal: its files in the order in which they were begun, and what bounds them.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the journal as it lies there. */
export interface JournalFile {
  readonly name: string
  readonly path: string
  readonly size: number
  /** Of its last change, in milliseconds since 1970. */
  readonly changedAt: number
}

/** How much is kept. */
export interface JournalBounds {
  /** A file that has reached this is followed by a new one. */
  readonly fileBytes: number
  readonly totalBytes: number
  /** A file in which nothing was written for this long is removed. */
  readonly maxAgeMs: number
}

const day = 86_400_000

export const journalBounds: JournalBounds = {
  fileBytes: 32 * 1_048_576,
  totalBytes: 512 * 1_048_576,
  maxAgeMs: 90 * day,
}

export function journalFolder(stateDir: string): string {
  return join(stateDir, 'journal')
}

/** The files of a journal, oldest first; none where there is no such folder. */
export function listJournal(stateDir: string): readonly JournalFile[] {
  const folder = journalFolder(stateDir)
  const names = readFolder(folder).filter((name) => /^\d{8}T\d{9}Z-.*\.jsonl$/.test(name))
  return names.sort().flatMap((name) => {
    const path = join(folder, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats?.isFile() === true
      ? [{ name, path, size: stats.size, changedAt: stats.mtimeMs }]
      : []
  })
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The name of a file that is begun now. Each process has files of its own: several servers may share a folder. */
export function newJournalName(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:.]/g, '')
  return `${time}-${process.pid}-${randomBytes(3).toString('hex')}.jsonl`
}

/** Who runs switches' configurations through it keeps them to themselves. */
export function makeStateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** The files that have to go, oldest first, so that the others are within the bounds. */
export function outOfBounds(
  files: readonly JournalFile[],
  { totalBytes, maxAgeMs }: JournalBounds,
  now: number,
): readonly JournalFile[] {
  let total = files.reduce((sum, { size }) => sum + size, 0)
  return files.filter(({ size, changedAt }) => {
    const goes = total > totalBytes || now - changedAt > maxAgeMs
    if (goes) total -= size
    return goes
  })
}

export function removeJournalFile({ path }: JournalFile): void {
  rmSync(path, { force: true })
}
