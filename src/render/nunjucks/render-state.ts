/**
 * The render that is going on. Renders are synchronous, so a thread has one at a time.
 * @module
 */
import type { Meter } from '../bounds.ts'
import type { Site } from './site.ts'

let meter: Meter
let place: Site | undefined

/** Runs one render with its meter. */
export function withMeter<Result>(renderMeter: Meter, run: () => Result): Result {
  meter = renderMeter
  place = undefined
  return run()
}

/** The meter of the render that is going on. */
export function currentMeter(): Meter {
  return meter
}

/** Where the last tag that takes a template's name stands. */
export function currentPlace(): Site | undefined {
  return place
}

/** Notes where a tag that takes a template's name stands, before that template is looked for. */
export function notePlace(site: Site): void {
  place = site
}
