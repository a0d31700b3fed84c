/**
 * Writing to where an operator said.
 * @module
 */
import { Problem } from '../core/problem.ts'

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the quota is used up'],
  ['EACCES', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['EEXIST', 'there is a file of that name'],
  ['ENOTDIR', 'a part of the path is a file'],
])

/**
 * Does what writes to a path.
 * @throws {Problem} `output-unwritable`, with the way out
 */
export function tryWrite(path: string, fix: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Problem('output-unwritable', `cannot write: ${reasons.get(code ?? '') ?? message}`, {
      at: { file: path },
      fix,
      cause: error,
    })
  }
}
