/**
 * Writes that are on disk when their promise is kept.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Names of files and folders that are being made: whoever lists a folder leaves out what begins like this. */
export const unfinishedPrefix = '.ztpush-new-'

/** A name beside others that nobody else uses; the process that makes it can be told from it. */
export function unfinishedName(): string {
  return `${unfinishedPrefix}${process.pid}-${randomBytes(6).toString('hex')}`
}

/** Writes a file that was not there, and waits until it is on disk. */
export async function writeSynced(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Waits until the names in a folder are on disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Replaces a file, or makes it: a reader sees the old bytes or the new ones. A symbolic link itself is replaced. */
export async function replaceSynced(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const folder = dirname(path)
  const beside = join(folder, unfinishedName())
  try {
    await writeSynced(beside, bytes, mode)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(folder)
}
