/**
 * The journal as the server holds it: events are folded at once, collected as lines, and written by a thread.
 * @module
 */
import { Worker } from 'node:worker_threads'
import { describeProblem, Problem } from '../../core/problem.ts'
import type { RepeatedEvent } from '../../core/repeats.ts'
import type { SwitchEvent } from '../../core/switch-event.ts'
import { SwitchStates } from '../../core/switch-states.ts'
import type {
  Clock,
  JournalStatus,
  LiveJournal,
  Log,
  ServedConfig,
  ServedConfigs,
} from '../../ports.ts'
import { maxRecordBytes, RecordWriter } from './event-records.ts'
import { type JournalBounds, journalBounds } from './journal-folder.ts'
import type {
  DamagedFiles,
  FromJournalThread,
  JournalThreadData,
  ToJournalThread,
} from './journal-messages.ts'
import { createServedConfigs } from './served-files.ts'
import { ServedQueue } from './served-queue.ts'

export interface JournalOptions {
  /** Absolute; made when something is written. */
  readonly stateDir: string
  readonly workerUrl: URL
  readonly clock: Clock
  readonly bounds?: JournalBounds
  /** Told when nothing can be written, and when it can again. */
  readonly log?: Log
}

/** Each message wakes the thread, but a buffer that the processor's cache does not hold costs more than that. */
const collectBytes = 131_072
const collectMs = 200
/** More than this on its way to the thread means that the disk does not keep up. */
const maxUnderwayBytes = 32 * 1_048_576
const restartMs = 1_000
const maxCloseMs = 5_000

/** Starts the thread, and takes events from then on. */
export function startJournal(options: JournalOptions): LiveJournal {
  return new FileJournal(options)
}

class FileJournal implements LiveJournal {
  readonly states = new SwitchStates()
  private readonly options: JournalOptions
  private worker: Worker | undefined
  private readonly records = new RecordWriter()
  private readonly files: ServedConfigs
  /** Buffers that the thread has given back: to touch new memory costs more than to write into it. */
  private readonly spare: Buffer<ArrayBuffer>[] = []
  private collected = Buffer.allocUnsafeSlow(collectBytes)
  private length = 0
  private events = 0
  private timer: NodeJS.Timeout | undefined
  private readonly served = new ServedQueue((texts) => this.say({ kind: 'served', texts }))
  private underwayBytes = 0
  private underwayEvents = 0
  private lost = 0
  private lostByThread = 0
  private fault: string | undefined
  private damaged: DamagedFiles = []
  private loading = true
  private closing: (() => void) | undefined
  private readonly queries = new Map<number, (events: readonly SwitchEvent[]) => void>()
  private queryId = 0

  constructor(options: JournalOptions) {
    this.options = options
    this.files = createServedConfigs(options.stateDir)
    this.start(true)
  }

  note(event: SwitchEvent, config?: string | Uint8Array): void {
    if (this.states.apply(event)) this.keep(event, event.at, config)
    this.makeRoom()
    this.length += this.records.write(event, this.collected, this.length)
    this.events += 1
  }

  again(repeated: RepeatedEvent, at: number, config?: string | Uint8Array): void {
    if (this.states.applyAgain(repeated, at)) this.keep(repeated.event, at, config)
    this.makeRoom()
    this.length += this.records.writeAgain(repeated, at, this.collected, this.length)
    this.events += 1
  }

  /** Another configuration than before was served. */
  private keep({ entry }: SwitchEvent, at: number, text: string | Uint8Array | undefined): void {
    if (text !== undefined && entry !== undefined) this.served.keep({ entry, text, at })
  }

  private makeRoom(): void {
    if (collectBytes - this.length < maxRecordBytes) this.flush()
    this.timer ??= setTimeout(() => this.flush(), collectMs)
  }

  status(): JournalStatus {
    const { stateDir } = this.options
    const lost = this.lost + this.lostByThread
    const problems = this.damaged.map(
      ({ file, lines }) =>
        new Problem('journal-damaged', `${lines} lines are none of ours and are passed over`, {
          at: { file: `${stateDir}/journal/${file}` },
          fix: 'nothing has to be done; remove the file if its events are not worth anything',
        }),
    )
    if (this.fault !== undefined || lost > 0) problems.push(this.unwritable(lost))
    return { loading: this.loading, lost, problems }
  }

