/**
 * What the pages are made with.
 * @module
 */
import type { Log } from '../../../ports.ts'
import type { Access } from '../access.ts'
import type { ExplanationsApiDeps } from '../api/explanations.ts'
import type { PoolsApiDeps } from '../api/pools.ts'
import type { TemplatesApiDeps } from '../api/templates.ts'

/** The shipped files that pages need, read at the start. */
export interface ShippedTexts {
  /** What the page loads, by name: `page.css`. */
  readonly web: ReadonlyMap<string, string>
  /** docs/reference/problems.md */
  readonly problems: string
}

export interface PagesDeps extends ExplanationsApiDeps, PoolsApiDeps, TemplatesApiDeps {
  readonly access: Access
  readonly shipped: ShippedTexts
  /** The OpenAPI document. */
  readonly document: object
  readonly version: string
  /** A command that asks for the configuration of a switch. */
  readonly example: string
  readonly log: Log
}
