/**
 * Where in its templates the render that is going on stands.
 * @module
 */
import type { Meter } from '../bounds.ts'
import { withMeter as runWithMeter } from '../current-meter.ts'
import type { Site } from './site.ts'

export { currentMeter } from '../current-meter.ts'

let place: Site | undefined

/** Runs one render with its meter. */
export function withMeter<Result>(meter: Meter, run: () => Result): Result {
  place = undefined
  return runWithMeter(meter, run)
}

/** Where the last tag that takes a template's name stands. */
export function currentPlace(): Site | undefined {
  return place
}

/** Notes where a tag that takes a template's name stands, before that template is looked for. */
export function notePlace(site: Site): void {
  place = site
}
