/**
 * Why a switch gets what it gets. Nothing is allocated, nothing is written, no program of an operator is run.
 * @module
 */
import type { EventView } from '../core/api-schemas.ts'
import { eventView } from '../core/event-view.ts'
import type { Explanation } from '../core/explanation.ts'
import { entryAt, entryLocation, switchName } from '../core/inventory.ts'
import type { Identifier, NodeReport } from '../core/node-report.ts'
import { toPlace } from '../core/place.ts'
import { problemToJson } from '../core/problem.ts'
import { maskValue } from '../core/secrets.ts'
import { isDictionary, ownValue } from '../core/source-text.ts'
import { checkSwitch } from '../core/switch-check.ts'
import type { SwitchEvent } from '../core/switch-event.ts'
import type { SwitchStates } from '../core/switch-states.ts'
import { groupNames } from '../core/variables.ts'
import type { PoolAllocator, Snapshot, SwitchFacts, SwitchHistory } from '../ports.ts'
import { allocateFor, saidLast } from './config-allocations.ts'
import { explainDefinition } from './explain-definition.ts'
import type { ExplainedDataRoot, Hide } from './explain-sources.ts'
import { explainTemplate } from './explain-template.ts'
import { explainTopology } from './explain-topology.ts'
import { explainVariables } from './explain-variables.ts'
import { idsOfTexts } from './holder.ts'
import { lastFacts } from './last-facts.ts'
import { findSwitchNamed, type NamedSwitch } from './named-switch.ts'
import { hasTemplate } from './template-choice.ts'

export interface ExplainDeps {
  readonly snapshot: Snapshot
  readonly identifier: Identifier
  readonly defaultTemplate: string
  readonly serverUrl: string
  /** Undefined: there is none. */
  readonly dataRoot: ExplainedDataRoot | undefined
  /** The journal; undefined: none is kept. */
  readonly history: SwitchHistory | undefined
  /** What the journal comes to; undefined likewise. */
  readonly states: Pick<SwitchStates, 'find'> | undefined
}

/** What is asked. */
export interface ExplainRequest {
  /** System MAC in any notation, serial number, hostname, or the id of a folder of `nodes/`. */
  readonly name: string
  /** What the switch sees, instead of what it reported last. */
  readonly report?: NodeReport | undefined
  /** Secrets are masked otherwise. */
  readonly showSecrets?: boolean | undefined
}

/** So many events are told. */
const maxEvents = 10

/** @throws {Problem} `switch-unknown`; why the inventory cannot be read, where the switch may be in it */
export async function explainSwitch(
  deps: ExplainDeps,
  { name, report, showSecrets = false }: ExplainRequest,
): Promise<Explanation> {
  const { snapshot, identifier, dataRoot } = deps
  const { inventory } = snapshot
  const found = await findSwitchNamed({ snapshot, identifier, nodes: dataRoot }, name, report)
  const hide: Hide = showSecrets ? (value) => value : maskValue
  // one copy of the pools for everything: a switch gets the same value wherever it is asked for
  const pools: PoolAllocator | undefined = dataRoot?.pools.scratch()
  const { ordinal } = found
  const told = ordinal === undefined ? {} : saidLast(inventory, ordinal, deps.states)
  const allocations = allocateFor({ inventory, identifier, files: dataRoot?.files }, pools, {
    ...told,
    ...reportedIds(found),
  })
  // a report that is given is newer than all that is known
  const state = found.reportFrom === 'given' ? undefined : deps.states?.find(found.ids)
  const facts = lastFacts(state, found.report)
  const variables =
    ordinal === undefined ? [] : await explainVariables(inventory, ordinal, allocations, hide)
  const template =
    ordinal === undefined ? null : await explainTemplate(deps, ordinal, facts, allocations)
  const topology = dataRoot && (await explainTopology(dataRoot, found))
  const definition =
    dataRoot &&
    (await explainDefinition(dataRoot, {
      ...{ found, inventory, pools: pools ?? dataRoot.pools.scratch(), hide },
      serverUrl: deps.serverUrl,
      taken: topology?.taken,
    }))
  const events = await deps.history?.timeline(found.ids, maxEvents)
  return {
    name: nameOf(snapshot, found, name),
    identity: identityOf(snapshot, found, facts),
    entry: entryOf(snapshot, ordinal),
    node: nodeOf(dataRoot, found),
    variables,
    template,
    topology: topology?.told ?? null,
    definition: definition ?? null,
    events: events?.map((event) => shownEvent(event, showSecrets)) ?? null,
    secrets: showSecrets ? 'shown' : 'masked',
  }
}

function reportedIds({ report }: NamedSwitch): { serialNumberAsSent?: string } {
  return report?.serialNumber === undefined ? {} : { serialNumberAsSent: report.serialNumber }
}

function nameOf({ inventory }: Snapshot, found: NamedSwitch, asked: string): string {
  if (found.ordinal !== undefined) return switchName(entryAt(inventory, found.ordinal))
  return found.nodeId ?? asked
}

function identityOf(
  { inventory }: Snapshot,
  { ordinal, report, ids }: NamedSwitch,
  facts: Partial<SwitchFacts>,
): Explanation['identity'] {
  const { value } = ordinal === undefined ? { value: null } : entryAt(inventory, ordinal)
  const own = isDictionary(value) ? value : {}
  const stated = (key: string) => {
    const text = ownValue(own, key) ?? undefined
    return text === undefined || typeof text === 'object' ? undefined : String(text)
  }
  const { systemMac, serialNumber } = idsOfTexts(ids)
  return {
    hostname: stated('hostname') ?? null,
    systemMac: systemMac ?? null,
    serialNumber: report?.serialNumber ?? stated('serial') ?? serialNumber ?? null,
    model: stated('model') ?? facts.model ?? null,
    eosVersion: facts.softwareVersion ?? null,
    ids: [...ids],
  }
}

function entryOf(snapshot: Snapshot, ordinal: number | undefined): Explanation['entry'] {
  if (ordinal === undefined) return null
  const { inventory, templates } = snapshot
  const entry = entryAt(inventory, ordinal)
  const problem = checkSwitch(inventory, ordinal, (name) => hasTemplate(templates, name))
  return {
    id: entry.id,
    at: toPlace(entryLocation(inventory, ordinal)),
    groups: isDictionary(entry.value) ? [...groupNames(entry.value)] : [],
    problem: problem === undefined ? null : problemToJson(problem),
  }
}

function nodeOf(
  dataRoot: ExplainedDataRoot | undefined,
  { nodeId, report, reportFrom, reportProblem }: NamedSwitch,
): Explanation['node'] {
  if (dataRoot === undefined || nodeId === undefined) return null
  return {
    id: nodeId,
    state: dataRoot.store.state(nodeId),
    startupConfig: dataRoot.files.hasStartupConfig(nodeId),
    report: reportFrom ?? null,
    neighbors: (report?.interfaces ?? []).flatMap(({ name, peers }) =>
      peers.map(({ device, port }) => ({ interface: name, device, port })),
    ),
    problem: reportProblem === undefined ? null : dataRoot.problemJson(reportProblem),
  }
}

function shownEvent(event: SwitchEvent, showSecrets: boolean): EventView {
  const view = eventView(event)
  return showSecrets ? { ...view, message: event.message ?? null } : view
}
