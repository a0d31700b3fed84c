/**
 * What the files of the journal come to, up to a place in each: so that a start need not read all of them.
 * @module
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { switchEventKinds } from '../../core/switch-event.ts'
import { provisioningStates, type SwitchState } from '../../core/switch-state.ts'
import { replaceFile } from '../atomic-file.ts'
import { makeStateFolder } from './journal-folder.ts'

export interface Checkpoint {
  /** How many bytes of each file are in the states. */
  readonly offsets: ReadonlyMap<string, number>
  readonly states: readonly SwitchState[]
}

const none: Checkpoint = { offsets: new Map(), states: [] }

const headSchema = z.object({
  v: z.literal(1),
  offsets: z.record(z.string(), z.number().int().min(0)),
})

const time = z.number().int()
const stateSchema = z.object({
  mac: z.string().optional(),
  serial: z.string().optional(),
  node: z.string().optional(),
  entry: z.string().optional(),
  model: z.string().optional(),
  version: z.string().optional(),
  from: z.string().optional(),
  state: z.enum(provisioningStates),
  since: time,
  firstSeen: time,
  lastSeen: time,
  events: time,
  servedAt: time.optional(),
  servedSha256: z.string().optional(),
  servedRevision: z.string().optional(),
  problemAt: time.optional(),
  problem: z.string().optional(),
  message: z.string().optional(),
  action: z.string().optional(),
  actionKind: z.enum(switchEventKinds).optional(),
  actionAt: time.optional(),
  reached: z.partialRecord(z.enum(provisioningStates), time),
})

function checkpointPath(stateDir: string): string {
  return join(stateDir, 'states.jsonl')
}

/** Reads the checkpoint; an empty one where there is none, or where it cannot be used: the journal tells the same, in more time. */
export function readCheckpoint(stateDir: string): Checkpoint {
  try {
    const [head = '', ...lines] = readFileSync(checkpointPath(stateDir), 'utf8').split('\n')
    const { offsets } = headSchema.parse(JSON.parse(head))
    if (lines.pop() !== '') return none
    return { offsets: new Map(Object.entries(offsets)), states: lines.map(readState) }
  } catch {
    return none
  }
}

function readState(line: string): SwitchState {
  return { ...noState, ...stateSchema.parse(JSON.parse(line)) } as SwitchState
}

/** What a line need not have. */
const noState = {
  mac: undefined,
  serial: undefined,
  node: undefined,
  entry: undefined,
  model: undefined,
  version: undefined,
  from: undefined,
  servedAt: undefined,
  servedSha256: undefined,
  servedRevision: undefined,
  problemAt: undefined,
  problem: undefined,
  message: undefined,
  action: undefined,
  actionKind: undefined,
  actionAt: undefined,
}

/** @throws when it cannot be written; the one before stays */
export async function writeCheckpoint(
  stateDir: string,
  offsets: ReadonlyMap<string, number>,
  states: Iterable<SwitchState>,
): Promise<void> {
  makeStateFolder(stateDir)
  const chunks = [line({ v: 1, offsets: Object.fromEntries(offsets) })]
  // how it is found and counted is of the process that folds it
  for (const state of states) chunks.push(line({ ...state, keys: undefined, row: undefined }))
  await replaceFile(checkpointPath(stateDir), chunks, { mode: 0o600 })
}

function line(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
