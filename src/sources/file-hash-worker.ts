/**
 * The worker's side of hashing large files: one job in, its outcome out.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { type HashJob, hashBlocking } from './file-hash-job.ts'

const buffer = new Uint8Array(262_144)

parentPort?.on('message', (job: HashJob) => {
  parentPort?.postMessage(hashBlocking(job, buffer))
})
