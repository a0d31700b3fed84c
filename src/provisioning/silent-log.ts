/**
 * A log for flows that only look: what they do is not worth a line.
 * @module
 */
import type { Log } from '../ports.ts'

/** Takes everything, keeps nothing. */
export const silentLog: Log = {
  prepare: () => ({ facts: () => '', write: () => {} }),
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}
