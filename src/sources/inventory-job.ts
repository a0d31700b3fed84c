/**
 * What the serving thread and the inventory worker tell each other when a large file has changed. The whole of it never crosses: copying
 * an object of that size between threads would block the serving thread nearly as long as parsing it.
 * @module
 */
import type { InventoryFormat, Section, SwitchEntry } from '../core/inventory-table.ts'
import type { ProblemJson } from '../core/problem.ts'

/** A file to read again. The bytes in force are shared, not copied. */
export interface InventoryJob {
  readonly path: string
  readonly file: string
  readonly maxBytes: number
  readonly format: InventoryFormat
  readonly before:
    | {
        readonly bytes: Uint8Array<SharedArrayBuffer>
        readonly spans: Uint32Array<ArrayBuffer>
        readonly entangled: boolean
      }
    | undefined
}

/** The answer: nothing to use, or a table of which only the changed entries follow, batch by batch. */
export type InventoryReply =
  | { readonly kind: 'changing' }
  | { readonly kind: 'broken'; readonly problem: ProblemJson }
  | {
      readonly kind: 'table'
      readonly bytes: Uint8Array<SharedArrayBuffer>
      readonly digest: string
      readonly spans: Uint32Array<ArrayBuffer>
      /** Per pair: which pair of the table before it equals, or one of the marks below. */
      readonly carried: Int32Array<ArrayBuffer>
      readonly defaults: Section | undefined
      readonly groups: Section | undefined
      readonly entangled: boolean
      readonly warnings: readonly ProblemJson[]
      readonly changedCount: number
    }
  | {
      readonly kind: 'entries'
      readonly ordinals: readonly number[]
      readonly entries: readonly SwitchEntry[]
    }

/** The pair is new or changed; its entry follows. */
export const changedPair = -1
/** The pair is `defaults` or `groups`. */
export const sectionPair = -2

/** So many entries cross at once; each batch waits to be asked for. */
export const batchSize = 400
