/**
 * One switch of the directory: what does not change of it, and how far it has come.
 * @module
 */
import type { SwitchRow } from '../core/api-schemas.ts'
import { parseSystemMac } from '../core/identity.ts'
import { maskText } from '../core/secrets.ts'
import { switchKey } from '../core/switch-event.ts'
import { isStuck, type SwitchState } from '../core/switch-state.ts'
import { type KnownSwitch, sortKeyOf } from './switch-index.ts'

export interface SwitchEntry {
  readonly known: KnownSwitch
  readonly state: SwitchState | undefined
}

/** When somebody looks, and from when on a silent switch is stuck. */
export interface Look {
  readonly now: number
  readonly stuckAfterMs: number
}

/** A folder that was there before the journal began is one of a node that has registered itself. */
export function stateOf({ state, known }: SwitchEntry): SwitchRow['state'] {
  return state?.state ?? (known.node === undefined ? 'never-seen' : 'registered')
}

export function isStuckAt({ state }: SwitchEntry, { now, stuckAfterMs }: Look): boolean {
  return state !== undefined && isStuck(state, now, stuckAfterMs)
}

/** A switch that only the journal knows. */
export function stranger({ mac, serial, node, entry, model }: SwitchState): KnownSwitch {
  const ids = [node, mac, serial, entry].filter((id) => id !== undefined)
  const id = ids[0] ?? ''
  const keys = [...new Set(ids.map(switchKey))]
  const sortKey = sortKeyOf(id)
  return { id, name: id, sortKey, mac, serial, model, keys, ordinal: undefined, node }
}

/** A switch that only has a folder in the data root. */
export function ofNode(node: string): KnownSwitch {
  return {
    id: node,
    name: node,
    sortKey: sortKeyOf(node),
    mac: parseSystemMac(node),
    serial: undefined,
    model: undefined,
    keys: [switchKey(node)],
    ordinal: undefined,
    node,
  }
}

export function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

/** As the API and the page show it. */
export function rowOf(entry: SwitchEntry, look: Look): SwitchRow {
  const { known, state } = entry
  return {
    id: known.id,
    name: known.name,
    mac: state?.mac ?? known.mac ?? null,
    serial: state?.serial ?? known.serial ?? null,
    model: state?.model ?? known.model ?? null,
    version: state?.version ?? null,
    from: state?.from ?? null,
    state: stateOf(entry),
    stuck: isStuckAt(entry, look),
    since: isoTime(state?.since),
    lastSeen: isoTime(state?.lastSeen),
    events: state?.events ?? 0,
    problem:
      state?.problem === undefined
        ? null
        : {
            code: state.problem,
            message: state.message === undefined ? null : maskText(state.message),
            at: new Date(state.problemAt ?? state.lastSeen).toISOString(),
          },
    action:
      state?.action === undefined || state.actionKind === undefined
        ? null
        : {
            name: state.action,
            kind: state.actionKind,
            at: new Date(state.actionAt ?? state.lastSeen).toISOString(),
          },
    inInventory: known.ordinal !== undefined,
    inDataRoot: known.node !== undefined || state?.node !== undefined,
  }
}
