/**
 * One pool file: everything that is asked of it goes through one queue, and whatever has gathered there is written at once.
 * @module
 */
import { dirname, join } from 'node:path'
import { Problem } from '../core/problem.ts'
import type { ResourcePool } from '../core/resource-pool.ts'
import { companionName, removeBeside, replaceFile, syncFile } from './atomic-file.ts'
import { identityOf, statOf } from './file-identity.ts'
import type { FileLocks, HeldLock } from './file-lock.ts'
import { type LoadedPool, loadPool, tryRead } from './pool-load.ts'
import { unwritable } from './write-fault.ts'

/** Something to do with a pool. Both functions may throw, for this task alone, and may be called again when the file has changed. */
export interface PoolTask<Result> {
  /** The result, if the pool as it stands in the file has it; undefined when something must be written for it. */
  readonly read: (pool: ResourcePool) => Result | undefined
  /** Changes the pool. */
  readonly write: (pool: ResourcePool) => Change<Result>
}

export interface Change<Result> {
  readonly result: Result
  /** Whether the pool is another one now. */
  readonly changed: boolean
}

interface Waiting {
  readonly task: PoolTask<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

const lockWaitMs = 15_000

export class PoolFile {
  private waiting: Waiting[] = []
  private isBusy = false
  private loaded: LoadedPool | undefined
  /** Whether what is loaded is known to outlive a crash: ours is, what another process has renamed to its place may not yet be. */
  private isDurable = false
  private readonly path: string
  private readonly shownAs: string
  private readonly locks: FileLocks

  /** `path` is the file itself, links resolved; `shownAs` how messages name it. */
  constructor(path: string, shownAs: string, locks: FileLocks) {
    this.path = path
    this.shownAs = shownAs
    this.locks = locks
  }

  /** Does a task; what it has seen and changed is on disk when the promise is kept. */
  do<Result>(task: PoolTask<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ task, resolve: resolve as (result: unknown) => void, reject })
      if (!this.isBusy) void this.work()
    })
  }

  private async work(): Promise<void> {
    this.isBusy = true
    while (this.waiting.length > 0) {
      const batch = this.waiting
      this.waiting = []
      try {
        const rest = await this.answer(batch)
        if (rest.length > 0) await this.commit(rest)
      } catch (error) {
        // those that have their answer do not take notice
        for (const { reject } of batch) reject(error)
      }
    }
    this.isBusy = false
  }

  /** Answers what needs no write; gives the rest. */
  private async answer(batch: readonly Waiting[]): Promise<Waiting[]> {
    const { pool } = await this.current()
    const rest: Waiting[] = []
    const answers: (() => void)[] = []
    for (const each of batch) {
      const outcome = attempt(() => each.task.read(pool))
      if ('error' in outcome) answers.push(() => each.reject(outcome.error))
      else if (outcome.result === undefined) rest.push(each)
      else answers.push(() => each.resolve(outcome.result))
    }
    if (answers.length > 0) await this.makeDurable()
    for (const answer of answers) answer()
    return rest
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    const lock = await this.lock()
    let answers: readonly (() => void)[]
    try {
      answers = await this.change(batch, lock)
    } catch (error) {
      // it holds changes that are in no file
      this.loaded = undefined
      throw unwritable(error, this.shownAs)
    } finally {
      release(lock)
    }
    for (const answer of answers) answer()
  }

  private async change(batch: readonly Waiting[], lock: HeldLock): Promise<(() => void)[]> {
    for (;;) {
      const { pool, identity } = await this.current()
      let isChanged = false
      const answers = batch.map(({ task, resolve, reject }) => {
        const outcome = attempt(() => task.write(pool))
        if ('error' in outcome) return () => reject(outcome.error)
        isChanged ||= outcome.result.changed
        return () => resolve(outcome.result.result)
      })
      if (!isChanged) {
        await this.makeDurable()
        return answers
      }
      const written = await replaceFile(this.path, pool.chunks(), {
        shownAs: this.shownAs,
        stillWanted: () => lock.isHeld() && this.identity() === identity,
      })
      if (written !== undefined) {
        this.loaded = { pool, identity: identityOf(written) }
        this.isDurable = true
        return answers
      }
      // an operator has saved the file meanwhile: once more, with what stands there now
      this.loaded = undefined
      if (!lock.isHeld()) throw this.busy()
    }
  }

  private async lock(): Promise<HeldLock> {
    const path = join(dirname(this.path), companionName(this.path, 'lock'))
    let lock: HeldLock | undefined
    try {
      lock = await this.locks.take(path, lockWaitMs)
    } catch (error) {
      throw unwritable(error, this.shownAs)
    }
    if (lock === undefined) throw this.busy()
    // nobody else may write beside the pool now: what is there was left behind
    if (lock.leftovers) removeBeside(this.path)
    return lock
  }

  private busy(): Problem {
    return new Problem('pool-busy', 'another process has kept the pool locked for too long', {
      at: { file: this.shownAs },
      fix: `look for a process that hangs; without one, remove ${companionName(this.path, 'lock')} beside the pool`,
    })
  }

  /** The pool as it stands in the file. */
  private async current(): Promise<LoadedPool> {
    if (this.loaded !== undefined && this.loaded.identity === this.identity()) return this.loaded
    const known = this.loaded?.pool
    this.loaded = undefined
    this.isDurable = false
    this.loaded = await loadPool(this.path, this.shownAs, known)
    return this.loaded
  }

  private identity(): string | undefined {
    const stats = tryRead(this.shownAs, () => statOf(this.path))
    return stats === undefined ? undefined : identityOf(stats)
  }

  private async makeDurable(): Promise<void> {
    if (this.isDurable) return
    try {
      await syncFile(this.path)
    } catch (error) {
      throw unwritable(error, this.shownAs)
    }
    this.isDurable = true
  }
}

function attempt<Result>(act: () => Result): { result: Result } | { error: unknown } {
  try {
    return { result: act() }
  } catch (error) {
    return { error }
  }
}

function release(lock: HeldLock): void {
  try {
    lock.release()
  } catch {
    // the folder is gone, or the disk: whoever comes next will see that this process is no more
  }
}
