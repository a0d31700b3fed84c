/**
 * The worker's side of reading a large inventory file again: parse, compare with the version in force, send what differs.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { type InventoryTable, type SwitchEntry, tableSpanWidth } from '../core/inventory-table.ts'
import { parseInventory } from '../core/parse-inventory.ts'
import { Problem, problemToJson } from '../core/problem.ts'
import { encodingProblem, readProblem } from './inventory-files.ts'
import {
  batchSize,
  changedPair,
  type InventoryJob,
  type InventoryReply,
  sectionPair,
} from './inventory-job.ts'
import { digestOf, readFileBytes, sourceText } from './source-file.ts'

/** Entries that have not been asked for yet. */
let pending: { readonly ordinal: number; readonly entry: SwitchEntry }[] = []

function readAgain(job: InventoryJob): InventoryReply {
  const read = readFileBytes(job.path, job.maxBytes)
  if ('kind' in read) {
    if (read.kind === 'changing') return { kind: 'changing' }
    return { kind: 'broken', problem: problemToJson(readProblem(job.file, read, job.maxBytes)) }
  }
  const source = sourceText(job.file, read.bytes)
  if (source === undefined) {
    return { kind: 'broken', problem: problemToJson(encodingProblem(job.file, read.bytes)) }
  }
  try {
    const carriedBy = new Map<number, number>()
    const find = knownPairs(job, read.bytes)
    const table = parseInventory(source, job.format, (ordinal, keyStart, valueStart, end) => {
      const before = find?.(keyStart, valueStart, end)
      if (before !== undefined) carriedBy.set(ordinal, before)
      return before !== undefined
    })
    // with anchors an entry may have changed its meaning without a change of its own text
    return table.entangled
      ? describeTable(
          parseInventory(source, job.format),
          digestOf(read.bytes),
          read.bytes,
          new Map(),
        )
      : describeTable(table, digestOf(read.bytes), read.bytes, carriedBy)
  } catch (error) {
    if (error instanceof Problem) return { kind: 'broken', problem: problemToJson(error) }
    throw error
  }
}

function describeTable(
  table: InventoryTable,
  digest: string,
  bytes: Uint8Array<SharedArrayBuffer>,
  carriedBy: ReadonlyMap<number, number>,
): InventoryReply {
  const carried = new Int32Array(table.entries.length)
  pending = []
  for (const [ordinal, entry] of table.entries.entries()) {
    const before = carriedBy.get(ordinal)
    if (entry === undefined) carried[ordinal] = sectionPair
    else if (before !== undefined) carried[ordinal] = before
    else {
      carried[ordinal] = changedPair
      pending.push({ ordinal, entry })
    }
  }
  pending.reverse()
  const { spans, defaults, groups, entangled } = table
  const warnings = table.warnings.map(problemToJson)
  const changedCount = pending.length
  return {
    kind: 'table',
    bytes,
    digest,
    spans,
    carried,
    defaults,
    groups,
    entangled,
    warnings,
    changedCount,
  }
}

/** Finds, for a pair of the new text, the pair of the text in force that is the same byte for byte. */
function knownPairs(job: InventoryJob, bytes: Uint8Array<SharedArrayBuffer>) {
  const { before } = job
  if (before === undefined || before.entangled) return undefined
  const [old, now] = [before.bytes, bytes].map((shared) =>
    Buffer.from(shared.buffer, shared.byteOffset, shared.byteLength),
  ) as [Buffer, Buffer]
  const { spans } = before
  const pairs = new Map<string, number>()
  for (let ordinal = 0; ordinal * tableSpanWidth < spans.length; ordinal++) {
    const at = ordinal * tableSpanWidth
    pairs.set(old.toString('latin1', spans[at], spans[at + 1]), ordinal)
  }
  return (keyStart: number, valueStart: number, end: number): number | undefined => {
    const ordinal = pairs.get(now.toString('latin1', keyStart, valueStart))
    if (ordinal === undefined) return undefined
    const at = ordinal * tableSpanWidth
    const same = now.compare(old, spans[at + 1], spans[at + 2], valueStart, end) === 0
    return same ? ordinal : undefined
  }
}

parentPort?.on('message', (message: InventoryJob | 'more') => {
  if (message === 'more') {
    const batch = pending.splice(-batchSize).reverse()
    const reply: InventoryReply = {
      kind: 'entries',
      ordinals: batch.map(({ ordinal }) => ordinal),
      entries: batch.map(({ entry }) => entry),
    }
    parentPort?.postMessage(reply)
    return
  }
  const reply = readAgain(message)
  const transfer = reply.kind === 'table' ? [reply.spans.buffer, reply.carried.buffer] : []
  parentPort?.postMessage(reply, transfer)
})
