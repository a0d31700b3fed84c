/**
 * A thread with SQLite in WebAssembly: it works on the file at once, for as long as the disk takes.
 * @module
 */
import { rmSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import sqlite from 'node-sqlite3-wasm'
import { holderKey } from '../core/holder-index.ts'
import type { SqliteAnswer, SqliteJob } from './sqlite-job.ts'

parentPort?.on('message', (job: SqliteJob) => parentPort?.postMessage(answer(job)))

function answer(job: SqliteJob): SqliteAnswer {
  // a killed process leaves this behind; nobody else has the file at this moment, because we hold our own lock on it
  rmSync(`${job.file}.lock`, { recursive: true, force: true })
  let database: InstanceType<typeof sqlite.Database> | undefined
  try {
    database = new sqlite.Database(job.file, { fileMustExist: true })
    return allocate(database, job)
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    database?.close()
  }
}

interface Row {
  readonly place: number
  readonly key: unknown
  readonly holder: unknown
}

function allocate(
  database: InstanceType<typeof sqlite.Database>,
  { table, holder, ids }: SqliteJob,
): SqliteAnswer {
  const own = new Set(ids.map(holderKey))
  const select = `SELECT rowid AS place, key, node_id AS holder FROM "${table}" ORDER BY rowid`
  database.exec(holder === undefined ? 'BEGIN' : 'BEGIN IMMEDIATE')
  try {
    const rows = database.all(select) as unknown as readonly Row[]
    const held = rows.find((row) => row.holder !== null && own.has(holderKey(String(row.holder))))
    const found = held ?? rows.find((row) => row.holder === null || row.holder === '')
    if (found === undefined) return { kind: 'exhausted' }
    if (held === undefined && holder !== undefined) {
      database.run(`UPDATE "${table}" SET node_id = ? WHERE rowid = ?`, [holder, found.place])
    }
    return { kind: 'value', value: String(found.key) }
  } finally {
    database.exec('COMMIT')
  }
}
