/**
 * What happens to a switch, as the journal keeps it: one event for each of its requests and for each step that it reports.
 * @module
 */
import { z } from 'zod'
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

const text = (max: number) => z.string().max(max)

/** One line of the journal, as it is written: `at` in RFC 3339, what is not known is absent. */
export const switchEventSchema = z.object({
  /** Of the shape of this line. */
  v: z.literal(1),
  at: z.iso.datetime(),
  kind: z.enum(switchEventKinds),
  /** With colons, lower case. */
  mac: text(17).optional(),
  /** As it was sent. */
  serial: text(128).optional(),
  /** The id of its folder in the data root. */
  node: text(255).optional(),
  /** The id of its entry in the inventory. */
  entry: text(255).optional(),
  model: text(128).optional(),
  /** Of EOS. */
  version: text(128).optional(),
  /** The address that the request came from. */
  from: text(64).optional(),
  /** `GET /dynconfig` */
  request: text(2_048).optional(),
  status: z.number().int().optional(),
  /** Of the snapshot that answered. */
  revision: text(64).optional(),
  /** Of the configuration that was sent, 64 hex digits. */
  sha256: text(64).optional(),
  /** The code of the problem, where it was refused. */
  problem: text(64).optional(),
  /** Of a report: the name of the action. */
  action: text(256).optional(),
  /** The reason of a refusal, or the text of a report. */
  message: text(2_048).optional(),
})

/** One event. `at` is in milliseconds since 1970. */
export type SwitchEvent = Omit<z.infer<typeof switchEventSchema>, 'v' | 'at'> & {
  readonly at: number
}

/**
 * The keys that a switch is known by in the journal: notations and letter case do not matter. Two events that share one are of the
 * same switch.
 */
export function eventKeys(
  ids: Pick<SwitchEvent, 'mac' | 'serial' | 'node' | 'entry'>,
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
