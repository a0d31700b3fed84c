/** A program that runs in a private root: its output, its end, and signals on the way. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { hasEnded, programOf } from './private-root.ts'

/** What is left of it when it is over. */
export interface ScriptResult {
  readonly code: number | null
  /** The signal that ended it, if one did. */
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

export class RunningScript {
  readonly #entrance: ChildProcess
  readonly #startedAt = performance.now()
  /** Printed so far. */
  stdout = ''
  stderr = ''
  /** Rejects when it takes too long; what it printed is in the error. */
  readonly result: Promise<ScriptResult>

  constructor(
    entrance: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable },
    timeoutMs: number,
    whenOver: () => Promise<void>,
  ) {
    this.#entrance = entrance
    entrance.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    entrance.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.result = this.#untilItIsOver(timeoutMs, whenOver)
    // whoever only wants to kill it does not look
    this.result.catch(() => {})
  }

  /** Sends the program a signal as soon as it is there; nothing when it is over. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    while (!hasEnded(this.#entrance)) {
      const pid = programOf(this.#entrance)
      if (pid !== undefined) {
        process.kill(pid, signal)
        return
      }
      await delay(1)
    }
  }

  /** Sends it once something is so; not if it is over before. True when it was sent. */
  async killWhen(signal: NodeJS.Signals, isSo: () => boolean): Promise<boolean> {
    while (!isSo()) {
      if (hasEnded(this.#entrance)) return false
      await delay(1)
    }
    await this.kill(signal)
    return true
  }

  async #untilItIsOver(timeoutMs: number, whenOver: () => Promise<void>): Promise<ScriptResult> {
    const entrance = this.#entrance
    const tooLate = setTimeout(() => {
      this.kill('SIGKILL').catch(() => {})
    }, timeoutMs)
    const closed = once(entrance, 'close')
    const [code, signal] = await once(entrance, 'exit')
    clearTimeout(tooLate)
    const seconds = (performance.now() - this.#startedAt) / 1000
    // what it has left running may hold the pipes for ever
    await Promise.race([closed, delay(500, undefined, { ref: false })])
    await whenOver()
    const { stdout, stderr } = this
    if (signal === 'SIGKILL' && seconds * 1000 >= timeoutMs) {
      throw new Error(`not over after ${timeoutMs} ms:\n${stdout}\n${stderr}`)
    }
    return { code, signal, stdout, stderr, seconds }
  }
}
