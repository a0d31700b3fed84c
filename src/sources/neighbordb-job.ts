/**
 * Reads a neighbordb: on the thread that serves, or for a large file on another one. What these two tell each other.
 * @module
 */
import { type Neighbordb, readNeighbordb } from '../core/neighbordb.ts'
import { type NamedFile, namedFiles, unreachablePatterns } from '../core/neighbordb-check.ts'
import type { Identifier } from '../core/node-report.ts'
import { readOperatorFile } from '../core/operator-file.ts'
import { Problem, type ProblemJson } from '../core/problem.ts'
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
  /** The first of them that keep it from being used, or a pattern from matching. */
  readonly problems: readonly Problem[]
  /** The first patterns that no node can reach. */
  readonly unreachable: readonly Problem[]
  /** What its patterns name. */
  readonly named: readonly NamedFile[]
}

/** There is no file, or it cannot be used. */
export function nothingRead(...problems: readonly Problem[]): NeighbordbRead {
  return { neighbordb: undefined, problems, unreachable: [], named: [] }
}

/** The answer to each request for more: patterns in file order, what they name, and with the last of them what is wrong with the file. */
export interface NeighbordbReply {
  readonly patterns: readonly PackedPattern[]
  readonly named: readonly NamedFile[]
  readonly end:
    | {
        readonly isUsable: boolean
        readonly problems: readonly ProblemJson[]
        readonly unreachable: readonly ProblemJson[]
      }
    | undefined
}

/** So many patterns cross at once; each batch waits to be asked for. */
export const batchSize = 200

/** One mistake can be in each of a hundred thousand patterns. */
const maxProblems = 500

/** Reads a file; what was wrong with it does not throw. */
export function runNeighbordbJob({ file, bytes, identifier }: NeighbordbJob): NeighbordbRead {
  const read = readOperatorFile(file, bytes, 'neighbordb-syntax')
  if (read instanceof Problem) return nothingRead(read)
  const { neighbordb, whole, patterns } = readNeighbordb(read, identifier)
  const problems = whole === undefined ? patterns.flatMap((pattern) => pattern.problems) : [whole]
  const first = problems.slice(0, maxProblems)
  if (neighbordb === undefined) return nothingRead(...first)
  return {
    neighbordb,
    problems: first,
    unreachable: [...take(unreachablePatterns(read, neighbordb), maxProblems)],
    named: namedFiles(neighbordb.patterns),
  }
}

function* take<Item>(items: Iterable<Item>, count: number): Generator<Item> {
  let taken = 0
  for (const item of items) {
    if (taken++ === count) return
    yield item
  }
}
