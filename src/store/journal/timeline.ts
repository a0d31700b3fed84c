/**
 * What happened to one switch, read from the files of the journal.
 * @module
 */
import { readFile } from 'node:fs/promises'
import { parseEventLine } from '../../core/event-line.ts'
import { eventKeys, type SwitchEvent, switchKey } from '../../core/switch-event.ts'
import type { SwitchHistory } from '../../ports.ts'
import { listJournal } from './journal-folder.ts'

export interface TimelineQuery {
  /** Of the switch, in any notation. */
  readonly ids: readonly string[]
  readonly limit: number
  /** Nothing is looked for before, in milliseconds since 1970. */
  readonly notBefore: number
}

/** The latest events of a switch, newest first. */
export async function readTimeline(
  stateDir: string,
  { ids, limit, notBefore }: TimelineQuery,
): Promise<readonly SwitchEvent[]> {
  const keys = new Set(ids.map(switchKey))
  const needles = [...new Set([...ids, ...keys])].map(asWritten)
  const events: SwitchEvent[] = []
  const files = listJournal(stateDir).toReversed()
  for (const { path, changedAt } of files) {
    if (events.length >= limit || changedAt < notBefore) break
    const bytes = await readFile(path).catch(() => Buffer.alloc(0))
    events.push(...eventsIn(bytes, needles, keys, limit))
  }
  return events.sort((one, other) => other.at - one.at).slice(0, limit)
}

/** An id as a line has it. */
function asWritten(id: string): Buffer {
  return Buffer.from(JSON.stringify(id))
}

/** The last events of a file that name a switch, newest first. */
function eventsIn(
  bytes: Buffer,
  needles: readonly Buffer[],
  keys: ReadonlySet<string>,
  limit: number,
): readonly SwitchEvent[] {
  const events: SwitchEvent[] = []
  let before = bytes.length
  // kept: a needle that is not there would be looked for in the whole file again and again
  const places = needles.map((needle) => bytes.lastIndexOf(needle))
  while (events.length < limit && before > 0) {
    for (const [at, needle] of needles.entries()) {
      if ((places[at] ?? -1) >= before) places[at] = bytes.lastIndexOf(needle, before - 1)
    }
    const found = Math.max(...places)
    if (found === -1) break
    const from = bytes.lastIndexOf(10, found) + 1
    const end = bytes.indexOf(10, found)
    before = from
    const event = end === -1 ? undefined : parseEventLine(bytes.toString('utf8', from, end))
    if (event !== undefined && eventKeys(event).some((key) => keys.has(key))) events.push(event)
  }
  return events
}

/** Reads the history of switches from the disk, for who is not the server that writes it. */
export function createSwitchHistory(stateDir: string): SwitchHistory {
  return {
    timeline: (ids, limit) => readTimeline(stateDir, { ids, limit, notBefore: 0 }),
  }
}
