/**
 * The configuration that each switch was served last: one file a switch, below `served/`.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSystemMac } from '../../core/identity.ts'
import type { ServedConfig, ServedConfigs } from '../../ports.ts'
import { makeStateFolder } from './journal-folder.ts'

export function servedFolder(stateDir: string): string {
  return join(stateDir, 'served')
}

/**
 * Keeps a configuration. There is no fsync: a file that a power failure takes is made again when the switch asks the next time.
 * @param at when it was served, in milliseconds since 1970
 */
export function writeServed(
  stateDir: string,
  entryId: string,
  text: string | Uint8Array,
  at: number,
): void {
  const folder = servedFolder(stateDir)
  const beside = join(folder, `.new-${randomBytes(8).toString('hex')}`)
  const write = () => writeFileSync(beside, text, { flag: 'wx', mode: 0o600 })
  try {
    try {
      write()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      makeStateFolder(folder)
      write()
    }
    utimesSync(beside, at / 1_000, at / 1_000)
    renameSync(beside, join(folder, fileNameOf(entryId)))
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** Reads what was kept. */
export function createServedConfigs(stateDir: string): ServedConfigs {
  return {
    read: async (entryId) => readServed(join(servedFolder(stateDir), fileNameOf(entryId))),
  }
}

function readServed(path: string): ServedConfig | undefined {
  try {
    return { at: Math.round(statSync(path).mtimeMs), bytes: readFileSync(path) }
  } catch {
    return undefined
  }
}

/** A MAC in any notation is the same file; a name that a file system would not take becomes its hash. */
function fileNameOf(entryId: string): string {
  const name = parseSystemMac(entryId)?.replaceAll(':', '') ?? entryId
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return `${name}.cfg`
  return `+${createHash('sha256').update(name).digest('hex').slice(0, 40)}.cfg`
}
