/**
 * How much one filter may build. A template is rendered while a switch waits, and other switches wait behind it.
 * @module
 */
import { FilterError } from './filter.ts'

/** The most characters a filter gives back. */
export const MAX_CHARACTERS = 4_000_000

/** The most items, counted over all levels, a filter gives back. */
export const MAX_ITEMS = 1_000_000

/** The deepest nesting a filter follows; deeper data would overflow the stack. */
export const MAX_DEPTH = 200

/** Refuses a text of more than {@link MAX_CHARACTERS}. */
export function checkCharacters(filter: string, characters: number): void {
  if (characters > MAX_CHARACTERS) {
    throw new FilterError(
      `${filter}: the text would have more than ${MAX_CHARACTERS} characters. Fix: work on a part of it`,
    )
  }
}

/** Refuses a list of more than {@link MAX_ITEMS}. */
export function checkItems(filter: string, items: number | bigint): void {
  if (items > MAX_ITEMS) {
    throw new FilterError(
      `${filter}: the result would have more than ${MAX_ITEMS} items. Fix: work on a part of it`,
    )
  }
}

/** Refuses nesting deeper than {@link MAX_DEPTH}. */
export function checkDepth(filter: string, depth: number): void {
  if (depth > MAX_DEPTH) {
    throw new FilterError(
      `${filter}: the value is nested more than ${MAX_DEPTH} levels deep, or contains itself`,
    )
  }
}
