/**
 * Builds the real adapters from the settings. `serve`, `render` and `validate` share it.
 * @module
 */
import { join, relative, resolve } from 'node:path'
import { assetPath, workerUrl } from './assets.ts'
import type { BoundedTest } from './core/matcher.ts'
import type { SwitchStates } from './core/switch-states.ts'
import type {
  Clock,
  ConfigFolder,
  DataRootFiles,
  DataRootSource,
  FileHashes,
  LiveJournal,
  Log,
  NodeStore,
  Pools,
  Renderer,
  ServedConfigs,
  ServiceManager,
  ShippedFiles,
  Snapshot,
  SwitchHistory,
} from './ports.ts'
import { createBoundedTest } from './process/bounded-test.ts'
import { checkOutRevision } from './process/git-revision.ts'
import { createProgramRunner, type RunningPrograms } from './process/program-runner.ts'
import { createServiceManager } from './process/service-manager.ts'
import { createRenderer } from './render/renderer.ts'
import { type Settings, statesSources } from './settings.ts'
import { createConfigFolder } from './sources/config-folder.ts'
import { createDataRootFiles } from './sources/data-root-files.ts'
import { createDataRootSource, isFile } from './sources/data-root-source.ts'
import { createFileHashes } from './sources/file-hash.ts'
import { type LiveSources, loadOnce, startLiveSources } from './sources/live.ts'
import { Loader } from './sources/load.ts'
import { noSources } from './sources/no-sources.ts'
import { createShippedFiles } from './sources/shipped-files.ts'
import { startJournal } from './store/journal/journal.ts'
import { loadStates } from './store/journal/load-states.ts'
import { createServedConfigs } from './store/journal/served-files.ts'
import { createSwitchHistory } from './store/journal/timeline.ts'
import { createNodeStore } from './store/node-store.ts'
import { createPools } from './store/pool-store.ts'
import { createSqliteTables, type SqliteTables } from './store/sqlite-tables.ts'

export { compileEarly } from './process/compile-early.ts'

/** What works on an operator's files. */
export interface Deps {
  readonly clock: Clock
  readonly renderer: Renderer
  /** What works on ZTPServer's folder; undefined where there is none. */
  readonly dataRoot: DataRootDeps | undefined
  /** What the server has written of what happened to switches. */
  readonly history: SwitchHistory
  readonly served: ServedConfigs
  /** What that comes to for each switch: reads all of it. */
  loadStates(): Promise<SwitchStates>
  /** Begins to write it. */
  startJournal(log: Log): LiveJournal
  /** Reads everything once. */
  load(): Promise<Snapshot>
  /** Reads everything, and follows the files from then on. */
  follow(log: Log): Promise<LiveSources>
}

