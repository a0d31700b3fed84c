/**
 * Server-sent events: who looks at the page sees switches move. Changes are collected, told at most twice a second, and encoded once
 * for everybody.
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Changes } from '../../core/api-schemas.ts'
import type { Live, LiveJournal, Log, Snapshot } from '../../ports.ts'
import type { SwitchDirectory } from '../../provisioning/switch-directory.ts'

export interface LiveUpdatesDeps {
  readonly journal: LiveJournal
  readonly directory: SwitchDirectory
  readonly snapshot: Live<Snapshot>
  readonly log: Log
}

export const streamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
}

const collectMs = 500
/** With many listeners each batch costs as much as a batch costs, so there are fewer. */
const collectManyMs = 1_000
const manyListeners = 20
const maxChanged = 50
/** So many batches are kept for those that come back. */
const keptBatches = 64
const heartbeatMs = 15_000
const maxListeners = 1_000
/** Who does not read what is sent is given up. */
const maxBufferedBytes = 1_048_576

interface Batch {
  readonly number: number
  readonly bytes: Buffer
}

/** The listeners of one server. */
export class LiveUpdates {
  private readonly deps: LiveUpdatesDeps
  private readonly listeners = new Set<ServerResponse>()
  /** Ids of another run of the server mean nothing to this one. */
  private readonly run = randomBytes(4).toString('hex')
  private readonly batches: Batch[] = []
  private number = 0
  private timer: NodeJS.Timeout | undefined
  private heartbeat: NodeJS.Timeout | undefined
  private readonly unsubscribe: () => void
  private closed = false

  constructor(deps: LiveUpdatesDeps) {
    this.deps = deps
    this.unsubscribe = deps.snapshot.subscribe(({ revision, problems }) => {
      if (this.listeners.size > 0) this.tell('snapshot', { revision, problems: problems.length })
    })
  }

  get count(): number {
    return this.listeners.size
  }

  /** Answers with a stream that goes on until either side ends it. False: there are too many. */
  attach(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
    if (this.closed || this.listeners.size >= maxListeners) return false
    outgoing.writeHead(200, streamHeaders)
    outgoing.socket?.setTimeout(0)
    outgoing.socket?.setNoDelay(true)
    outgoing.write('retry: 2000\n\n')
    this.catchUp(outgoing, incoming.headers['last-event-id'])
    this.listeners.add(outgoing)
    outgoing.on('close', () => this.detach(outgoing))
    if (this.listeners.size === 1) this.begin()
    return true
  }

  /** Ends all streams. */
  close(): void {
    this.closed = true
    this.unsubscribe()
    for (const listener of this.listeners) {
      this.detach(listener)
      listener.end()
    }
  }

  private begin(): void {
    this.deps.journal.states.watch()
    this.heartbeat = setInterval(() => this.send(Buffer.from(': still here\n\n')), heartbeatMs)
    this.schedule()
  }

  private detach(listener: ServerResponse): void {
    this.listeners.delete(listener)
    if (this.listeners.size > 0) return
    this.deps.journal.states.unwatch()
    clearTimeout(this.timer)
    clearInterval(this.heartbeat)
    // nobody has seen what happens from now on
    this.batches.length = 0
    this.number += 1
  }

  private schedule(): void {
    const ms = this.listeners.size > manyListeners ? collectManyMs : collectMs
    this.timer = setTimeout(() => void this.collect(), ms)
  }

  private async collect(): Promise<void> {
    try {
      const { journal, directory } = this.deps
      const changed = journal.states.takeChanged()
      if (changed.length > 0) {
        const told = changed.slice(-maxChanged)
        const changes: Changes = {
          changed: await directory.rowsOf(told),
          more: changed.length - told.length,
          counts: await directory.counts(),
        }
        this.tell('changes', changes)
      }
    } catch (error) {
      this.deps.log.error('a bug in ztpush', { error: (error as Error).stack })
    }
    if (this.listeners.size > 0) this.schedule()
  }

  private tell(event: string, data: object): void {
    this.number += 1
    const text = `id: ${this.run}-${this.number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    const batch = { number: this.number, bytes: Buffer.from(text) }
    this.batches.push(batch)
    if (this.batches.length > keptBatches) this.batches.shift()
    this.send(batch.bytes)
  }

  private send(bytes: Buffer): void {
    for (const listener of this.listeners) {
      listener.write(bytes)
      if (listener.writableLength > maxBufferedBytes) listener.destroy()
    }
  }

  /** Who comes back gets what it has missed; if that is not known any more, the word to look at everything anew. */
  private catchUp(outgoing: ServerResponse, lastId: string | string[] | undefined): void {
    if (typeof lastId !== 'string' || lastId === '') return
    const [run, number = ''] = lastId.split('-')
    const last = run === this.run && /^\d{1,15}$/.test(number) ? Number(number) : -1
    const [oldest] = this.batches
    const knowsAll = last === this.number || (oldest !== undefined && last >= oldest.number - 1)
    if (last === -1 || !knowsAll || last > this.number) {
      outgoing.write(`id: ${this.run}-${this.number}\nevent: resync\ndata: {}\n\n`)
      return
    }
    for (const { number: each, bytes } of this.batches) if (each > last) outgoing.write(bytes)
  }
}
