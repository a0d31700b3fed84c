/**
 * What goes wrong with Python's values.
 * @module
 */

/** Why an operation on values has no result. The engine adds the place in the template. */
export class ValueFault extends Error {
  override readonly name = 'ValueFault'
  /** `undefined`: a value that is not there was used; `refused`: Python has a result that we do not make; `failed`: Python fails too. */
  readonly kind: 'undefined' | 'failed' | 'refused'
  readonly fix: string | undefined

  constructor(message: string, kind: 'undefined' | 'failed' | 'refused' = 'failed', fix?: string) {
    super(message)
    this.kind = kind
    this.fix = fix
  }
}

/** A value that is not there was used. */
export function undefinedFault(what: string): ValueFault {
  return new ValueFault(
    `${what} is undefined`,
    'undefined',
    'state it in the inventory, or write "| default(…)"',
  )
}

/** Something that Jinja2 has and this dialect does not. */
export function refused(what: string, fix?: string): ValueFault {
  return new ValueFault(`not for templates here: ${what}`, 'refused', fix)
}
