/**
 * The resource pools below a data root, as files.
 * @module
 */
import { realpathSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { isFreeText } from '../core/pool-holder.ts'
import { Problem } from '../core/problem.ts'
import { parseRelativePath } from '../core/request-path.ts'
import type { ResourcePool } from '../core/resource-pool.ts'
import { excerpt } from '../core/source-text.ts'
import type { Holder, PoolAllocator, Pools } from '../ports.ts'
import { FileLocks } from './file-lock.ts'
import { PoolFile, type PoolTask } from './pool-file.ts'
import { tryRead } from './pool-load.ts'
import { poolNames } from './pool-names.ts'

export interface PoolsOptions {
  /** The data root, absolute. */
  readonly root: string
  /** Messages name files relative to this folder where they are below it. */
  readonly cwd?: string
}

/** The pools of a data root. What they promise to have given or freed is on disk. */
export function createPools({ root, cwd }: PoolsOptions): Pools {
  const locks = new FileLocks()
  const files = new Map<string, PoolFile>()
  const folder = join(root, 'resources')

  const fileOf = (name: string): FoundPool => {
    const segments = parseRelativePath(name)
    // dot-names are locks and files that are being written
    if (segments === undefined || segments.some((segment) => segment.startsWith('.'))) {
      throw new Problem('pool-missing', `there cannot be a pool ${excerpt(name)}`, {
        fix: 'name a file below resources/',
      })
    }
    const named = join(folder, ...segments)
    const shownAs = shown(named, cwd)
    // behind a link, the target is locked and replaced, so that data roots can share it
    const path = tryRead(shownAs, () => realpathSync.native(named))
    const known = files.get(path)
    if (known !== undefined) return { path, shownAs, file: known }
    const file = new PoolFile(path, shownAs, locks)
    files.set(path, file)
    return { path, shownAs, file }
  }
  const run = async <Result>(name: string, task: PoolTask<Result>): Promise<Result> =>
    fileOf(name).file.do(task)

  return {
    allocate: async (name, holder) => {
      const { file, shownAs } = fileOf(name)
      return file.do(allocation(shownAs, holder))
    },
    scratch: () => scratchOf(fileOf),
    names: async () => poolNames(folder, shown(folder, cwd)),
    read: (name) =>
      run(
        name,
        readOnly((pool) => pool.entries()),
      ),
    warnings: (name) =>
      run(
        name,
        readOnly((pool) => pool.warnings()),
      ),
    release: (name, what) =>
      run(name, {
        read: (pool) => {
          const held = 'value' in what ? pool.holderOf(what.value) : pool.heldBy(what.ids)
          return held === undefined ? [] : undefined
        },
        write: (pool) => {
          const result =
            'value' in what ? pool.releaseValue(what.value) : pool.releaseHeldBy(what.ids)
          return { result, changed: result.length > 0 }
        },
      }),
    clear: (name) =>
      run(name, {
        read: (pool) => (pool.counts.held === 0 ? 0 : undefined),
        write: (pool) => {
          const result = pool.clear()
          return { result, changed: result > 0 }
        },
      }),
  }
}

interface FoundPool {
  readonly path: string
  readonly shownAs: string
  readonly file: PoolFile
}

function allocation(shownAs: string, { id, ids }: Holder): PoolTask<string> {
  if (id === '' || isFreeText(id)) {
    throw new Problem('pool-shape', `"${id}" as a holder means that a value is free`, {
      at: { file: shownAs },
    })
  }
  const all = ids.includes(id) ? ids : [id, ...ids]
  const held = (pool: ResourcePool): string | undefined => {
    const value = pool.heldBy(all)
    if (value === undefined && pool.counts.held === pool.counts.values) throw exhausted(shownAs)
    return value
  }
  return {
    read: held,
    write: (pool) => {
      const before = held(pool)
      if (before !== undefined) return { result: before, changed: false }
      const value = pool.take(id)
      if (value === undefined) throw exhausted(shownAs)
      return { result: value, changed: true }
    },
  }
}

/** Allocates in copies that nobody else sees. */
function scratchOf(fileOf: (name: string) => FoundPool): PoolAllocator {
  const copies = new Map<string, ResourcePool>()
  return {
    allocate: async (name, holder) => {
      const { path, shownAs, file } = fileOf(name)
      const task = allocation(shownAs, holder)
      const copy = copies.get(path)
      if (copy !== undefined) return task.write(copy).result
      return file.do(
        readOnly((pool) => {
          // others of this scratch may have waited for the same file
          const known = copies.get(path) ?? pool
          const held = task.read(known)
          if (held !== undefined) return held
          // made only for whoever needs a new value: of a large pool it is large
          const own = copies.get(path) ?? pool.fork()
          copies.set(path, own)
          return task.write(own).result
        }),
      )
    },
  }
}

function readOnly<Result>(read: (pool: ResourcePool) => Result): PoolTask<Result> {
  return { read, write: (pool) => ({ result: read(pool), changed: false }) }
}

function exhausted(file: string): Problem {
  return new Problem('pool-exhausted', 'the pool has no free value', {
    at: { file },
    fix: 'add values to it, or release some',
  })
}

function shown(path: string, cwd: string | undefined): string {
  if (cwd === undefined) return path
  const below = relative(cwd, path)
  return below.startsWith('..') || isAbsolute(below) ? path : below
}
