/**
 * The process that renders what is too long for the serving thread. The work itself is done by a thread of it, so that this one can notice
 * when the server is gone, and end both.
 * @module
 */
import { Worker } from 'node:worker_threads'
import type { RenderReply } from './render-job.ts'
import type { JobFailure, ProcessMessage } from './worker-process.ts'

const thread = new Worker(new URL('./render-worker.js', import.meta.url), {
  resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
})

function tell(message: ProcessMessage<RenderReply>): void {
  process.send?.(message)
}

thread.on('message', (reply: RenderReply) => tell({ kind: 'reply', reply }))
thread.on('error', (error: Error & { code?: string }) => {
  const failure: JobFailure =
    error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : { crashed: error.message }
  tell({ kind: 'ended', failure })
})
process.on('message', (job) => thread.postMessage(job))
process.on('disconnect', () => process.exit(0))
