/**
 * A process that works off jobs one by one and can be ended when one does not come to an end. A process and not a thread: a thread that
 * runs out of memory between two looks of its limits takes the whole server with it.
 * @module
 */
import { type ChildProcess, fork, type Serializable } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Why a job has no result. */
export type JobFailure = 'time' | 'memory' | 'busy' | 'closed' | { readonly crashed: string }

/** What a job came to. */
export type JobOutcome<Reply> = { readonly reply: Reply } | { readonly failure: JobFailure }

interface Waiting<Job, Reply> {
  /** Made when its turn comes, since it depends on what the process knows then. */
  readonly job: () => Job
  readonly timeoutMs: number
  readonly settle: (outcome: JobOutcome<Reply>) => void
}

/** What the process says: the reply to its job, or that its thread ended. */
export type ProcessMessage<Reply> =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'ended'; readonly failure: JobFailure }

const maxWaiting = 2_000

/** Starts its process with the first job, and anew after each one that had to be ended. */
export class WorkerProcess<Job, Reply> {
  private child: ChildProcess | undefined
  private running: Waiting<Job, Reply> | undefined
  private timer: NodeJS.Timeout | undefined
  private readonly waiting: Waiting<Job, Reply>[] = []
  private readonly module: string
  private closed = false

  constructor(url: URL) {
    this.module = fileURLToPath(url)
  }

  /** Tells one process from the next: what was sent to one is not known to another. */
  get generation(): object | undefined {
    return this.child
  }

  /** Does a job within a time, counted from when its turn comes. Never rejects. */
  run(job: () => Job, timeoutMs: number): Promise<JobOutcome<Reply>> {
    if (this.closed) return Promise.resolve({ failure: 'closed' })
    if (this.waiting.length >= maxWaiting) return Promise.resolve({ failure: 'busy' })
    return new Promise((settle) => {
      this.waiting.push({ job, timeoutMs, settle })
      this.next()
    })
  }

  close(): void {
    this.closed = true
    for (const { settle } of this.waiting.splice(0)) settle({ failure: 'closed' })
    this.abandon('closed')
  }

  private next(): void {
    if (this.running !== undefined) return
    const next = this.waiting.shift()
    if (next === undefined) return
    this.running = next
    this.child ??= this.start()
    hold(this.child)
    this.timer = setTimeout(() => this.abandon('time'), next.timeoutMs)
    this.child.send(next.job() as Serializable)
  }

  private start(): ChildProcess {
    const child = fork(this.module, [], {
      serialization: 'advanced',
      // its last words when memory runs out would only confuse
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    })
    child.on('message', (message: ProcessMessage<Reply>) => {
      if (this.child !== child) return
      if (message.kind === 'reply') this.finish({ reply: message.reply })
      else this.abandon(message.failure)
    })
    child.on('error', (error) => {
      if (this.child === child) this.abandon({ crashed: error.message })
    })
    child.on('exit', (code, signal) => {
      if (this.child === child)
        this.abandon(signal === 'SIGABRT' ? 'memory' : { crashed: `it ended (${signal ?? code})` })
    })
    return child
  }

  private abandon(failure: JobFailure): void {
    const { child } = this
    this.child = undefined
    child?.kill('SIGKILL')
    this.finish({ failure })
  }

  private finish(outcome: JobOutcome<Reply>): void {
    clearTimeout(this.timer)
    const { running } = this
    this.running = undefined
    if (this.child !== undefined) release(this.child)
    running?.settle(outcome)
    if (!this.closed) this.next()
  }
}

function hold(child: ChildProcess): void {
  child.ref()
  child.channel?.ref()
}

/** An idle process keeps nobody from ending; it ends itself when the server is gone. */
function release(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
}
