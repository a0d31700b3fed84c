/**
 * Reads a large neighbordb in a worker, so that the thread that serves switches never stops for it.
 * @module
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { NeighbordbBuilder } from '../core/neighbordb.ts'
import type { NamedFile } from '../core/neighbordb-check.ts'
import { Problem, problemFromJson } from '../core/problem.ts'
import {
  type NeighbordbJob,
  type NeighbordbRead,
  type NeighbordbReply,
  nothingRead,
} from './neighbordb-job.ts'
import { unpackPattern } from './packed-pattern.ts'

/** Reads a file in a thread that ends with it. A thread that dies is a problem of the file; never rejects. */
export async function readNeighbordbElsewhere(
  url: URL,
  job: NeighbordbJob,
): Promise<NeighbordbRead> {
  const worker = new Worker(url, { workerData: job })
  // whoever stops the server does not wait for it
  worker.unref()
  try {
    const builder = new NeighbordbBuilder()
    const named: NamedFile[] = []
    for (;;) {
      const { patterns, named: files, end } = await ask(worker)
      named.push(...files)
      for (const packed of patterns) builder.add(unpackPattern(packed), packed.place)
      if (end !== undefined) {
        const problems = end.problems.map(problemFromJson)
        if (!end.isUsable) return nothingRead(...problems)
        await breathe()
        const unreachable = end.unreachable.map(problemFromJson)
        return { neighbordb: builder.finish(), problems, unreachable, named }
      }
      // the next batch may be there at once; whoever else waits comes first
      await breathe()
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `the thread that read it ended: ${reason}`
    const at = { file: job.file }
    return nothingRead(new Problem('neighbordb-unreadable', message, { at, cause }))
  } finally {
    void worker.terminate()
  }
}

function ask(worker: Worker): Promise<NeighbordbReply> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      finish()
    }
    const onMessage = (reply: NeighbordbReply) => settle(() => resolve(reply))
    const onError = (error: Error) => settle(() => reject(error))
    const onExit = () => onError(new Error('it was stopped'))
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage('more')
  })
}
