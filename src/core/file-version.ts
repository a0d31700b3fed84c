/**
 * What tells one version of a file from another, and why a file cannot be had.
 * @module
 */

/** The facts of a file that `stat` gives with `bigint`. */
export interface FileFacts {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

/** A text that changes whenever a file is written, replaced or renamed over. */
export function fileVersion({ dev, ino, size, mtimeNs, ctimeNs }: FileFacts): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
}

/** Why there are no bytes at a path. The reason is for the log: it may be the system's own words. */
export interface FileFault {
  /** `missing`: nothing is there. `unservable`: something is, but no file that can be read. `failed`: the system could not say. */
  readonly kind: 'missing' | 'unservable' | 'failed'
  readonly reason: string
}

export const notRegular: FileFault = { kind: 'unservable', reason: 'it is not a regular file' }

const unservable = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'a link that leads to itself'],
  ['ENXIO', 'it is not a regular file'],
])

/** What an error of the file system means. */
export function fileFault(error: {
  readonly code?: string | undefined
  readonly message: string
}): FileFault {
  const { code = '', message } = error
  if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) {
    return { kind: 'missing', reason: 'there is no such file' }
  }
  const reason = unservable.get(code)
  return reason === undefined ? { kind: 'failed', reason: message } : { kind: 'unservable', reason }
}
