/**
 * A program together with everything that it has forked: a group of processes, as one.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'

/** How often we look whether the group is gone. */
const lookMs = 20
/** What cannot be ended within this time after SIGKILL hangs in the kernel. */
const hopelessMs = 1_000

/**
 * Ends a group: SIGTERM, then SIGKILL for those that are left after `graceMs`. The promise is kept when nothing is left, or nothing
 * more can be done.
 */
export async function endGroup(id: number, graceMs: number): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', hopelessMs],
  ] as const) {
    signalGroup(id, signal)
    // while a member is left its number belongs to nobody else; once there is none we never signal it again
    for (let waited = 0; isAlive(id); waited += lookMs) {
      if (waited >= patienceMs) break
      await delay(lookMs)
    }
    if (!isAlive(id)) return
  }
}

/** Sends a signal to every process of a group. */
export function signalGroup(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-id, signal)
  } catch {
    // nobody is left, or nobody whom we may signal
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(-id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
