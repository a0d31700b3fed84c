/**
 * Reads a neighbordb: on the thread that serves, or for a large file on another one. What these two tell each other.
 * @module
 */
import { type Neighbordb, readNeighbordb } from '../core/neighbordb.ts'
import type { Identifier } from '../core/node-report.ts'
import { readOperatorFile } from '../core/operator-file.ts'
import { Problem, type ProblemJson, withDetails } from '../core/problem.ts'
import type { PackedPattern } from './packed-pattern.ts'

/** The bytes of a file and how they are meant. */
export interface NeighbordbJob {
  /** As messages show it. */
  readonly file: string
  readonly bytes: Uint8Array
  readonly identifier: Identifier
}

/** What became of a file. */
export interface NeighbordbRead {
  /** Undefined: it cannot be used. */
  readonly neighbordb: Neighbordb | undefined
  readonly problems: readonly Problem[]
}

/** The answer to each request for more: patterns in file order, and with the last of them what is wrong with the file. */
export interface NeighbordbReply {
  readonly patterns: readonly PackedPattern[]
  readonly end:
    | { readonly isUsable: boolean; readonly problems: readonly ProblemJson[] }
    | undefined
}

/** So many patterns cross at once; each batch waits to be asked for. */
export const batchSize = 200

/** One mistake can be in each of a hundred thousand patterns. */
const maxProblems = 1_000

/** Reads a file; what was wrong with it does not throw. */
export function runNeighbordbJob({ file, bytes, identifier }: NeighbordbJob): NeighbordbRead {
  const read = readOperatorFile(file, bytes, 'neighbordb-syntax')
  if (read instanceof Problem) {
    const problem = withDetails(read, { fix: 'until then the last good one serves' })
    return { neighbordb: undefined, problems: [problem] }
  }
  const { neighbordb, whole, patterns } = readNeighbordb(read, identifier)
  const problems = whole === undefined ? patterns.flatMap((pattern) => pattern.problems) : [whole]
  return { neighbordb, problems: problems.slice(0, maxProblems) }
}
