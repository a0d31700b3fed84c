/**
 * How a node fares with its own pattern, and with every pattern of neighbordb.
 * @module
 */
import type { ExplainedNeighbordb, ExplainedTopology } from '../core/explanation.ts'
import { explainPattern, type PatternResult } from '../core/match-explanation.ts'
import { mismatchOf } from '../core/neighbordb.ts'
import type { NodeReport } from '../core/node-report.ts'
import { decodeUtf8 } from '../core/operator-file.ts'
import type { Pattern } from '../core/pattern.ts'
import { Problem } from '../core/problem.ts'
import { textPlaces } from '../core/text-places.ts'
import { describeMismatch } from '../core/topology.ts'
import { hintFor, patternRow } from './explain-pattern.ts'
import { type ExplainedDataRoot, placeIn } from './explain-sources.ts'
import type { NamedSwitch } from './named-switch.ts'
import { neighbordbInForce } from './neighbordb-in-force.ts'
import { type ComparedPattern, comparePatterns } from './pattern-ranking.ts'

/** What is told, and the pattern that a node without a folder gets its files by. */
export interface TopologyFound {
  readonly told: ExplainedTopology
  readonly taken: Pattern | undefined
}

/** So many patterns are told, the nearest where there are more. */
const maxTold = 2_000
/** So many rules are told in all. */
const maxRules = 10_000
/** For so many patterns a change is looked for. */
const maxHints = 20

export async function explainTopology(
  dataRoot: ExplainedDataRoot,
  found: NamedSwitch,
): Promise<TopologyFound> {
  const { nodeId, report } = found
  const own = nodeId === undefined ? undefined : await dataRoot.files.ownPattern(nodeId)
  const ownText =
    nodeId === undefined ? undefined : await textOf(dataRoot, `nodes/${nodeId}/pattern`)
  const counts = !found.hasFolder
  const neighbordb = await explainNeighbordb(dataRoot, found, counts)
  return {
    told: {
      validation: dataRoot.validateTopology,
      own:
        own === undefined || own instanceof Problem
          ? null
          : explainOwn(dataRoot, own, ownText ?? '', `nodes/${nodeId}/pattern`, report),
      ownProblem: own instanceof Problem ? dataRoot.problemJson(own) : null,
      neighbordb: neighbordb?.told ?? null,
    },
    taken: counts ? neighbordb?.taken : undefined,
  }
}

function explainOwn(
  dataRoot: ExplainedDataRoot,
  pattern: Pattern,
  text: string,
  path: string,
  report: NodeReport | undefined,
): PatternResult {
  const at = placeIn(dataRoot, path, textPlaces(path, text)(pattern.start))
  const row = patternRow(pattern, null, at)
  if (report === undefined) return { ...row, reason: noReport }
  const comparison = { pattern, report }
  const mismatch = mismatchOf(pattern, report, dataRoot.bounded)
  const { unmet, model, rules } = explainPattern(comparison, dataRoot.bounded)
  return {
    ...row,
    result: mismatch === undefined ? 'match' : 'no-match',
    taken: mismatch === undefined,
    reason: mismatch === undefined ? null : describeMismatch(mismatch),
    unmet: unmet?.count ?? null,
    model,
    rules,
    wouldMatchIf:
      mismatch === undefined ? null : hintFor(comparison, unmet, dataRoot.bounded, () => true),
  }
}

const noReport = 'the node has not reported what it sees'

async function explainNeighbordb(
  dataRoot: ExplainedDataRoot,
  found: NamedSwitch,
  counts: boolean,
): Promise<{ told: ExplainedNeighbordb; taken: Pattern | undefined } | undefined> {
  const { files, neighbordbFilename, bounded, log } = dataRoot
  const { neighbordb, problems } = await neighbordbInForce(files, log)
  if (neighbordb === undefined && problems.length === 0) return undefined
  const ranked =
    neighbordb && comparePatterns(neighbordb, found.nodeId ?? '', found.report, bounded)
  const nearest = ranked?.nearest ?? []
  const toldOnes = new Set(nearest.slice(0, maxTold))
  const withHints = new Set(nearest.filter(({ state }) => state !== 'not-asked').slice(0, maxHints))
  const withRules = new Set<ComparedPattern>()
  let left = maxRules
  for (const compared of toldOnes) {
    if (compared.state === 'not-asked') continue
    left -= compared.pattern.rules.length
    // the nearest one always, however many rules it has
    if (left >= 0 || withRules.size === 0) withRules.add(compared)
  }
  // what is in force may be older than the file, whose lines would be told wrong then
  const isSaved = !problems.some(({ code }) => code !== 'pattern-bogus')
  const text = isSaved ? await textOf(dataRoot, neighbordbFilename) : undefined
  const locate = text === undefined ? undefined : textPlaces(neighbordbFilename, text)
  const rows = [...toldOnes]
    .sort((one, other) => one.number - other.number)
    .map((compared) => {
      const at = placeIn(dataRoot, neighbordbFilename, locate?.(compared.pattern.start))
      const row = patternRow(compared.pattern, compared.number, at)
      if (ranked === undefined) return row
      return ranked.tell(row, compared, {
        rules: withRules.has(compared),
        hint: withHints.has(compared),
      })
    })
  return {
    told: {
      file: dataRoot.shown(neighbordbFilename),
      counts,
      usable: neighbordb !== undefined,
      problems: problems.map(dataRoot.problemJson),
      total: neighbordb?.patterns.length ?? 0,
      taken: ranked?.taken ?? null,
      patterns: rows,
      withRules: withRules.size,
      withHints: withHints.size,
    },
    taken: ranked?.taken === undefined ? undefined : neighbordb?.patterns[ranked.taken],
  }
}

async function textOf({ files }: ExplainedDataRoot, path: string): Promise<string | undefined> {
  const bytes = await files.bytes(path)
  return bytes === undefined || bytes instanceof Problem ? undefined : decodeUtf8(bytes)
}
