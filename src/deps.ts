/**
 * Builds the real adapters from the settings. `serve`, `render` and `validate` share it.
 * @module
 */
import { workerUrl } from './assets.ts'
import { Problem } from './core/problem.ts'
import type { Clock, DataRootFiles, Log, Pools, Renderer, Snapshot } from './ports.ts'
import { createRenderer } from './render/renderer.ts'
import type { Settings } from './settings.ts'
import { createDataRootFiles } from './sources/data-root-files.ts'
import { type LiveSources, loadOnce, startLiveSources } from './sources/live.ts'
import { Loader } from './sources/load.ts'
import { noSources } from './sources/no-sources.ts'

/** What works on an operator's files. */
export interface Deps {
  readonly clock: Clock
  readonly renderer: Renderer
  /** Reads everything once. */
  load(): Promise<Snapshot>
  /** Reads everything, and follows the files from then on. */
  follow(log: Log): Promise<LiveSources>
}

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

/** Makes the adapters; `renderer.close()` ends what they started. */
export function createDeps(settings: Settings, cwd: string): Deps {
  const { trimBlocks, lstripBlocks, template, serverUrl } = settings
  const renderer = createRenderer({
    trimBlocks,
    lstripBlocks,
    workerUrl: workerUrl('render/render-process'),
    monotonic: systemClock.monotonic,
  })
  if (settings.inventory === undefined) {
    const nothing = noSources(renderer)
    return {
      clock: systemClock,
      renderer,
      load: async () => nothing.current(),
      follow: async () => nothing,
    }
  }
  const inventory = { path: settings.inventory, maxBytes: settings.maxInventoryBytes, cwd }
  const loader = new Loader({
    inventory,
    templates: { path: settings.templates, cwd },
    renderer,
    shape: { trimBlocks, lstripBlocks, template, serverUrl },
  })
  return {
    clock: systemClock,
    renderer,
    load: () => loadOnce(loader, inventory),
    follow: (log) =>
      startLiveSources({
        loader,
        inventory,
        templatesPath: settings.templates,
        inventoryWorkerUrl: workerUrl('sources/inventory-worker'),
        log,
        clock: systemClock,
      }),
  }
}

/** The data root in a folder, for the commands that go through all of it. */
export function dataRootFiles(dataRoot: string): DataRootFiles {
  return createDataRootFiles(dataRoot)
}

/** The resource pools of the data root in a folder. */
export function createPools(dataRoot: string): Pick<Pools, 'clear'> {
  return {
    clear: async (pool) => {
      throw new Problem('pool-busy', 'this version cannot free the values of pools', {
        at: { file: `${dataRoot}/resources/${pool}` },
      })
    },
  }
}
