/**
 * The folders of nodes below the data root.
 * @module
 */
import { readFileSync, type Stats, statSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeId } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import type { NewNodeFile, NodeStore } from '../ports.ts'
import { replaceSynced, syncFolder, unfinishedName, writeSynced } from './durable-write.ts'

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
      if (isFile(join(folder, 'definition')) || isFile(join(folder, 'startup-config'))) {
        return 'known'
      }
      return statOf(folder) === undefined ? 'absent' : 'unfinished'
    },
    create: (id, files) => createNode(nodes, folderOf(id), files),
    writeRecord: async (id, text) => {
      const path = join(folderOf(id), '.node')
      // a switch posts the same again each time it starts
      if (readIfThere(path)?.equals(Buffer.from(text)) === true) return
      await unlessUnwritable(path, () => replaceSynced(path, Buffer.from(text), fileMode))
    },
    writeStartupConfig: async (id, bytes) => {
      const folder = folderOf(id)
      if (statOf(folder)?.isDirectory() !== true) return 'no-node'
      const path = join(folder, 'startup-config')
      await unlessUnwritable(path, () => replaceSynced(path, bytes, fileMode))
      return 'written'
    },
    configHandler: (id) => {
      const path = join(folderOf(id), 'config-handler')
      return isFile(path) ? { path, cwd: folderOf(id) } : undefined
    },
  }
}

async function createNode(
  nodes: string,
  folder: string,
  files: readonly NewNodeFile[],
): Promise<'created' | 'exists'> {
  // made beside and renamed: a folder that is half made would keep its node out for ever
  const beside = join(nodes, unfinishedName())
  return unlessUnwritable(folder, async () => {
    await mkdir(nodes, { recursive: true, mode: folderMode })
    try {
      await mkdir(beside, { mode: folderMode })
      await Promise.all(
        files.map(({ name, bytes }) => writeSynced(join(beside, name), bytes, fileMode)),
      )
      await syncFolder(beside)
      await rename(beside, folder)
    } catch (error) {
      await rm(beside, { recursive: true, force: true })
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') return 'exists'
      throw error
    }
    await syncFolder(nodes)
    return 'created'
  })
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

/** Messages name no path: a line of them goes to the switch. */
async function unlessUnwritable<Result>(
  path: string,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reasons = new Map([
      ['ENOSPC', 'the disk is full'],
      ['EDQUOT', 'the disk quota is used up'],
      ['EROFS', 'the file system is read-only'],
      ['EACCES', 'the server may not write there'],
      ['EPERM', 'the server may not write there'],
    ])
    const reason = reasons.get(code ?? '') ?? code ?? 'for an unknown reason'
    throw new Problem('data-root-unwritable', `cannot be written: ${reason}`, {
      at: { file: path },
      cause,
    })
  }
}
