/**
 * Builds the real adapters from the settings. `serve`, `render` and `validate` share it.
 * @module
 */
import { workerUrl } from './assets.ts'
import type { Clock, Log, Pools, Renderer, Snapshot } from './ports.ts'
import { createRenderer } from './render/renderer.ts'
import type { Settings } from './settings.ts'
import { type LiveSources, loadOnce, startLiveSources } from './sources/live.ts'
import { Loader } from './sources/load.ts'
import { createPools } from './store/pool-store.ts'

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

/** The resource pools of a data root (absolute), for who needs nothing else of it. */
export function openPools(root: string, cwd: string): Pools {
  return createPools({ root, cwd })
}
