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

/** Why a template cannot be used, or a render failed, told at its place. */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault'
  readonly kind: FaultKind
  readonly site: Pick<Site, 'template' | 'line' | 'column'>
  readonly key: string | undefined
  readonly fix: string | undefined

  constructor(
    kind: FaultKind,
    message: string,
    site: Pick<Site, 'template' | 'line' | 'column'>,
    details: { key?: string | undefined; fix?: string | undefined } = {},
  ) {
    super(message)
    this.kind = kind
    this.site = site
    this.key = details.key
    this.fix = details.fix
  }
}

/** The endings of the problem codes `template-…`. */
export type FaultKind =
  | 'syntax'
  | 'misread'
  | 'undefined'
  | 'failed'
  | 'bounds'
  | 'missing'
  | 'dialect'
