/**
 * The bootstrap client and the actions that come with this program.
 * @module
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ShippedFiles } from '../ports.ts'

/** Reads each file once: what is shipped does not change while the program runs. */
export function createShippedFiles(folder: string): ShippedFiles {
  const known = new Map<string, Uint8Array | undefined>()
  return {
    read: (path) => {
      if (!known.has(path)) known.set(path, readIfThere(join(folder, path)))
      return known.get(path)
    },
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined
    throw error
  }
}