/** What ZTPServer's routes work with. */
export interface DataRootDeps {
  /** Absolute. */
  readonly path: string
  readonly files: DataRootSource
  readonly store: NodeStore
  readonly pools: Pools
  readonly tables: SqliteTables
  /** Runs plugins. */
  readonly programs: RunningPrograms
  /** Runs config-handlers: those that hang must not hold up plugins. */
  readonly handlers: RunningPrograms
  readonly bounded: BoundedTest
  readonly shipped: ShippedFiles
  readonly hashes: FileHashes
  /** The folder of what is shipped for switches. */
  readonly shippedFolder: string
  readonly pluginFolder: string
  /** Whether there is a file at an absolute path. */
  readonly hasFile: (path: string) => boolean
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
  const dataRoot = createDataRootDeps(settings, cwd)
  const { stateDir } = settings
  const state = {
    history: createSwitchHistory(stateDir),
    served: createServedConfigs(stateDir),
    loadStates: async () => (await loadStates(stateDir, () => undefined)).states,
    startJournal: (log: Log) =>
      startJournal({
        log,
        stateDir,
        workerUrl: workerUrl('store/journal/journal-worker'),
        clock: systemClock,
      }),
  }
  if (settings.inventory === undefined) {
    const nothing = noSources(renderer)
    return {
      clock: systemClock,
      renderer,
      dataRoot,
      ...state,
      load: async () => nothing.current(),
      follow: async () => nothing,
    }
  }
  const inventory = { path: settings.inventory, maxBytes: settings.maxInventoryBytes, cwd }
  const loader = new Loader({
    inventory,
    templates: { path: settings.templates, cwd },
    renderer,
    mayBeUnused: dataRoot !== undefined && !statesSources(settings),
    shape: { trimBlocks, lstripBlocks, template, serverUrl },
  })
  return {
    clock: systemClock,
    renderer,
    dataRoot,
    ...state,
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

/** They mostly wait for others, and each switch waits for its own. */
const maxHandlers = 64

function createDataRootDeps(settings: Settings, cwd: string): DataRootDeps | undefined {
  const { dataRoot, neighbordbFilename, identifier } = settings
  if (dataRoot === undefined) return undefined
  const shippedFolder = assetPath('switch')
  return {
    path: dataRoot,
    files: createDataRootSource({
      dataRoot,
      neighbordbFilename,
      identifier,
      neighbordbWorkerUrl: workerUrl('sources/neighbordb-worker'),
    }),
    store: createNodeStore(dataRoot),
    pools: dataRootPools(dataRoot, cwd),
    tables: createSqliteTables({
      files: [join(dataRoot, 'db/resources.db'), '/usr/share/ztpserver/db/resources.db'],
      workerUrl: workerUrl('store/sqlite-worker'),
    }),
    programs: createProgramRunner(),
    handlers: createProgramRunner({ maxAtOnce: maxHandlers }),
    bounded: createBoundedTest(() => systemClock.monotonic()),
    shipped: createShippedFiles(shippedFolder),
    hashes: createFileHashes({
      workerUrl: workerUrl('sources/file-hash-worker'),
      clock: systemClock,
    }),
    shippedFolder,
    pluginFolder: join(dataRoot, 'plugins'),
    hasFile: isFile,
  }
}

/** The data root in a folder, for the commands that go through all of it. */
export function dataRootFiles(dataRoot: string): DataRootFiles {
  return createDataRootFiles(dataRoot)
}

/** The resource pools of the data root in a folder; messages name files relative to `cwd`. */
export function dataRootPools(dataRoot: string, cwd: string): Pools {
  return createPools({ root: dataRoot, cwd })
}

/** The folder of configurations that a person names. */
export function configFolder(path: string, cwd: string): ConfigFolder {
  return createConfigFolder(resolve(cwd, path), path.replace(/(?<=.)\/+$/, ''))
}

/** Inventory, templates and pools as they were at a revision. */
export interface RevisionDeps {
  readonly snapshot: Snapshot
  /** Those of now, where those of then are not in the repository; undefined: there is no data root. */
  readonly pools: Pools | undefined
  close(): Promise<void>
}

/**
 * Reads a revision of git.
 * @throws {Problem} `repository-missing`, `revision-unknown`, or why the inventory of then cannot be read
 */
export async function openRevision(
  settings: Settings,
  cwd: string,
  revision: string,
): Promise<RevisionDeps> {
  const { inventory = resolve(cwd, 'swinfo.json'), templates, dataRoot } = settings
  const resources = dataRoot === undefined ? undefined : join(dataRoot, 'resources')
  const files = await checkOutRevision({
    revision,
    needed: [inventory, templates],
    optional: resources === undefined ? [] : [resources],
  })
  const then = files.pathOf(inventory) ?? ''
  // so that messages name the files as those of now
  const thereCwd = resolve(then, relative(inventory, cwd))
  const deps = createDeps(
    { ...settings, inventory: then, templates: files.pathOf(templates) ?? '' },
    thereCwd,
  )
  const close = async () => {
    await deps.renderer.close()
    files.remove()
  }
  try {
    const snapshot = await deps.load()
    const [problem] = snapshot.inventoryProblems
    if (problem !== undefined) throw problem
    const then = resources === undefined ? undefined : files.pathOf(resources)
    const pools =
      then === undefined ? deps.dataRoot?.pools : dataRootPools(join(then, '..'), thereCwd)
    return { snapshot, pools, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Who has started a server with this environment. */
export function serviceManager(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): ServiceManager {
  return createServiceManager({ env, log })
}
