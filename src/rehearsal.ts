/**
 * What a server does between its start and the first switch: it serves a part of its inventory to itself.
 * @module
 */
import { entryAt, entryIds, type Inventory, switchOrdinals } from './core/inventory.ts'
import { Problem } from './core/problem.ts'
import { SwitchStates } from './core/switch-states.ts'
import type { FetchApp } from './http/listener.ts'
import { askItself } from './http/own-requests.ts'
import { RequestMeter } from './http/request-meter.ts'
import { createLog } from './log.ts'
import type {
  Clock,
  Journal,
  Live,
  Log,
  RenderRequest,
  RenderResult,
  Snapshot,
  TemplateSet,
} from './ports.ts'
import { createFaultLog } from './provisioning/fault-log.ts'
import type { Settings } from './settings.ts'
import { createSwitchApp } from './switch-app.ts'

/** Fewer switches than this are no storm. */
const fewestSwitches = 100
/** After so many, what is slow because it is new is past. */
const mostRequests = 1_000
const atOnce = 16
/** The doors are closed meanwhile. */
const maxMs = 1_000

export interface RehearsalDeps {
  readonly settings: Settings
  readonly sources: Live<Snapshot>
  readonly clock: Clock
  readonly log: Log
}

/**
 * Serves up to 1,000 switches of the inventory to itself, each once, for a second at most. A power-on storm often meets a server that has
 * just been started, and its first second would go into functions that run for the first time. A configuration that cannot be made at once,
 * such as one with the hash of a password, is refused.
 * Nothing comes of these requests: their log, journal, faults and counts are their own and end with them, there are no pools, and the
 * processes that make what takes long are not asked.
 */
export async function rehearse(deps: RehearsalDeps): Promise<void> {
  const { settings, sources, clock, log } = deps
  const { inventory } = sources.current()
  const { path } = settings
  if (settings.inventory === undefined || inventory.switchCount < fewestSwitches) return
  const begun = clock.monotonic()
  const ownLog = rehearsalLog(settings, clock)
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), maxMs)
  const app = rehearsalApp(deps, ownLog)
  const fetch: FetchApp['fetch'] = (request, env) => {
    // timers have to wait for all requests that have arrived
    if (clock.monotonic() - begun >= maxMs) over.abort()
    return app.fetch(request, env)
  }
  try {
    const answers = await askItself(
      { fetch },
      {
        path,
        headers: headersOf(inventory),
        atOnce,
        signal: over.signal,
        log: ownLog,
      },
    )
    log.debug('rehearsed', { answers, ms: Math.round(clock.monotonic() - begun) })
  } catch (error) {
    log.debug('not rehearsed', { reason: error instanceof Error ? error.message : String(error) })
  } finally {
    clearTimeout(timer)
    // it would wake up once more
    ownLog.flush()
  }
}

/** The switch side as it is, but nobody learns what it does. */
function rehearsalApp({ settings, sources, clock }: RehearsalDeps, log: Log): FetchApp {
  const { path, template: defaultTemplate, serverUrl, identifier } = settings
  return createSwitchApp({
    snapshot: atOnceOnly(sources),
    faults: createFaultLog(),
    log,
    clock,
    journal: rehearsalJournal(),
    meter: new RequestMeter(),
    path,
    defaultTemplate,
    serverUrl,
    identifier,
    // what they give would be taken from real switches
    pools: undefined,
    files: undefined,
    unknownSwitch: undefined,
    dataRoot: undefined,
  })
}

/**
 * The same snapshots, but what takes long is refused. A render that has begun in another process would go on there: real switches would
 * wait behind it, and three that had to be ended are the end of their template.
 */
function atOnceOnly(sources: Live<Snapshot>): Live<Snapshot> {
  let before: Snapshot | undefined
  let given: Snapshot | undefined
  const current = () => {
    const snapshot = sources.current()
    if (given !== undefined && snapshot === before) return given
    before = snapshot
    given = { ...snapshot, templates: renderedAtOnce(snapshot.templates) }
    return given
  }
  return { current, subscribe: (listener) => sources.subscribe(() => listener(current())) }
}

function renderedAtOnce(set: TemplateSet): TemplateSet {
  const { templates, broken } = set
  const problem = new Problem('template-bounds', 'the configuration cannot be made at once')
  const refusal: RenderResult = { kind: 'failed', problem, transient: true }
  const renderAtOnce = (request: RenderRequest) => set.renderAtOnce(request)
  return {
    templates,
    broken,
    renderAtOnce,
    render: (request) => renderAtOnce(request) ?? refusal,
  }
}

/** Makes lines, and drops them. */
function rehearsalLog({ logFormat }: Settings, { now }: Clock) {
  const format = logFormat ?? 'json'
  return createLog({ format, debug: false, colour: false, write: () => {}, now })
}

/** Makes states of events, as the real one does, and keeps nothing. */
function rehearsalJournal(): Journal {
  const states = new SwitchStates()
  return {
    note: (event) => void states.apply(event),
    again: (repeated, at) => void states.applyAgain(repeated, at),
  }
}

/** What switches from all over the inventory say of themselves. */
function* headersOf(inventory: Inventory): Iterable<readonly [string, string]> {
  const step = Math.ceil(inventory.switchCount / mostRequests)
  let at = 0
  for (const ordinal of switchOrdinals(inventory)) {
    if (at++ % step !== 0) continue
    const { systemMac, serialNumber } = entryIds(entryAt(inventory, ordinal))
    if (systemMac !== undefined) yield ['X-Arista-SystemMAC', systemMac]
    else if (serialNumber !== undefined) yield ['X-Arista-Serial', serialNumber]
  }
}
