/**
 * What tells one state of a file from another.
 * @module
 */
import { type BigIntStats, statSync } from 'node:fs'

/** The state of the file at a path, links followed; undefined where there is none. */
export function statOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })
}

/** Equal for equal states, different after any write, replacement or change of attributes. */
export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
}

const settleMs = 50

/**
 * For how many more milliseconds a file may be in the middle of a save: an editor that writes in place truncates first, and what it writes
 * in pieces can be half there. A file that was renamed to its place is whole at once.
 */
export function unsettledMs({ mtimeNs, ctimeNs }: BigIntStats): number {
  if (mtimeNs !== ctimeNs) return 0
  const age = Date.now() - Number(ctimeNs / 1_000_000n)
  // a clock that was set back must not make anybody wait for long
  return age < 0 || age >= settleMs ? 0 : settleMs - age
}
