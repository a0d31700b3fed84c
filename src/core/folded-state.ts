/**
 * One state while events are folded into it.
 * @module
 */
import type { SwitchEvent } from './switch-event.ts'
import { type SwitchState, stateAfterEvent } from './switch-state.ts'

/** A state while it is folded: one flat object, changed in place, because a storm changes thousands a second. */
export type Folded = { -readonly [Name in keyof SwitchState]: SwitchState[Name] } & {
  reached: { -readonly [Name in keyof SwitchState['reached']]: number }
  /** What it is found by. */
  keys: readonly string[]
  /** Where it is counted that the configuration that was served last is served again; -1: nowhere yet. */
  row: number
}

/** One state of two of the same switch. */
export function joined(older: Folded, newer: Folded): Omit<Folded, 'row'> {
  // who asked for something else in between is as far as before
  const { state, since, problemAt, problem, message } = newer.state === 'seen' ? older : newer
  const { servedAt, servedSha256, servedRevision } = newer.servedAt === undefined ? older : newer
  const { action, actionKind, actionAt } = newer.actionAt === undefined ? older : newer
  const reached = { ...older.reached }
  for (const [name, at] of Object.entries(newer.reached) as [keyof typeof reached, number][]) {
    reached[name] = Math.max(at, reached[name] ?? 0)
  }
  return {
    mac: newer.mac ?? older.mac,
    serial: newer.serial ?? older.serial,
    node: newer.node ?? older.node,
    entry: newer.entry ?? older.entry,
    model: newer.model ?? older.model,
    version: newer.version ?? older.version,
    from: newer.from ?? older.from,
    ...{ state, since, problemAt, problem, message },
    ...{ servedAt, servedSha256, servedRevision },
    ...{ action, actionKind, actionAt },
    events: older.events + newer.events,
    firstSeen: Math.min(older.firstSeen, newer.firstSeen),
    lastSeen: Math.max(older.lastSeen, newer.lastSeen),
    reached,
    keys: [...new Set([...older.keys, ...newer.keys])],
  }
}

/** All that it says besides who was served is when. */
export function isPlainlyServed({ kind, problem, action }: SwitchEvent): boolean {
  return kind === 'config-served' && problem === undefined && action === undefined
}

export function newState(event: SwitchEvent, at: number, keys: readonly string[]): Folded {
  const { mac, serial, node, entry } = event
  return {
    mac,
    serial,
    node,
    entry,
    model: undefined,
    version: undefined,
    from: undefined,
    state: 'seen',
    since: at,
    firstSeen: at,
    lastSeen: at,
    events: 0,
    servedAt: undefined,
    servedSha256: undefined,
    servedRevision: undefined,
    problemAt: undefined,
    problem: undefined,
    message: undefined,
    action: undefined,
    actionKind: undefined,
    actionAt: undefined,
    reached: {},
    keys,
    row: -1,
  }
}

/** What an event says that is not older than everything that is known. */
export function advance(state: Folded, event: SwitchEvent, at: number): void {
  const { kind } = event
  state.lastSeen = at
  if (event.from !== undefined) state.from = event.from
  if (event.model !== undefined) state.model = event.model
  if (event.version !== undefined) state.version = event.version
  if (event.action !== undefined) {
    state.action = event.action
    state.actionKind = kind
    state.actionAt = at
  }
  if (kind === 'config-served') {
    state.servedAt = at
    state.servedSha256 = event.sha256
    state.servedRevision = event.revision
  }
  const next = stateAfterEvent(kind)
  if (event.problem !== undefined || next === 'failed' || kind === 'action-failed') {
    state.problemAt = at
    state.problem = event.problem ?? kind
    state.message = event.message
  } else if (next !== undefined && state.problem !== undefined && clearsProblem(kind)) {
    state.problemAt = undefined
    state.problem = undefined
    state.message = undefined
  }
  if (next === undefined) return
  if (next !== state.state) {
    state.state = next
    state.since = at
  }
  state.reached[next] = at
}

/** An action that goes on after another failed does not mend it. */
function clearsProblem(kind: SwitchEvent['kind']): boolean {
  return kind !== 'action-started' && kind !== 'action-succeeded'
}
