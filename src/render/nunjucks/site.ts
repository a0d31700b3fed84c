/**
 * Places in a template that a render can come back to: what a message says of where a value was used.
 * @module
 */
import type { Filter } from '../filters/filter.ts'

/** Where something stands in a template, counted from 1, and how it reads there. */
export interface Site {
  readonly template: string
  readonly line: number
  readonly column: number
  /** The expression as an engineer would write it, shortened: `vlans[10].name`. */
  readonly text: string
  /** For a filter: found when the template was loaded, so that no render looks it up. */
  readonly filter?: Filter
  readonly filterName?: string
}
