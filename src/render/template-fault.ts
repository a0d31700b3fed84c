/**
 * Why a template cannot be used, or a render failed.
 * @module
 */

/** The endings of the problem codes `template-…`. */
export type FaultKind =
  | 'syntax'
  | 'misread'
  | 'undefined'
  | 'failed'
  | 'bounds'
  | 'missing'
  | 'dialect'

/** A place in a template, counted from 1. */
export interface TemplatePlace {
  readonly template: string
  readonly line: number
  readonly column: number
}

/** A fault, told at its place. */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault'
  readonly kind: FaultKind
  readonly site: TemplatePlace
  readonly key: string | undefined
  readonly fix: string | undefined

  constructor(
    kind: FaultKind,
    message: string,
    site: TemplatePlace,
    details: { key?: string | undefined; fix?: string | undefined } = {},
  ) {
    super(message)
    this.kind = kind
    this.site = site
    this.key = details.key
    this.fix = details.fix
  }
}
