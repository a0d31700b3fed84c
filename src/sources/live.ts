/**
 * The snapshot in force, kept up to date while the server runs.
 * @module
 */
import { statSync } from 'node:fs'
import { describeProblem, type Problem } from '../core/problem.ts'
import type { Clock, Live, Log, Snapshot } from '../ports.ts'
import { type InventoryPlace, type ParseFile, parseInventoryFile } from './inventory-files.ts'
import { InventoryThread } from './inventory-thread.ts'
import type { Loader, LoadManner } from './load.ts'
import { lastTouched } from './source-file.ts'
import { watchPaths } from './watch.ts'

export interface LiveSourcesOptions {
  readonly loader: Loader
  readonly inventory: InventoryPlace
  readonly templatesPath: string
  /** The built module of the worker that reads large files. */
  readonly inventoryWorkerUrl: URL
  readonly log: Log
  readonly clock: Clock
}

/** Events of one save come in bursts; this long after the last one we look. */
const quietMs = 60
/** A file that was written to less than this ago may not be complete yet. */
const settleMs = 120
/** However long a burst goes on, nobody waits longer than this for the changes. */
const patienceMs = 500
/** What could not be read is tried again this often. */
const lookAgainMs = 900
/** Files of this size are read again in a worker. */
const largeBytes = 400_000
/** How long this thread works at a stretch while it puts a large inventory together. */
const stretchMs = 5

/** A live snapshot that follows the files. */
export interface LiveSources extends Live<Snapshot> {
  /** Looks at everything at once, without waiting for files to settle (SIGHUP). */
  reload(): Promise<void>
  close(): Promise<void>
}

/** Loads for the first time; nothing is served yet, so everything happens on this thread. */
export async function loadOnce(loader: Loader, inventory: InventoryPlace): Promise<Snapshot> {
  const manner: LoadManner = {
    parse: (path) => parseInventoryFile(inventory, path),
    giveWay: () => undefined,
    unsettled: () => false,
  }
  // a file that is written to right now is read a moment later
  for (let attempt = 0; ; attempt++) {
    const { snapshot, unsettled } = await loader.load(manner)
    if (!unsettled || attempt === 20) return snapshot
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Loads, and follows the files from then on. */
export async function startLiveSources(options: LiveSourcesOptions): Promise<LiveSources> {
  const first = await loadOnce(options.loader, options.inventory)
  const sources = new Follower(options, first)
  tellProblems(options.log, [], first.problems)
  return sources
}

class Follower implements LiveSources {
  private snapshot: Snapshot
  private readonly options: LiveSourcesOptions
  private readonly listeners = new Set<(next: Snapshot) => void>()
  private readonly thread: InventoryThread
  private readonly watch: ReturnType<typeof watchPaths>
  private timer: NodeJS.Timeout | undefined
  private burstSince: number | undefined
  private work: Promise<void> = Promise.resolve()
  private closed = false
  private stretchEnd = 0

  constructor(options: LiveSourcesOptions, first: Snapshot) {
    this.options = options
    this.snapshot = first
    this.thread = new InventoryThread(options.inventoryWorkerUrl, options.inventory, () =>
      this.breathe(),
    )
    const paths = [
      { path: options.inventory.path, deep: false },
      { path: options.templatesPath, deep: true },
    ]
    this.watch = watchPaths(paths, () => this.noteChange())
  }

  current(): Snapshot {
    return this.snapshot
  }

  subscribe(listener: (next: Snapshot) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  reload(): Promise<void> {
    return this.enqueue(() => false)
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    await this.watch.close()
    await this.work.catch(() => {})
    await this.thread.close()
  }

  private noteChange(): void {
    const now = this.options.clock.monotonic()
    this.burstSince ??= now
    const patience = Math.max(0, patienceMs - (now - this.burstSince))
    this.schedule(Math.min(quietMs, patience))
  }

  private schedule(delayMs: number): void {
    if (this.closed) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const waited = this.options.clock.monotonic() - (this.burstSince ?? 0)
      const patient = this.burstSince !== undefined && waited < patienceMs
      this.enqueue((path) => patient && this.isFresh(path)).catch(() => {})
    }, delayMs)
  }

  private isFresh(path: string): boolean {
    const age = this.options.clock.now() - (lastTouched(path) ?? 0)
    // a time in the future says nothing
    return age >= 0 && age < settleMs
  }

  private enqueue(unsettled: (path: string) => boolean): Promise<void> {
    this.work = this.work.then(() => this.load(unsettled))
    return this.work
  }

  private async load(unsettled: (path: string) => boolean): Promise<void> {
    if (this.closed) return
    try {
      const { clock, log, loader } = this.options
      const began = clock.monotonic()
      this.watch.beginReading()
      const manner: LoadManner = { parse: this.parse, giveWay: () => this.giveWay(), unsettled }
      const next = await loader.load(manner)
      log.debug('looked at the files', {
        ms: Math.round(clock.monotonic() - began),
        unsettled: next.unsettled,
      })
      if (next.unsettled) this.schedule(settleMs / 2)
      else this.burstSince = undefined
      // the system does not tell when a right is granted, or a link that led nowhere is gone
      if (!next.unsettled && next.snapshot.problems.some(isUnreadable)) this.schedule(lookAgainMs)
      this.publish(next.snapshot)
    } catch (error) {
      // a bug must not end the following of files
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.options.log.error('reloading failed; the last snapshot stays in force', {
        error: message,
      })
      this.burstSince = undefined
    }
  }

  private readonly parse: ParseFile = (path, before) => {
    const large = (before?.table.source.bytes.length ?? 0) > largeBytes || sizeOf(path) > largeBytes
    return large
      ? this.thread.parse(path, before)
      : parseInventoryFile(this.options.inventory, path)
  }

  private giveWay(): Promise<void> | undefined {
    return this.options.clock.monotonic() < this.stretchEnd ? undefined : this.breathe()
  }

  private async breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.stretchEnd = this.options.clock.monotonic() + stretchMs
  }

  private publish(next: Snapshot): void {
    const before = this.snapshot
    const same =
      next.revision === before.revision && next.inventoryComplete === before.inventoryComplete
    if (same && sameProblems(before.problems, next.problems)) return
    this.snapshot = next
    tellProblems(this.options.log, before.problems, next.problems)
    if (next.revision !== before.revision) {
      const { revision, inventory } = next
      this.options.log.info('inventory and templates reloaded', {
        revision,
        switches: inventory.switchCount,
      })
    }
    for (const listener of this.listeners) listener(next)
  }
}

function isUnreadable({ code }: Problem): boolean {
  return code.endsWith('-unreadable')
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function sameProblems(before: readonly Problem[], next: readonly Problem[]): boolean {
  return (
    before.length === next.length &&
    before.every((problem, at) => keyOf(problem) === keyOf(next[at]))
  )
}

function keyOf(problem: Problem | undefined): string {
  return problem === undefined ? '' : `${problem.code} ${describeProblem(problem)}`
}

/** Each problem is told once when it comes up, and once when it is gone. */
function tellProblems(log: Log, before: readonly Problem[], now: readonly Problem[]): void {
  const [old, current] = [before, now].map(
    (problems) => new Map(problems.map((problem) => [keyOf(problem), problem])),
  )
  for (const [key, problem] of current ?? []) {
    if (old?.has(key) !== true)
      log[problem.severity === 'error' ? 'error' : 'warn'](describeProblem(problem), {
        code: problem.code,
      })
  }
  for (const [key, problem] of old ?? []) {
    if (current?.has(key) !== true)
      log.info(`mended: ${describeProblem(problem)}`, { code: problem.code })
  }
}
