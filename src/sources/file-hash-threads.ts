/**
 * Threads that hash large files, so that the one that serves switches never stops for it.
 * @module
 */
import { Worker } from 'node:worker_threads'
import type { HashJob, HashOutcome } from './file-hash-job.ts'

interface Waiting {
  readonly job: HashJob
  readonly settle: (outcome: HashOutcome) => void
}

/** More would only take the processor from those who serve; with one, a disk that hangs would hold up every file. */
const maxThreads = 2

/** Threads are started when there is work for them, and kept. */
export class FileHashThreads {
  private readonly idle: Worker[] = []
  private readonly all = new Set<Worker>()
  private readonly waiting: Waiting[] = []
  private readonly url: URL
  private closed = false

  constructor(url: URL) {
    this.url = url
  }

  /** Hashes when a thread is free. Never rejects. */
  run(job: HashJob): Promise<HashOutcome> {
    return new Promise((settle) => {
      this.waiting.push({ job, settle })
      this.next()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    this.next()
    await Promise.all([...this.all].map((worker) => worker.terminate()))
  }

  private next(): void {
    if (this.closed) {
      for (const { settle } of this.waiting.splice(0)) settle(failed('the server is closing'))
      return
    }
    if (this.waiting.length === 0) return
    const worker = this.idle.pop() ?? this.start()
    const waiting = worker && this.waiting.shift()
    if (worker !== undefined && waiting !== undefined) this.give(worker, waiting)
  }

  private start(): Worker | undefined {
    if (this.all.size >= maxThreads) return undefined
    const worker = new Worker(this.url)
    this.all.add(worker)
    return worker
  }

  private give(worker: Worker, { job, settle }: Waiting): void {
    const finish = (outcome: HashOutcome) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      // an idle thread keeps nobody from ending
      worker.unref()
      settle(outcome)
      this.next()
    }
    const onMessage = (outcome: HashOutcome) => {
      this.idle.push(worker)
      finish(outcome)
    }
    const onError = (error: Error) => {
      this.all.delete(worker)
      finish(failed(`the thread that hashed it ended: ${error.message}`))
    }
    const onExit = () => onError(new Error('it was stopped'))
    worker.ref()
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage(job)
  }
}

function failed(reason: string): HashOutcome {
  return { kind: 'failed', reason }
}
