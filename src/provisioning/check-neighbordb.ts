/**
 * neighbordb, checked beyond what keeps it from being used.
 * @module
 */
import { readNeighbordb } from '../core/neighbordb.ts'
import { type NamedFile, namedFiles, unreachablePatterns } from '../core/neighbordb-check.ts'
import { readOperatorFile } from '../core/operator-file.ts'
import { Problem } from '../core/problem.ts'
import { parseRelativePath } from '../core/request-path.ts'
import type { DataRootSource, Log } from '../ports.ts'
import type { DataRootCheck } from './check-definition.ts'
import { neighbordbInForce } from './neighbordb-in-force.ts'

interface NeighbordbFound {
  readonly problems: readonly Problem[]
  /** What the patterns name that can be used. */
  readonly files: readonly NamedFile[]
}

/** One mistake can be in each of 100,000 patterns: a server tells no more of them. */
const maxMissing = 500

/** Every mistake, every pattern that nobody can reach, and what patterns name that is not there. */
export async function checkNeighbordb(check: DataRootCheck): Promise<readonly Problem[]> {
  const { servingLog, source } = check
  const { problems, files } =
    servingLog === undefined ? await readWhole(check) : await readForSwitches(source, servingLog)
  const missing: Problem[] = []
  for (const file of files) {
    const problem = await missingProblem(check, file)
    if (problem !== undefined) missing.push(problem)
    if (servingLog !== undefined && missing.length === maxMissing) break
  }
  return [...problems, ...missing]
}

/** As it is read for switches: beside them, and again only when it has changed. */
async function readForSwitches(source: DataRootSource, log: Log): Promise<NeighbordbFound> {
  const { problems, unreachable, named } = await neighbordbInForce(source, log)
  return { problems: [...problems, ...unreachable], files: named }
}

/** However many mistakes there are. */
async function readWhole(check: DataRootCheck): Promise<NeighbordbFound> {
  const { files, dataRoot, neighbordbFilename, identifier } = check
  const bytes = await files.read(neighbordbFilename)
  if (bytes === undefined) return { problems: [], files: [] }
  if (bytes instanceof Problem) return { problems: [bytes], files: [] }
  const file = readOperatorFile(`${dataRoot}/${neighbordbFilename}`, bytes, 'neighbordb-syntax')
  if (file instanceof Problem) return { problems: [file], files: [] }
  const { neighbordb, whole, patterns } = readNeighbordb(file, identifier)
  return {
    problems: [
      ...(whole === undefined ? [] : [whole]),
      ...patterns.flatMap(({ problems }) => problems),
      ...(neighbordb === undefined ? [] : unreachablePatterns(file, neighbordb)),
    ],
    files: namedFiles(neighbordb?.patterns ?? []),
  }
}

async function missingProblem(
  { files, dataRoot, neighbordbFilename }: DataRootCheck,
  { folder, name, by }: NamedFile,
): Promise<Problem | undefined> {
  const below = parseRelativePath(name)
  if (below !== undefined && (await files.has(`${folder}/${below.join('/')}`))) return undefined
  const code = folder === 'definitions' ? 'definition-missing' : 'handler-missing'
  const path = `${folder}/${name}`
  const message = `pattern ${by} needs ${path}, which is not there`
  const at = { file: `${dataRoot}/${neighbordbFilename}` }
  return new Problem(code, message, { at, fix: `write ${path}, or name another` })
}
