/**
 * What an explanation looks at in the data root.
 * @module
 */
import type { BoundedTest } from '../core/matcher.ts'
import { type Place, toPlace } from '../core/place.ts'
import {
  type Problem,
  type ProblemJson,
  problemToJson,
  type SourceLocation,
} from '../core/problem.ts'
import { shownFrom, shownPath } from '../core/shown-path.ts'
import type { Data } from '../core/source-text.ts'
import type { DataRootSource, Log, NodeStore, PoolAllocator, Pools } from '../ports.ts'
import { createPreviewPlugins, type PreviewPlugins } from './plugins.ts'

/** Masks what must not be seen; `path` are the names that lead to the value. */
export type Hide = (value: Data, path: readonly string[]) => Data

/** The data root, for who changes nothing in it. */
export interface ExplainedDataRoot {
  readonly files: DataRootSource
  readonly store: Pick<NodeStore, 'state'>
  readonly nodeIds: () => Promise<readonly string[]>
  readonly pools: Pick<Pools, 'scratch'>
  /** Plugins that work in a copy of the pools. */
  readonly previewPlugins: (pools: PoolAllocator) => PreviewPlugins
  readonly bounded: BoundedTest
  readonly validateTopology: boolean
  readonly neighbordbFilename: string
  /** Is told when neighbordb has changed, as by everyone who looks first. */
  readonly log: Log
  /** A path below the data root as messages show it. */
  readonly shown: (path: string) => string
  /** A problem as JSON, its file as messages show it. */
  readonly problemJson: (problem: Problem) => ProblemJson
}

/** What of a data root an explanation is made with. */
interface DataRootParts {
  /** Absolute. */
  readonly path: string
  readonly files: DataRootSource
  readonly store: Pick<NodeStore, 'state' | 'ids'>
  readonly pools: Pick<Pools, 'scratch'>
  readonly tables: { readonly preview: () => PoolAllocator }
  readonly bounded: BoundedTest
  readonly pluginFolder: string
  readonly hasFile: (path: string) => boolean
}

/** The settings that it depends on. */
interface TopologySettings {
  readonly validateTopology: boolean
  readonly neighbordbFilename: string
}

/** A data root as explanations look at it; files below `cwd` are told relative to it. */
export function explainedDataRoot(
  { validateTopology, neighbordbFilename }: TopologySettings,
  { path, files, store, pools, tables, bounded, pluginFolder, hasFile }: DataRootParts,
  { cwd, log }: { readonly cwd: string; readonly log: Log },
): ExplainedDataRoot {
  return {
    files,
    store,
    pools,
    bounded,
    log,
    validateTopology,
    neighbordbFilename,
    nodeIds: () => store.ids(),
    previewPlugins: (scratch) =>
      createPreviewPlugins({
        pools: scratch,
        tables: tables.preview(),
        folder: pluginFolder,
        exists: hasFile,
      }),
    shown: (below) => shownPath(cwd, `${path}/${below}`),
    problemJson: (problem) => problemToJson(shownFrom(cwd, problem)),
  }
}

/** The place of a file below the data root. */
export function placeIn({ shown }: ExplainedDataRoot, path: string, at?: SourceLocation): Place {
  return toPlace({ ...at, file: shown(path) })
}
