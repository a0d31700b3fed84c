/**
 * Everything that is wrong in ZTPServer's folder, for `validate` and for who looks while the server runs.
 * @module
 */
import type { Inventory } from '../core/inventory.ts'
import type { BoundedTest } from '../core/matcher.ts'
import type { Identifier } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import { shownFrom } from '../core/shown-path.ts'
import { variableNames } from '../core/variables.ts'
import type { DataRootFiles, DataRootSource, Log, Pools, ShippedFiles } from '../ports.ts'
import { checkDataRoot } from './check-data-root.ts'

/** The settings that it depends on. */
interface CheckSettings {
  readonly neighbordbFilename: string
  readonly bootstrapFilename: string
  readonly identifier: Identifier
  readonly validateTopology: boolean
}

/** What of a data root is looked at. */
interface CheckedParts {
  /** Absolute. */
  readonly path: string
  readonly files: DataRootSource
  readonly pools: Pools
  readonly bounded: BoundedTest
  readonly shipped: ShippedFiles
}

export interface CheckCircumstances {
  /** Goes through the folders. */
  readonly folders: DataRootFiles
  readonly inventory: Inventory
  /** Messages name files relative to it. */
  readonly cwd: string
  /** That of a server that looks again and again: it tells many mistakes of neighbordb, but not all. */
  readonly servingLog?: Log
}

/** Gives every problem of a data root, by file; a folder that cannot be read is one too. */
export async function dataRootProblems(
  settings: CheckSettings,
  { path, files, pools, bounded, shipped }: CheckedParts,
  { folders, inventory, cwd, servingLog }: CheckCircumstances,
): Promise<readonly Problem[]> {
  const variables = variableNames(inventory)
  const { neighbordbFilename, bootstrapFilename, identifier, validateTopology } = settings
  const problems = await checkDataRoot({
    dataRoot: path,
    files: folders,
    source: files,
    pools,
    bounded,
    neighbordbFilename,
    bootstrapFilename,
    identifier,
    validateTopology,
    servingLog,
    isShipped: (name) => shipped.read(name) !== undefined,
    hasVariable: (name) => variables.has(name),
  }).catch((error: unknown) => {
    if (error instanceof Problem) return [error]
    throw error
  })
  return problems.map((problem) => shownFrom(cwd, problem))
}
