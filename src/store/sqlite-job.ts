/**
 * What the thread with the database is asked, and what it answers.
 * @module
 */

export interface SqliteJob {
  /** Absolute path of the database. */
  readonly file: string
  readonly table: string
  /** What is written as holder; undefined: nothing is written, the answer is what would be given. */
  readonly holder: string | undefined
  /** Every id of the switch. */
  readonly ids: readonly string[]
}

export type SqliteAnswer =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'failed'; readonly reason: string }
