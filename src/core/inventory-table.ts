/**
 * One inventory file, parsed: its switches, `defaults` and `groups`, and where each of them stands.
 * @module
 */
import type { Problem } from './problem.ts'
import type { Data, Dictionary, SourceText } from './source-text.ts'

/** A switch as its file states it. `id` is the key as it was written. */
export interface SwitchEntry {
  readonly id: string
  readonly value: Data
}

/** A file's content. Pairs are counted in the order of the file, `defaults` and `groups` among them. */
export interface InventoryTable {
  readonly source: SourceText
  readonly format: InventoryFormat
  /** Per pair: where the key, the value and what follows it begin, as byte offsets. */
  readonly spans: Uint32Array<ArrayBuffer>
  /** Per pair; undefined for `defaults` and `groups`. */
  readonly entries: readonly (SwitchEntry | undefined)[]
  readonly defaults: Section | undefined
  /** Group name → its variables. */
  readonly groups: Section | undefined
  /** True when an entry's meaning may depend on text outside of it (YAML anchors). */
  readonly entangled: boolean
  /** Warnings; what is an error is thrown. */
  readonly warnings: readonly Problem[]
}

export type InventoryFormat = 'json' | 'yaml'

/** A reserved key of the top level: its value and its place. */
export interface Section {
  readonly value: Dictionary
  readonly ordinal: number
}

/** Right in an entry these are identifiers, taken from the source text even where they look like numbers. */
export const identifierKeys: ReadonlySet<string> = new Set(['mac', 'serial', 'hostname', 'model'])

/** How many numbers describe a pair in `spans`. */
export const tableSpanWidth = 3

/** The format a file name stands for; undefined when it is none that an inventory can have. */
export function inventoryFormat(fileName: string): InventoryFormat | undefined {
  if (/\.json$/i.test(fileName)) return 'json'
  return /\.ya?ml$/i.test(fileName) ? 'yaml' : undefined
}

/** Tells that a pair is known already, so that its value need not be made: its entry is {@link knownEntry}. */
export type IsKnownPair = (
  ordinal: number,
  keyStart: number,
  valueStart: number,
  end: number,
) => boolean

/** Stands in a table for the entry of a known pair. */
export const knownEntry: SwitchEntry = { id: '', value: null }
