/**
 * A folder of configurations that were rendered before.
 * @module
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'
import type { ConfigFolder } from '../ports.ts'

/**
 * The folder at an absolute path.
 * @param shown how messages call it
 */
export function createConfigFolder(path: string, shown: string): ConfigFolder {
  const refuse = (cause: unknown, file: string): Problem => {
    const { code, message } = cause as NodeJS.ErrnoException
    const reasons = new Map([
      ['ENOENT', 'there is no such folder'],
      ['ENOTDIR', 'it is not a folder'],
      ['EACCES', 'permission denied'],
    ])
    const reason = reasons.get(code ?? '') ?? message
    return new Problem('comparison-missing', `cannot compare with it: ${reason}`, {
      at: { file },
      fix: 'name a folder that "ztpush render --all --out" has written',
      cause,
    })
  }
  return {
    names: async () => {
      try {
        const entries = await readdir(path, { withFileTypes: true })
        return entries
          .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.cfg'))
          .map(({ name }) => name)
          .sort()
      } catch (cause) {
        throw refuse(cause, shown)
      }
    },
    read: async (name) => {
      try {
        return await readFile(join(path, name))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw refuse(cause, `${shown}/${name}`)
      }
    },
  }
}
