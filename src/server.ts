/**
 * The running server: sources, both doors.
 * @module
 */
import type { AddressInfo } from 'node:net'
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describeListenAddress } from './core/listen-address.ts'
import { Problem } from './core/problem.ts'
import { compileEarly, createDeps, type DataRootDeps, type Deps } from './deps.ts'
import { type Door, type FetchApp, listen } from './http/listener.ts'
import { RequestMeter } from './http/request-meter.ts'
import { createOperatorSide, type OperatorSide } from './operator-side.ts'
import type { Live, Log, Snapshot } from './ports.ts'
import { createBootstrap } from './provisioning/bootstrap.ts'
import { createFaultLog } from './provisioning/fault-log.ts'
import { createPlugins, createPreviewPlugins } from './provisioning/plugins.ts'
import { rehearse } from './rehearsal.ts'
import type { ReadSettings, Settings } from './settings.ts'
import { createSwitchApp, type DataRootRoutes } from './switch-app.ts'

/** A server that runs. */
export interface RunningServer {
  readonly switchAddress: AddressInfo
  readonly operatorAddress: AddressInfo | undefined
  readonly deps: Deps
  snapshot(): Snapshot
  /** Reads inventory and templates again at once. */
  reload(): Promise<void>
  /** Takes no new requests, lets those under way end, then stops everything. */
  close(graceMs: number): Promise<void>
}

/**
 * Starts both doors. Nothing listens when one of them cannot. What was warned of in the settings is a problem for as long as it runs.
 * @throws {Problem} `port-unavailable`
 */
export async function startServer(
  { settings, warnings }: ReadSettings,
  cwd: string,
  log: Log,
  deps: Deps = createDeps(settings, cwd),
): Promise<RunningServer> {
  compileEarly()
  const { clock, renderer, follow, dataRoot } = deps
  const sources = await follow(log)
  await dataRoot?.store.removeUnfinished()
  const journal = deps.startJournal(log)
  const meter = new RequestMeter()
  const faults = createFaultLog()
  let before = sources.current()
  sources.subscribe((next) => {
    faults.followChange(before, next)
    before = next
  })
  const { template: defaultTemplate, serverUrl, operator, identifier } = settings
  const path = settings.inventory === undefined ? undefined : settings.path
  const routes =
    dataRoot === undefined
      ? undefined
      : dataRootRoutes(settings, dataRoot, sources, { journal, meter, clock, log })
  const switchApp = createSwitchApp({
    snapshot: sources,
    faults,
    log,
    clock,
    journal,
    meter,
    path,
    defaultTemplate,
    serverUrl,
    identifier,
    pools: dataRoot?.pools,
    files: dataRoot?.files,
    unknownSwitch: settings.unknownSwitch === 'bootstrap' ? routes?.bootstrap : undefined,
    dataRoot: routes,
  })
  const doors: Door[] = []
  let side: OperatorSide | undefined
  const stop = async (graceMs: number) => {
    side?.close()
    await Promise.all(doors.map((door) => door.close(graceMs)))
    await dataRoot?.programs.close()
    await dataRoot?.handlers.close()
    await dataRoot?.hashes.close()
    await dataRoot?.tables.close()
    await sources.close()
    await journal.close()
    await renderer.close()
  }
  await rehearse({ settings, sources, clock, log })
  try {
    const door = await open(switchApp, settings.listen, '[server] port (--port)', log)
    doors.push(door)
    if (operator !== undefined) {
      side = createOperatorSide({
        settings,
        // whether the folder is there now, whoever looks at the data root finds out
        settingsWarnings: warnings.filter(({ code }) => code !== 'data-root-missing'),
        deps,
        sources,
        faults,
        journal,
        meter,
        routes,
        log,
        switchPort: door.address.port,
        cwd,
      })
      doors.push(await open(side.app, operator, '[operator] listen (--operator)', log))
    }
    return {
      switchAddress: door.address,
      operatorAddress: doors[1]?.address,
      deps,
      snapshot: () => sources.current(),
      reload: () => sources.reload(),
      close: stop,
    }
  } catch (error) {
    await stop(0)
    throw error
  }
}

/** What every route tells of its requests. */
type Observing = Pick<DataRootRoutes, 'journal' | 'meter' | 'clock' | 'log'>

function dataRootRoutes(
  settings: Settings,
  dataRoot: DataRootDeps,
  sources: Live<Snapshot>,
  observing: Observing,
): DataRootRoutes {
  const { identifier, validateTopology, serverUrl, bootstrapFilename } = settings
  const {
    files,
    store,
    pools,
    tables,
    programs,
    handlers,
    bounded,
    shipped,
    pluginFolder,
    hasFile,
  } = dataRoot
  const folder = { folder: pluginFolder, exists: hasFile }
  return {
    files,
    store,
    programs: handlers,
    bounded,
    identifier,
    validateTopology,
    serverUrl,
    ...observing,
    plugins: createPlugins({ ...folder, pools, tables, programs }),
    previewPlugins: () =>
      createPreviewPlugins({ ...folder, pools: pools.scratch(), tables: tables.preview() }),
    inventory: () => (settings.inventory === undefined ? undefined : sources.current().inventory),
    bootstrap: createBootstrap({ files, shipped, bootstrapFilename }),
    root: dataRoot.path,
    shipped: join(dataRoot.shippedFolder, 'actions'),
    hashes: dataRoot.hashes,
  }
}

async function open(
  app: FetchApp,
  address: { readonly host: string; readonly port: number },
  setting: string,
  log: Log,
): Promise<Door> {
  try {
    return await listen(app, address.host, address.port, log)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reasons = new Map([
      ['EADDRINUSE', 'something else listens there already'],
      ['EACCES', 'ports below 1024 need the right to use them'],
      ['EADDRNOTAVAIL', 'this machine has no such address'],
    ])
    const where = describeListenAddress(address)
    throw new Problem(
      'port-unavailable',
      `cannot listen on ${where}: ${reasons.get(code ?? '') ?? message}`,
      {
        key: setting,
        fix: `choose another one with ${setting}`,
        cause: error,
      },
    )
  }
}

/** How this machine can be reached from elsewhere: its first address that is not its own, else its name. */
export function outsideHost(listenHost: string): string {
  if (!['0.0.0.0', '::', '*'].includes(listenHost))
    return listenHost.includes(':') ? `[${listenHost}]` : listenHost
  const addresses = ownAddresses()
  const address = addresses.find(({ internal, family }) => !internal && family === 'IPv4')
  return address?.address ?? hostname()
}

/** None where a service manager has forbidden to look: that is no reason not to serve. */
function ownAddresses(): readonly NetworkInterfaceInfo[] {
  try {
    return Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  } catch {
    return []
  }
}
