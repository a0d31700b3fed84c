/**
 * Why something could not be written, for people.
 * @module
 */
import { Problem } from '../core/problem.ts'

const allow = 'let the server write there'

const reasons = new Map([
  ['ENOSPC', ['the disk is full', 'make room']],
  ['EDQUOT', ['the quota is used up', 'make room']],
  ['EFBIG', ['the file would be too large', 'raise the limit of file sizes']],
  ['EACCES', ['permission denied', allow]],
  ['EPERM', ['permission denied', allow]],
  ['EROFS', ['the file system is read-only', allow]],
  ['EISDIR', ['a folder of that name is there', 'move it away']],
  ['ENOTDIR', ['a part of the path is a file', 'move it away']],
  ['ENOENT', ['the folder is not there', 'make it']],
  ['EIO', ['the disk reports an error', 'look at the disk']],
  ['EMFILE', ['too many files are open', 'raise the limit of open files']],
  ['ENFILE', ['too many files are open', 'raise the limit of open files']],
  ['ENOTSUP', ['the file system cannot do what is needed', 'keep the data root on another']],
])

/** The Problem (`data-root-unwritable`) that a fault of the file system is; anything else stays what it is. */
export function unwritable(error: unknown, file: string): unknown {
  if (error instanceof Problem) return error
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === undefined) return error
  const [reason = code, fix] = reasons.get(code) ?? []
  return new Problem('data-root-unwritable', `cannot be written: ${reason}`, {
    at: { file },
    fix,
    cause: error,
  })
}
