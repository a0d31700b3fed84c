/**
 * A thread that works off jobs one by one and can be ended when one does not come to an end.
 * @module
 */
import { Worker } from 'node:worker_threads'

/** Why a job has no result. */
export type JobFailure = 'time' | 'memory' | 'busy' | 'closed' | { readonly crashed: string }

interface Waiting<Job, Reply> {
  readonly job: Job
  readonly timeoutMs: number
  readonly settle: (outcome: { reply: Reply } | { failure: JobFailure }) => void
}

const maxWaiting = 2_000

/** Starts its thread with the first job, and anew after each one that had to be ended. */
export class WorkerThread<Job, Reply> {
  private worker: Worker | undefined
  private running: Waiting<Job, Reply> | undefined
  private timer: NodeJS.Timeout | undefined
  private readonly waiting: Waiting<Job, Reply>[] = []
  private readonly url: URL
  private closed = false

  constructor(url: URL) {
    this.url = url
  }

  /** Does a job within a time, counted from when its turn comes. Never rejects. */
  run(job: Job, timeoutMs: number): Promise<{ reply: Reply } | { failure: JobFailure }> {
    if (this.closed) return Promise.resolve({ failure: 'closed' })
    if (this.waiting.length >= maxWaiting) return Promise.resolve({ failure: 'busy' })
    return new Promise((settle) => {
      this.waiting.push({ job, timeoutMs, settle })
      this.next()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    for (const { settle } of this.waiting.splice(0)) settle({ failure: 'closed' })
    this.finish({ failure: 'closed' })
    await this.worker?.terminate()
  }

  private next(): void {
    if (this.running !== undefined) return
    const next = this.waiting.shift()
    if (next === undefined) return
    this.running = next
    this.worker ??= this.start()
    this.worker.ref()
    this.timer = setTimeout(() => this.abandon('time'), next.timeoutMs)
    this.worker.postMessage(next.job)
  }

  private start(): Worker {
    const worker = new Worker(this.url, {
      resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    })
    worker.on('message', (reply: Reply) => {
      if (this.worker === worker) this.finish({ reply })
    })
    worker.on('error', (error: Error & { code?: string }) => {
      if (this.worker !== worker) return
      const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      this.abandon(memory ? 'memory' : { crashed: error.message })
    })
    return worker
  }

  private abandon(failure: JobFailure): void {
    const { worker } = this
    this.worker = undefined
    // its end is nobody's concern: a thread that does not answer may take a while to go
    worker?.terminate().catch(() => {})
    this.finish({ failure })
  }

  private finish(outcome: { reply: Reply } | { failure: JobFailure }): void {
    clearTimeout(this.timer)
    const { running } = this
    this.running = undefined
    // an idle thread keeps no process alive
    this.worker?.unref()
    running?.settle(outcome)
    if (!this.closed) this.next()
  }
}
