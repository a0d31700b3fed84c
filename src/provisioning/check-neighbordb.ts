/**
 * neighbordb, checked beyond what keeps it from being used.
 * @module
 */
import { readNeighbordb } from '../core/neighbordb.ts'
import { unreachablePatterns } from '../core/neighbordb-check.ts'
import { readOperatorFile } from '../core/operator-file.ts'
import type { Pattern } from '../core/pattern.ts'
import { Problem } from '../core/problem.ts'
import type { DataRootCheck } from './check-definition.ts'

export interface NeighbordbFound {
  readonly problems: readonly Problem[]
  /** Those that can be used. */
  readonly patterns: readonly Pattern[]
}

/** A larger file would hold up switches while it is looked through. */
const maxWhileServing = 100_000

const nothing: NeighbordbFound = { problems: [], patterns: [] }

/** For a server that looks again and again: a file that is still the same is not read anew, and a large one only as switches need it. */
export class NeighbordbMemory {
  private reading: readonly Problem[] | undefined
  private found = nothing

  async look(check: DataRootCheck): Promise<NeighbordbFound> {
    // each reading of the file gives another list
    const { problems } = await check.source.neighbordb()
    if (problems === this.reading) return this.found
    const bytes = await check.files.read(check.neighbordbFilename)
    this.found =
      bytes instanceof Uint8Array && bytes.length > maxWhileServing
        ? { problems, patterns: [] }
        : readPatterns(check, bytes)
    this.reading = problems
    return this.found
  }
}

/** Every mistake, and every pattern that nobody can reach. */
export async function checkNeighbordb(check: DataRootCheck): Promise<NeighbordbFound> {
  if (check.neighbordb !== undefined) return check.neighbordb.look(check)
  return readPatterns(check, await check.files.read(check.neighbordbFilename))
}

function readPatterns(
  { dataRoot, neighbordbFilename, identifier }: DataRootCheck,
  bytes: Uint8Array | Problem | undefined,
): NeighbordbFound {
  if (bytes === undefined) return nothing
  if (bytes instanceof Problem) return { problems: [bytes], patterns: [] }
  const file = readOperatorFile(`${dataRoot}/${neighbordbFilename}`, bytes, 'neighbordb-syntax')
  if (file instanceof Problem) return { problems: [file], patterns: [] }
  const { neighbordb, whole, patterns } = readNeighbordb(file, identifier)
  return {
    problems: [
      ...(whole === undefined ? [] : [whole]),
      ...patterns.flatMap(({ problems }) => problems),
      ...(neighbordb === undefined ? [] : unreachablePatterns(file, neighbordb)),
    ],
    patterns: neighbordb?.patterns ?? [],
  }
}
