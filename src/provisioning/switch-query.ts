/**
 * Which switches a query asks for, and in which order.
 * @module
 */
import type { SwitchQuery, SwitchRow } from '../core/api-schemas.ts'
import { parseSystemMac } from '../core/identity.ts'
import { provisioningStates } from '../core/switch-state.ts'
import { sortInTurns } from './sort-in-turns.ts'
import { isStuckAt, type Look, type SwitchEntry, stateOf } from './switch-entry.ts'
import type { Turn } from './turns.ts'

/** Tells of a switch whether it is asked for. */
export function matcherOf(
  { state: wanted, q = '' }: SwitchQuery,
  look: Look,
): (entry: SwitchEntry) => boolean {
  const sought = q.trim().toLowerCase()
  const mac = parseSystemMac(sought)
  return (entry) => {
    if (wanted === 'stuck') {
      if (!isStuckAt(entry, look)) return false
    } else if (wanted !== undefined && stateOf(entry) !== wanted) return false
    if (sought === '') return true
    const { known, state } = entry
    if (mac !== undefined) return known.mac === mac || state?.mac === mac
    const texts = [
      known.name,
      known.id,
      ...known.keys,
      known.model,
      state?.model,
      state?.serial,
      state?.from,
    ]
    return texts.some((text) => text?.toLowerCase().includes(sought) === true)
  }
}

/** Sorts what is sorted by name: those who have come farthest first, or those who were heard of last. */
export async function sortEntries(
  entries: readonly SwitchEntry[],
  sort: SwitchQuery['sort'],
  turn: Turn,
): Promise<readonly SwitchEntry[]> {
  if (sort === 'name') return entries
  if (sort === 'lastSeen') {
    // a state changes while others are sorted
    const seen: { entry: SwitchEntry; at: number }[] = []
    for (const entry of entries) {
      if (turn.isOver()) await turn.next()
      seen.push({ entry, at: entry.state?.lastSeen ?? 0 })
    }
    const sorted = await sortInTurns(seen, (one, other) => other.at - one.at, turn)
    await turn.next()
    return sorted.map(({ entry }) => entry)
  }
  const byState = new Map<SwitchRow['state'], SwitchEntry[]>()
  for (const entry of entries) {
    if (turn.isOver()) await turn.next()
    const state = stateOf(entry)
    const some = byState.get(state)
    if (some === undefined) byState.set(state, [entry])
    else some.push(entry)
  }
  return provisioningStates.toReversed().flatMap((state) => byState.get(state) ?? [])
}
