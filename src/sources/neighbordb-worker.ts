/**
 * The worker's side of reading a large neighbordb: it parses the file, and gives its patterns batch by batch.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type PatternPlace, placeOf } from '../core/neighbordb.ts'
import { problemToJson } from '../core/problem.ts'
import {
  batchSize,
  type NeighbordbJob,
  type NeighbordbReply,
  runNeighbordbJob,
} from './neighbordb-job.ts'
import { packPattern } from './packed-pattern.ts'

const { neighbordb, problems, unreachable, named } = runNeighbordbJob(workerData as NeighbordbJob)
const patterns = neighbordb?.patterns ?? []
let sent = 0

/** Patterns with the same requirement are compared with one node one after the other: opening them all then would take long. */
const maxClosed = 100

function isCommon({ node, requirement }: PatternPlace): boolean {
  if (node !== undefined) return false
  if (requirement === undefined) return true
  return (neighbordb?.byRequirement.get(requirement)?.length ?? 0) > maxClosed
}

parentPort?.on('message', () => {
  const batch = patterns.slice(sent, sent + batchSize)
  // each of them names two files at most
  const files = named.slice(2 * sent, 2 * (sent + batchSize))
  sent += batchSize
  const reply: NeighbordbReply = {
    patterns: batch.map((pattern) => {
      const place = placeOf(pattern)
      return packPattern(pattern, place, isCommon(place))
    }),
    named: files,
    end:
      sent < patterns.length
        ? undefined
        : {
            isUsable: neighbordb !== undefined,
            problems: problems.map(problemToJson),
            unreachable: unreachable.map(problemToJson),
          },
  }
  parentPort?.postMessage(reply)
})
