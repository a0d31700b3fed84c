/**
 * Regular expressions that may run long, under a time limit.
 * @module
 */
import { createContext, Script } from 'node:vm'
import type { BoundedTest, Expression } from '../core/matcher.ts'

/** How long one comparison may hold up everybody else. */
const timeoutMs = 50

/** What all comparisons of one turn of the event loop may take together before each has to be short. */
const turnMs = 100
/** Enough for any expression that does come to an end. */
const shortMs = 5

/** An expression that ran out of time this often is not tried again for a while. */
const maxTimeouts = 3
const pauseMs = 60_000

/** An engine that nothing can interrupt from the same thread is interrupted by the one that runs scripts with a time limit. */
export function createBoundedTest(monotonic: () => number): BoundedTest {
  const sandbox: { expression?: RegExp; subject?: string } = Object.create(null)
  const context = createContext(sandbox)
  const script = new Script('expression.test(subject)')
  const timeouts = new Map<string, { count: number; last: number }>()
  let spentMs = 0
  let isTurnEnding = false
  const allowed = () => {
    if (!isTurnEnding) {
      isTurnEnding = true
      setImmediate(() => {
        spentMs = 0
        isTurnEnding = false
      })
    }
    return spentMs < turnMs ? timeoutMs : shortMs
  }
  return ({ pattern, regex }: Expression, subject) => {
    const before = timeouts.get(pattern)
    const isPaused = before !== undefined && before.count >= maxTimeouts
    if (isPaused && monotonic() - before.last < pauseMs) return undefined
    regex.lastIndex = 0
    sandbox.expression = regex
    sandbox.subject = subject
    const timeout = allowed()
    const started = monotonic()
    try {
      return script.runInContext(context, { timeout }) === true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      if (timeouts.size > 1_000) timeouts.clear()
      timeouts.set(pattern, { count: (before?.count ?? 0) + 1, last: monotonic() })
      return undefined
    } finally {
      spentMs += monotonic() - started
    }
  }
}
