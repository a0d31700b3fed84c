/**
 * What the operator side needs beside its routes: built once, ended with the server.
 * @module
 */
import { hostname } from 'node:os'
import { assetTexts, packageVersion } from './assets.ts'
import { isLoopback } from './core/listen-address.ts'
import type { Problem } from './core/problem.ts'
import { type Deps, dataRootFiles } from './deps.ts'
import { Access } from './http/operator/access.ts'
import { LiveUpdates } from './http/operator/live-updates.ts'
import { Metrics } from './http/operator/metrics.ts'
import type { RequestMeter } from './http/request-meter.ts'
import { createOperatorApp } from './operator-app.ts'
import type { FaultLog, Live, LiveJournal, Log, Snapshot } from './ports.ts'
import { dataRootProblems } from './provisioning/data-root-problems.ts'
import { createSwitchDiffer } from './provisioning/diff-one.ts'
import { explainedDataRoot } from './provisioning/explain-sources.ts'
import { LiveValidation } from './provisioning/live-validation.ts'
import type { PreviewDeps } from './provisioning/preview-config.ts'
import { readiness } from './provisioning/readiness.ts'
import { createSwitchDirectory } from './provisioning/switch-directory.ts'
import type { Settings } from './settings.ts'
import type { DataRootRoutes } from './switch-app.ts'

export interface OperatorSideOptions {
  readonly settings: Settings
  /** What is wrong with them until the next start. */
  readonly settingsWarnings: readonly Problem[]
  readonly deps: Deps
  readonly sources: Live<Snapshot>
  readonly faults: FaultLog
  readonly journal: LiveJournal
  readonly meter: RequestMeter
  /** Undefined: there is no data root. */
  readonly routes: DataRootRoutes | undefined
  readonly log: Log
  readonly switchPort: number
  /** Messages name files relative to it. */
  readonly cwd: string
}

export interface OperatorSide {
  readonly app: ReturnType<typeof createOperatorApp>
  /** Ends what goes on by itself. */
  close(): void
}

export function createOperatorSide(options: OperatorSideOptions): OperatorSide {
  const { settings, settingsWarnings, deps, sources: snapshot } = options
  const { faults, journal, meter, routes, log } = options
  const { clock, dataRoot } = deps
  const { operator, stuckAfterMs, template: defaultTemplate, identifier } = settings
  const serverUrl = settings.serverUrl ?? `http://${hostname()}:${options.switchPort}`
  const poolView = dataRoot
  const directory = createSwitchDirectory({ snapshot, journal, clock, stuckAfterMs, dataRoot })
  const preview: PreviewDeps = {
    snapshot,
    defaultTemplate,
    identifier,
    pools: dataRoot?.pools,
    files: dataRoot?.files,
    states: journal.states,
    serverUrl,
  }
  const { cwd } = options
  const ready = { settingsWarnings, snapshot, faults, journal, dataRoot: routes, cwd }
  const dataRootExplained = dataRoot && explainedDataRoot(settings, dataRoot, { cwd, log })
  const explaining = () => ({
    snapshot: snapshot.current(),
    identifier,
    defaultTemplate,
    serverUrl,
    dataRoot: dataRootExplained,
    history: journal,
    states: journal.states,
  })
  const differ = createSwitchDiffer({ ...preview, journal, dataRoot })
  const folders = dataRootFiles(dataRoot?.path ?? cwd)
  const validation = new LiveValidation({
    ...preview,
    clock,
    known: async () => (await readiness(ready)).problems,
    checkDataRoot:
      dataRoot &&
      (() => {
        const { inventory } = snapshot.current()
        return dataRootProblems(settings, dataRoot, { folders, inventory, cwd, servingLog: log })
      }),
    log,
  })
  const updates = new LiveUpdates({ journal, directory, snapshot, log })
  const version = packageVersion()
  const metrics = new Metrics({
    meter,
    settingsWarnings,
    snapshot,
    journal,
    directory,
    poolView,
    listeners: () => updates.count,
    version,
    now: clock.now,
  })
  // on a loopback address everybody who can ask may know
  const token = operator === undefined || isLoopback(operator.host) ? undefined : operator.token
  const [problems = ''] = assetTexts('docs/reference', ['problems.md']).values()
  const app = createOperatorApp({
    ...ready,
    example: `curl -H 'X-Arista-SystemMAC: 52:54:00:00:11:11' http://127.0.0.1:${options.switchPort}${settings.path}`,
    shipped: { problems, web: assetTexts('web', ['page.css', 'live.js', 'icon.svg']) },
    access: new Access({ token, clock, log }),
    directory,
    journal,
    preview,
    explaining,
    differ,
    clock,
    poolView,
    validation,
    meter,
    updates,
    metrics,
    log,
    version,
  })
  return {
    app,
    close: () => {
      updates.close()
      metrics.close()
    },
  }
}
