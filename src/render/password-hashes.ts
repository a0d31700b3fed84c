/**
 * Password hashes, computed off the main thread and remembered: one takes from some milliseconds to seconds.
 * @module
 */
import { type HashNeed, hashKey, type RenderJob, type RenderReply } from './render-job.ts'
import type { JobFailure, WorkerProcess } from './worker-process.ts'

/** A hash with the default of 656,000 rounds takes about a second; one with a hundred times as many is a mistake. */
const hashTimeoutMs = 60_000
const maxHashes = 20_000

/** The password hashes computed so far, by password, salt and rounds. */
export class PasswordHashes {
  readonly known = new Map<string, string>()
  private readonly coming = new Map<string, Promise<JobFailure | undefined>>()
  private readonly thread: WorkerProcess<RenderJob, RenderReply>

  constructor(thread: WorkerProcess<RenderJob, RenderReply>) {
    this.thread = thread
  }

  /** Computes a hash off the main thread, once however many ask; undefined when it is known then. */
  learn(need: HashNeed): Promise<JobFailure | undefined> {
    const key = hashKey(need)
    const coming = this.coming.get(key) ?? this.compute(key, need)
    this.coming.set(key, coming)
    return coming
  }

  private async compute(key: string, need: HashNeed): Promise<JobFailure | undefined> {
    const outcome = await this.thread.run(() => ({ kind: 'hash', need }), hashTimeoutMs)
    this.coming.delete(key)
    if ('failure' in outcome) return outcome.failure
    if (outcome.reply.kind !== 'hash') return { crashed: 'an answer that is no hash' }
    for (const oldest of this.known.keys()) {
      if (this.known.size < maxHashes) break
      this.known.delete(oldest)
    }
    this.known.set(key, outcome.reply.hash)
    return undefined
  }
}
