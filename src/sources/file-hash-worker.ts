/**
 * The worker's side of hashing large files: one job in, its outcome out.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { type HashJob, hashVersion } from './file-hash-job.ts'

parentPort?.on('message', async (job: HashJob) => {
  parentPort?.postMessage(await hashVersion(job))
})
