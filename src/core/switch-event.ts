/**
 * What happens to a switch, as the journal keeps it: one event for each of its requests and for each step that it reports.
 * @module
 */
import { parseSerialNumber, parseSystemMac } from './identity.ts'

/** Every kind with what it says of the switch. docs/reference/journal.md explains each one. */
export const switchEventKinds = [
  /** Asked for something, and named itself, but got nothing that counts. */
  'seen',
  'config-served',
  'config-refused',
  'bootstrap-served',
  'bootstrap-refused',
  /** Reported itself; has a folder now, or had one. */
  'registered',
  'registration-refused',
  'definition-served',
  'definition-refused',
  /** An action, an image, a hash of one, its startup-config. */
  'file-served',
  'file-refused',
  'config-backed-up',
  'backup-refused',
  /** What the bootstrap client reports of itself. */
  'client-started',
  'client-definition',
  'action-started',
  'action-succeeded',
  'action-failed',
  'client-done',
  'client-failed',
  /** What operators did about a switch. */
  'resource-released',
  'secrets-shown',
] as const

export type SwitchEventKind = (typeof switchEventKinds)[number]

/** One event. What is not known is undefined. docs/reference/journal.md shows it as a line. */
export interface SwitchEvent {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind: SwitchEventKind
  /** With colons, lower case. */
  readonly mac?: string | undefined
  /** As it was sent. */
  readonly serial?: string | undefined
  /** The id of its folder in the data root. */
  readonly node?: string | undefined
  /** The id of its entry in the inventory. */
  readonly entry?: string | undefined
  readonly model?: string | undefined
  /** Of EOS. */
  readonly version?: string | undefined
  /** The address that the request came from. */
  readonly from?: string | undefined
  /** `GET /dynconfig` */
  readonly request?: string | undefined
  readonly status?: number | undefined
  /** Of the snapshot that answered. */
  readonly revision?: string | undefined
  /** Of the configuration that was sent, 64 hex digits. */
  readonly sha256?: string | undefined
  /** The code of the problem, where it was refused. */
  readonly problem?: string | undefined
  /** Of a report: the name of the action. */
  readonly action?: string | undefined
  /** The reason of a refusal, or the text of a report. */
  readonly message?: string | undefined
}

/**
 * The keys that a switch is known by in the journal: notations and letter case do not matter. Two events that share one are of the
 * same switch.
 */
export function eventKeys(
  ids: Readonly<Partial<Record<'mac' | 'serial' | 'node' | 'entry', string | undefined>>>,
): readonly string[] {
  const keys = [ids.mac, ids.serial, ids.node, ids.entry]
    .filter((id) => id !== undefined)
    .map(switchKey)
  return [...new Set(keys)]
}

/** One id as a key: a MAC in any notation with colons, a serial number in upper case, anything else as it is. */
export function switchKey(id: string): string {
  return parseSystemMac(id) ?? parseSerialNumber(id) ?? id
}
