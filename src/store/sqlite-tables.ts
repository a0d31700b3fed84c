/**
 * The `sqlite` plugin: values of a table with the columns `key` and `node_id`, given as those of a pool are.
 * @module
 */
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Problem } from '../core/problem.ts'
import { excerpt } from '../core/source-text.ts'
import type { Holder, PoolAllocator } from '../ports.ts'
import { FileLocks } from './file-lock.ts'
import type { SqliteAnswer, SqliteJob } from './sqlite-job.ts'
import { unwritable } from './write-fault.ts'

/** Tables, and how they look without a change. */
export interface SqliteTables extends PoolAllocator {
  /** Gives what would be allocated, and allocates nothing. */
  preview(): PoolAllocator
  close(): Promise<void>
}

export interface SqliteTablesOptions {
  /** Where the database may be, absolute; the first that is there counts. */
  readonly files: readonly string[]
  readonly workerUrl: URL
}

const waitMs = 15_000

/** The tables of a database; its thread starts with the first call. */
export function createSqliteTables({ files, workerUrl }: SqliteTablesOptions): SqliteTables {
  const locks = new FileLocks()
  let worker: Worker | undefined
  let queue: Promise<unknown> = Promise.resolve()

  const ask = async (job: SqliteJob): Promise<SqliteAnswer> => {
    const lock = await takeLock(locks, job.file)
    try {
      worker ??= new Worker(workerUrl)
      return await send(worker, job)
    } catch (error) {
      worker = undefined
      throw error
    } finally {
      lock.release()
    }
  }
  const allocate = (table: string, ids: readonly string[], holder: string | undefined) => {
    const result = queue.then(async () => {
      const file = databaseOf(files, table)
      return readAnswer(await ask({ file, table, holder, ids }), file, table)
    })
    // one after the other: the lock is for other processes
    queue = result.catch(() => {})
    return result
  }
  return {
    allocate: (table, { id, ids }: Holder) => allocate(table, ids, id),
    preview: () => ({ allocate: (table, { ids }) => allocate(table, ids, undefined) }),
    close: async () => {
      await worker?.terminate()
    },
  }
}

function databaseOf(files: readonly string[], table: string): string {
  const missing = (message: string, fix: string) => new Problem('pool-missing', message, { fix })
  if (!/^[A-Za-z0-9_]+$/.test(table)) {
    throw missing(`there cannot be a table ${excerpt(table)}`, 'name a table of the database')
  }
  const file = files.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
  if (file !== undefined) return file
  throw missing('there is no database of resources', 'make db/resources.db in the data root')
}

async function takeLock(locks: FileLocks, file: string) {
  const name = join(dirname(file), '.resources.db.ztpush-lock')
  try {
    const lock = await locks.take(name, waitMs)
    if (lock !== undefined) return lock
  } catch (error) {
    throw unwritable(error, file)
  }
  throw new Problem('pool-busy', 'the database of resources is in use', { at: { file } })
}

function send(worker: Worker, job: SqliteJob): Promise<SqliteAnswer> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd)
      // an idle thread keeps nobody from ending
      worker.unref()
    }
    const onMessage = (answer: SqliteAnswer) => {
      finish()
      resolve(answer)
    }
    const onEnd = (reason: Error | number) => {
      finish()
      const message = `the thread with the database ended: ${typeof reason === 'number' ? reason : reason.message}`
      reject(new Problem('pool-unreadable', message))
    }
    worker.ref()
    worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd)
    worker.postMessage(job)
  })
}

function readAnswer(answer: SqliteAnswer, file: string, table: string): string {
  switch (answer.kind) {
    case 'value':
      return answer.value
    case 'exhausted': {
      const message = `the table "${table}" has no free value`
      throw new Problem('pool-exhausted', message, { at: { file }, fix: 'add rows, or free some' })
    }
    case 'failed': {
      const message = `the table "${table}" cannot be used: ${answer.reason}`
      throw new Problem('pool-unreadable', message, { at: { file } })
    }
  }
}
