/** Files of a private root, seen from outside. At once, not awaited: a script must never meet an open one. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** A file, folder or link, and its permissions as `0o755`. */
export interface Entry {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly mode: number
}

/** Writes files, and folders where a name ends in `/`. */
export function makeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  mode = 0o644,
): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true })
    if (name.endsWith('/')) continue
    // anew: a former one may be running
    rmSync(path, { force: true })
    writeFileSync(path, content, { mode })
  }
}

/** Everything below a folder. */
export function listFolder(folder: string): Map<string, Entry> {
  const found = readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name)
    const kind = entry.isFile()
      ? 'file'
      : entry.isDirectory()
        ? 'folder'
        : entry.isSymbolicLink()
          ? 'link'
          : 'other'
    return [relative(folder, path), { kind, mode: lstatSync(path).mode & 0o7777 }] as const
  })
  return new Map(found.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Every file below a folder with its content; of a link, where it leads. */
export function readFolder(folder: string): Map<string, Buffer> {
  const contents = new Map<string, Buffer>()
  for (const [path, { kind }] of listFolder(folder)) {
    if (kind === 'file') contents.set(path, readFileSync(join(folder, path)))
    if (kind === 'link') contents.set(path, Buffer.from(readlinkSync(join(folder, path))))
  }
  return contents
}
