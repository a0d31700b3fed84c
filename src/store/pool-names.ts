/**
 * Which pools there are.
 * @module
 */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'

/**
 * The paths of all files below a folder, sorted; links are followed, dot-names are not read. None where there is no folder.
 * @throws {Problem} `data-root-unreadable`
 */
export function poolNames(folder: string, shownAs: string): string[] {
  const names: string[] = []
  try {
    visit(folder, '', new Set(), names)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new Problem('data-root-unreadable', `cannot be read: ${code}`, {
      at: { file: shownAs },
      fix: 'make it a folder that the server may read',
      cause: error,
    })
  }
  return names.sort()
}

function visit(folder: string, prefix: string, above: ReadonlySet<string>, names: string[]): void {
  let entries: string[]
  try {
    entries = readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ENOTDIR is also what a file in the place of the data root gives, of which others tell
    if (code === 'ENOENT' || (code === 'ENOTDIR' && statOrNothing(folder) === undefined)) return
    throw error
  }
  const real = realpathSync.native(folder)
  // a link to a folder above would go on for ever
  if (above.has(real)) return
  for (const entry of entries) {
    if (entry.startsWith('.')) continue
    const path = join(folder, entry)
    const stats = statOrNothing(path)
    if (stats?.isDirectory()) visit(path, `${prefix}${entry}/`, new Set([...above, real]), names)
    else if (stats?.isFile()) names.push(`${prefix}${entry}`)
  }
}

/** Links that lead nowhere, or in a circle, are nothing. */
function statOrNothing(path: string) {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
