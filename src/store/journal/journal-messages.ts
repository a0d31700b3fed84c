/**
 * What the server and the thread of its journal say to each other.
 * @module
 */
import type { SwitchEvent } from '../../core/switch-event.ts'
import type { SwitchState } from '../../core/switch-state.ts'
import type { JournalBounds } from './journal-folder.ts'
import type { TimelineQuery } from './timeline.ts'

/** What the thread begins with. */
export interface JournalThreadData {
  readonly stateDir: string
  readonly bounds: JournalBounds
  /** False for a thread that replaces one that ended: what was folded before is known. */
  readonly load: boolean
}

/** A configuration to keep. */
export interface ServedText {
  readonly entry: string
  readonly text: string | Uint8Array
  readonly at: number
}

export interface AppendMessage {
  readonly kind: 'append'
  readonly records: Uint8Array
  readonly events: number
}

export type ToJournalThread =
  | AppendMessage
  | { readonly kind: 'served'; readonly texts: readonly ServedText[] }
  | { readonly kind: 'timeline'; readonly id: number; readonly query: TimelineQuery }
  | { readonly kind: 'close' }

export type FromJournalThread =
  | { readonly kind: 'states'; readonly states: readonly SwitchState[] }
  | { readonly kind: 'loaded'; readonly damaged: DamagedFiles }
  | {
      readonly kind: 'written'
      /** Of the last `append`; the server counts what it has sent. */
      readonly events: number
      readonly bytes: number
      /** Given back. */
      readonly buffer: ArrayBuffer
    }
  | {
      readonly kind: 'status'
      /** Events of this thread that are lost for good. */
      readonly lost: number
      readonly fault: string | undefined
    }
  | { readonly kind: 'timeline'; readonly id: number; readonly events: readonly SwitchEvent[] }
  | { readonly kind: 'closed' }

export type DamagedFiles = readonly { readonly file: string; readonly lines: number }[]
