/**
 * Makes a folder and those above it.
 * @module
 */
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Like `mkdir -p`. Node's own recursive mode never comes back where nothing can be made (below /proc).
 * @throws what `mkdir` says
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  const above = dirname(path)
  if (above !== path) makeFolder(above)
  mkdirSync(path)
}
