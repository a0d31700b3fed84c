/**
 * The folders of nodes below the data root.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, type Stats, statSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeId } from '../core/node-report.ts'
import type { NewNodeFile, NodeStore } from '../ports.ts'
import { replaceFile, syncFolder, writeNewFile } from './atomic-file.ts'
import { unwritable } from './write-fault.ts'

/** As in the original, less the umask: executable, because handlers are among them. */
const fileMode = 0o754
const folderMode = 0o774

/** The store for the folder `nodes` of a data root. */
export function createNodeStore(dataRoot: string): NodeStore {
  const nodes = join(dataRoot, 'nodes')
  const folderOf = (id: NodeId) => join(nodes, id)
  return {
    state: (id) => {
      const folder = folderOf(id)
      // the folder first: one that comes between two looks would seem to lack its definition
      if (statOf(folder) === undefined) return 'absent'
      const known = isFile(join(folder, 'definition')) || isFile(join(folder, 'startup-config'))
      return known ? 'known' : 'unfinished'
    },
    create: (id, files) => createNode(nodes, folderOf(id), files),
    writeRecord: async (id, text) => {
      const path = join(folderOf(id), '.node')
      // a switch posts the same again each time it starts
      if (readIfThere(path)?.equals(Buffer.from(text)) === true) return
      await replaceFile(path, Buffer.from(text), { mode: fileMode })
    },
    writeStartupConfig: async (id, bytes) => {
      const folder = folderOf(id)
      if (statOf(folder)?.isDirectory() !== true) return 'no-node'
      const path = join(folder, 'startup-config')
      await replaceFile(path, bytes, { mode: fileMode })
      return 'written'
    },
    ids: async () => {
      const found = await readdir(nodes, { withFileTypes: true }).catch(() => [])
      return found
        .filter((each) => !each.name.startsWith('.') && !each.isFile())
        .map(({ name }) => name)
    },
    removeUnfinished: () => removeStale(nodes),
    configHandler: (id) => {
      const path = join(folderOf(id), 'config-handler')
      return isFile(path) ? { path, cwd: folderOf(id) } : undefined
    },
  }
}

/** Folders that are being made begin like this; `nodes/` is not looked through for names with a dot. */
const unfinishedPrefix = '.ztpush-new-'

async function createNode(
  nodes: string,
  folder: string,
  files: readonly NewNodeFile[],
): Promise<'created' | 'exists'> {
  // made beside and renamed: a folder that is half made would keep its node out for ever
  const beside = join(nodes, `${unfinishedPrefix}${randomBytes(8).toString('hex')}`)
  try {
    await mkdir(nodes, { recursive: true, mode: folderMode })
    await mkdir(beside, { mode: folderMode })
    await Promise.all(
      files.map(({ name, bytes }) => writeNewFile(join(beside, name), bytes, fileMode)),
    )
    await syncFolder(beside)
    await rename(beside, folder)
    await syncFolder(nodes)
    return 'created'
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => {})
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') return 'exists'
    throw unwritable(error, folder)
  }
}

/** An hour is more than any process takes to make a folder. */
const staleMs = 3_600_000

/** Removes what killed processes left half made. */
async function removeStale(nodes: string): Promise<void> {
  const names = await readdir(nodes).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(unfinishedPrefix)) continue
    const path = join(nodes, name)
    const age = Date.now() - Number(statOf(path)?.mtimeMs ?? Date.now())
    if (age > staleMs) await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true
}

/** What cannot be looked at is as good as not there: to write beside it will say why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return isFile(path) ? readFileSync(path) : undefined
  } catch {
    return undefined
  }
}
