/**
 * Sorts very many things without stopping the server.
 * @module
 */
import type { Turn } from './turns.ts'

type Compare<Item> = (one: Item, other: Item) => number

/** So many are sorted at once. */
const runLength = 2_048

/** The items in order; those that compare equal stay as they were. */
export async function sortInTurns<Item>(
  items: readonly Item[],
  compare: Compare<Item>,
  turn: Turn,
): Promise<readonly Item[]> {
  let runs: (readonly Item[])[] = []
  for (let at = 0; at < items.length; at += runLength) {
    runs.push(items.slice(at, at + runLength).sort(compare))
    if (turn.isOver()) await turn.next()
  }
  while (runs.length > 1) {
    const next: (readonly Item[])[] = []
    for (let at = 0; at < runs.length; at += 2) {
      next.push(await mergeInTurns(runs[at] ?? [], runs[at + 1] ?? [], compare, turn))
    }
    runs = next
  }
  return runs[0] ?? []
}

/** Two sorted lists as one; of items that compare equal those of the first come first. */
export async function mergeInTurns<Item>(
  one: readonly Item[],
  other: readonly Item[],
  compare: Compare<Item>,
  turn: Turn,
): Promise<readonly Item[]> {
  if (one.length === 0) return other
  if (other.length === 0) return one
  const all: Item[] = []
  let [first, second] = [0, 0]
  while (first < one.length || second < other.length) {
    if (all.length % runLength === 0 && turn.isOver()) await turn.next()
    const [a, b] = [one[first], other[second]]
    if (a !== undefined && (b === undefined || compare(a, b) <= 0)) {
      all.push(a)
      first += 1
    } else if (b !== undefined) {
      all.push(b)
      second += 1
    }
  }
  return all
}