  private unwritable(lost: number): Problem {
    const events = `${lost} ${lost === 1 ? 'event is' : 'events are'} lost`
    const message =
      this.fault === undefined
        ? `the journal could not be written: ${events}`
        : `the journal cannot be written (${this.fault}): what happens waits in memory, ${events}`
    return new Problem('journal-unwritable', message, {
      at: { file: this.options.stateDir },
      fix: 'make room on the disk, or let the server write there',
    })
  }

  private takeFault(fault: string | undefined): void {
    const { log } = this.options
    const isNews = (fault === undefined) !== (this.fault === undefined)
    this.fault = fault
    if (!isNews) return
    if (fault === undefined) log?.info('mended: the journal is written again')
    else {
      const problem = this.unwritable(this.lost + this.lostByThread)
      log?.warn(describeProblem(problem), { code: problem.code })
    }
  }

  async timeline(ids: readonly string[], limit: number): Promise<readonly SwitchEvent[]> {
    const known = this.states.find(ids)
    this.flush()
    const worker = this.worker
    if (worker === undefined) return []
    const all = [...ids, known?.mac, known?.serial, known?.node, known?.entry]
    const query = {
      ids: [...new Set(all.filter((id) => id !== undefined))],
      limit,
      notBefore: known === undefined || this.loading ? 0 : known.firstSeen,
    }
    const id = this.queryId++
    return await new Promise((settle) => {
      this.queries.set(id, settle)
      this.say({ kind: 'timeline', id, query })
    })
  }

  async read(entryId: string): Promise<ServedConfig | undefined> {
    const written = await this.files.read(entryId)
    const waiting = this.served.find(entryId)
    return waiting !== undefined && waiting.at > (written?.at ?? 0) ? waiting : written
  }

  async close(): Promise<void> {
    this.flush()
    this.served.flush()
    const { worker } = this
    if (worker === undefined) return
    await new Promise<void>((settle) => {
      const timer = setTimeout(settle, maxCloseMs)
      this.closing = () => {
        clearTimeout(timer)
        settle()
      }
      this.say({ kind: 'close' })
    })
    this.worker = undefined
    await worker.terminate()
  }

  private flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.length === 0) return
    const records = this.collected.subarray(0, this.length)
    const { events } = this
    this.events = 0
    this.length = 0
    if (this.worker === undefined || this.underwayBytes > maxUnderwayBytes) {
      this.records.forget()
      this.lost += events
      return
    }
    this.underwayBytes += records.byteLength
    this.underwayEvents += events
    this.worker.postMessage({ kind: 'append', records, events } satisfies ToJournalThread, [
      this.collected.buffer,
    ])
    this.collected = this.spare.pop() ?? Buffer.allocUnsafeSlow(collectBytes)
  }

  private say(message: ToJournalThread): void {
    this.worker?.postMessage(message)
  }

  private start(load: boolean): void {
    const { stateDir, workerUrl, bounds = journalBounds } = this.options
    const workerData: JournalThreadData = { stateDir, bounds, load }
    const worker = new Worker(workerUrl, { workerData })
    this.worker = worker
    worker.on('message', (message: FromJournalThread) => this.hear(message))
    worker.on('error', (error) => {
      this.takeFault(error.message)
    })
    worker.on('exit', () => this.ended(worker))
  }

  /** The thread ended: by a bug, or for want of memory. Serving goes on, and so does the journal, after a moment. */
  private ended(worker: Worker): void {
    if (this.worker !== worker) return
    this.worker = undefined
    this.lost += this.underwayEvents + this.lostByThread
    this.lostByThread = 0
    this.underwayBytes = 0
    this.underwayEvents = 0
    // what is collected may mean what only that thread has kept
    this.flush()
    this.records.forget()
    for (const settle of this.queries.values()) settle([])
    this.queries.clear()
    this.closing?.()
    if (this.closing === undefined) setTimeout(() => this.start(false), restartMs).unref()
  }

  private hear(message: FromJournalThread): void {
    switch (message.kind) {
      case 'states':
        for (const state of message.states) this.states.restore(state)
        break
      case 'loaded':
        this.loading = false
        if (message.damaged.length > 0) this.damaged = message.damaged
        break
      case 'written':
        this.underwayBytes -= message.bytes
        this.underwayEvents -= message.events
        if (message.buffer.byteLength === collectBytes && this.spare.length < 4) {
          this.spare.push(Buffer.from(message.buffer))
        }
        break
      case 'status':
        this.lostByThread = message.lost
        this.takeFault(message.fault)
        break
      case 'timeline':
        this.queries.get(message.id)?.(message.events)
        this.queries.delete(message.id)
        break
      case 'closed':
        this.closing?.()
        break
    }
  }
}
