/**
 * A thread that lets others go first.
 * @module
 */
import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Lowers the priority of the thread that calls. Where all cores are busy, it would else take its part of the one that serves. Only Linux has
 * priorities for threads; elsewhere nothing happens.
 */
export function stepBack(): void {
  try {
    const [thread] = /\d+$/.exec(readlinkSync('/proc/thread-self')) ?? []
    setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // no /proc, or no such number: it goes on as before
  }
}
