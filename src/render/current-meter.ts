/**
 * The meter of the render that is going on. Renders are synchronous, so a thread has one at a time.
 * @module
 */
import type { Meter } from './bounds.ts'

let meter: Meter

/** Runs one render with its meter. */
export function withMeter<Result>(renderMeter: Meter, run: () => Result): Result {
  meter = renderMeter
  return run()
}

/** The meter of the render that is going on. */
export function currentMeter(): Meter {
  return meter
}
