/**
 * Goes through the folders of a data root.
 * @module
 */
import { access, constants, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'
import type { DataRootFiles } from '../ports.ts'

/** Links can make a small folder look endless. */
const maxDepth = 32
const maxFiles = 100_000

/** The files of the data root in a folder, given absolute. */
export function createDataRootFiles(dataRoot: string): DataRootFiles {
  return {
    read: async (path) => {
      const file = join(dataRoot, path)
      try {
        // reading anything else could wait for ever
        return (await stat(file)).isFile() ? await readFile(file) : undefined
      } catch (cause) {
        if (isAbsent(cause)) return undefined
        return unreadable(file, cause)
      }
    },
    list: async (folder) => {
      const files: string[] = []
      await collect(dataRoot, folder, [], files)
      return files.sort()
    },
    has: async (path) =>
      stat(join(dataRoot, path)).then(
        (stats) => stats.isFile(),
        () => false,
      ),
    isExecutable: async (path) =>
      access(join(dataRoot, path), constants.X_OK).then(
        () => true,
        () => false,
      ),
  }
}

/** Adds the files below `folder`; `above` are the real paths of the folders that lead to it. */
async function collect(
  dataRoot: string,
  folder: string,
  above: readonly string[],
  files: string[],
): Promise<void> {
  const path = join(dataRoot, folder)
  const real = await unlessAbsent(path, () => realpath(path))
  if (real === undefined || above.includes(real) || above.length >= maxDepth) return
  const entries = await unlessAbsent(path, () => readdir(path))
  for (const name of entries ?? []) {
    if (name.startsWith('.')) continue
    if (files.length >= maxFiles) return
    const below = `${folder}/${name}`
    const stats = await unlessAbsent(join(dataRoot, below), () => stat(join(dataRoot, below)))
    if (stats?.isDirectory() === true) await collect(dataRoot, below, [...above, real], files)
    else if (stats === undefined || stats.isFile()) files.push(below)
  }
}

async function unlessAbsent<Result>(
  path: string,
  look: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await look()
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw unreadable(path, cause)
  }
}

function isAbsent(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP'
}

function unreadable(file: string, cause: unknown): Problem {
  const { code, message } = cause as NodeJS.ErrnoException
  const reason = code === 'EACCES' ? 'permission denied' : message
  return new Problem('data-root-unreadable', `it cannot be read: ${reason}`, {
    at: { file },
    cause,
  })
}
