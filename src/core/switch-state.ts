/**
 * How far a switch has come, as everything that happened to it says.
 * @module
 */
import type { SwitchEventKind } from './switch-event.ts'

/** In the order in which a switch usually reaches them. `never-seen` is for switches of the inventory that have asked for nothing. */
export const provisioningStates = [
  'never-seen',
  'seen',
  'config-served',
  'bootstrap-served',
  'registered',
  'definition-served',
  'provisioning',
  'provisioned',
  'config-backed-up',
  'failed',
] as const

export type ProvisioningState = (typeof provisioningStates)[number]

/** What each kind of event makes of a switch; undefined: it stays what it is. */
const stateAfter: Readonly<Record<SwitchEventKind, ProvisioningState | undefined>> = {
  seen: undefined,
  'config-served': 'config-served',
  'config-refused': 'failed',
  'bootstrap-served': 'bootstrap-served',
  'bootstrap-refused': 'failed',
  registered: 'registered',
  'registration-refused': 'failed',
  'definition-served': 'definition-served',
  'definition-refused': 'failed',
  'file-served': undefined,
  'file-refused': undefined,
  'config-backed-up': 'config-backed-up',
  'backup-refused': 'failed',
  'client-started': 'provisioning',
  'client-definition': 'provisioning',
  'action-started': 'provisioning',
  'action-succeeded': 'provisioning',
  // its definition may let an action fail: the client says by itself when it gives up
  'action-failed': 'provisioning',
  'client-done': 'provisioned',
  'client-failed': 'failed',
  'resource-released': undefined,
  'secrets-shown': undefined,
}

/** The state that an event of this kind leads to; undefined: it changes none. */
export function stateAfterEvent(kind: SwitchEventKind): ProvisioningState | undefined {
  return stateAfter[kind]
}

/** Whether a switch itself did this, and not an operator. */
export function isOfSwitch(kind: SwitchEventKind): boolean {
  return kind !== 'resource-released' && kind !== 'secrets-shown'
}

/**
 * The states in which a switch has the next thing to do: it runs the bootstrap client, which will ask or report again. One that got its
 * configuration from `/dynconfig` has nothing more to ask for.
 */
const unfinished: ReadonlySet<ProvisioningState> = new Set([
  'bootstrap-served',
  'registered',
  'definition-served',
  'provisioning',
])

/** Everything known of one switch; times are in milliseconds since 1970. */
export interface SwitchState {
  readonly mac: string | undefined
  /** As it was sent. */
  readonly serial: string | undefined
  /** The id of its folder in the data root. */
  readonly node: string | undefined
  /** The id of its entry in the inventory. */
  readonly entry: string | undefined
  readonly model: string | undefined
  /** Of EOS. */
  readonly version: string | undefined
  /** The address that it asked from last. */
  readonly from: string | undefined
  readonly state: ProvisioningState
  /** When it came to this state. */
  readonly since: number
  readonly firstSeen: number
  readonly lastSeen: number
  /** How many of its events have been counted. */
  readonly events: number
  /** The configuration that it got last. */
  readonly servedAt: number | undefined
  readonly servedSha256: string | undefined
  readonly servedRevision: string | undefined
  /** The latest fault, until something succeeds. */
  readonly problemAt: number | undefined
  readonly problem: string | undefined
  readonly message: string | undefined
  /** What the client reported last of an action, and when. */
  readonly action: string | undefined
  readonly actionKind: SwitchEventKind | undefined
  readonly actionAt: number | undefined
  /** When it came to each of the states last; `seen` is not among them, that is `firstSeen`. */
  readonly reached: Readonly<Partial<Record<ProvisioningState, number>>>
}

/** Whether a switch that has something left to do has been silent for longer than `afterMs`; 0: nobody is ever stuck. */
export function isStuck(
  { state, lastSeen }: Pick<SwitchState, 'state' | 'lastSeen'>,
  now: number,
  afterMs: number,
): boolean {
  return afterMs > 0 && unfinished.has(state) && now - lastSeen > afterMs
}
