/**
 * All switches that are known from anywhere: the inventory, the data root, and what happened.
 * @module
 */
import type {
  StateCounts,
  SwitchDetail,
  SwitchList,
  SwitchQuery,
  SwitchRow,
} from '../core/api-schemas.ts'
import { stateFilters } from '../core/api-schemas.ts'
import { parseSystemMac } from '../core/identity.ts'
import { Problem } from '../core/problem.ts'
import { maskText } from '../core/secrets.ts'
import { excerpt } from '../core/source-text.ts'
import { eventKeys, switchKey } from '../core/switch-event.ts'
import { isStuck, provisioningStates, type SwitchState } from '../core/switch-state.ts'
import type { Clock, DataRootSource, Live, LiveJournal, NodeStore, Snapshot } from '../ports.ts'
import { allocationsOf, type PoolViewDeps } from './pool-view.ts'
import {
  byName,
  indexSwitches,
  type KnownSwitch,
  noSwitches,
  type SwitchIndex,
  sortKeyOf,
} from './switch-index.ts'

export interface DirectoryDeps {
  readonly snapshot: Live<Snapshot>
  readonly journal: LiveJournal
  readonly clock: Clock
  readonly stuckAfterMs: number
  /** Undefined: there is no data root. */
  readonly dataRoot: DirectoryDataRoot | undefined
}

export interface DirectoryDataRoot extends PoolViewDeps {
  readonly files: DataRootSource
  readonly store: NodeStore
}

interface Entry {
  readonly known: KnownSwitch
  readonly state: SwitchState | undefined
}

/** The directory of a running server. */
export interface SwitchDirectory {
  /** One page of the switches that a query asks for. */
  list(query: SwitchQuery): Promise<SwitchList>
  /** The switch with an id or a name; a Problem: nobody knows it, or several have this name. */
  find(name: string): Promise<KnownSwitch | Problem>
  detail(known: KnownSwitch): Promise<SwitchDetail>
  /** The rows of states that have just changed. */
  rowsOf(states: readonly SwitchState[]): Promise<SwitchRow[]>
  counts(): Promise<StateCounts>
  /** The name of the switch of the inventory that has an id; undefined: it has none of that id. */
  nameOf(id: string): string | undefined
}

function unknownSwitch(): Problem {
  return new Problem('switch-unknown', 'nobody knows a switch of this id or name', {
    fix: 'look it up in /api/v1/switches?q=',
  })
}

/** More of them help nobody. */
const maxNamed = 20

function sharedName(name: string, switches: readonly KnownSwitch[]): Problem {
  const ids = switches.slice(0, maxNamed).map(({ id }) => id)
  const rest = switches.length - ids.length
  const shown = `${ids.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  const message = `${excerpt(name)} is the hostname of several switches: ${shown}`
  return new Problem('switch-unknown', message, { fix: 'ask for one by its id' })
}

export function createSwitchDirectory(deps: DirectoryDeps): SwitchDirectory {
  return new Directory(deps)
}

/** A folder of nodes is not listed anew for each of many requests. */
const listedForMs = 1_000
class Directory implements SwitchDirectory {
  private readonly deps: DirectoryDeps
  private version = -1
  private indexing: Promise<SwitchIndex> = Promise.resolve(noSwitches)
  private index: SwitchIndex = noSwitches
  private listedAt = Number.NEGATIVE_INFINITY
  private nodes: Promise<readonly string[]> = Promise.resolve([])

  constructor(deps: DirectoryDeps) {
    this.deps = deps
  }

  async list(query: SwitchQuery): Promise<SwitchList> {
    const entries = await this.entries()
    const { journal, clock } = this.deps
    const now = clock.now()
    const counts = this.count(entries, now)
    const wanted = entries.filter((entry) => this.matches(entry, query, now))
    const sorted = sortBy(wanted, query.sort)
    const { page, perPage } = query
    const items = sorted
      .slice((page - 1) * perPage, page * perPage)
      .map((entry) => this.row(entry, now))
    const { loading } = journal.status()
    return { items, total: sorted.length, page, perPage, counts, loading }
  }

  async find(name: string): Promise<KnownSwitch | Problem> {
    const { switches, byKey } = await this.inventory()
    const key = switchKey(name)
    const known = byKey.get(key)
    if (known !== undefined) return known
    const state = this.deps.journal.states.withKeys([key])
    if (state !== undefined) return this.knownOf(state)
    const node = (await this.nodeIds()).find((id) => switchKey(id) === key)
    if (node !== undefined) return ofNode(node)
    const [named, ...more] = switches.filter((each) => each.name === name)
    if (named === undefined) return unknownSwitch()
    return more.length === 0 ? named : sharedName(name, [named, ...more])
  }

  async detail(known: KnownSwitch): Promise<SwitchDetail> {
    const { journal, clock, dataRoot } = this.deps
    const state = journal.states.find(known.keys)
    const reached = Object.fromEntries(
      provisioningStates.map((name) => [name, isoTime(state?.reached[name])]),
    ) as SwitchDetail['reached']
    if (state !== undefined) reached.seen = isoTime(state.firstSeen)
    const node = known.node ?? state?.node
    const record = node === undefined ? undefined : await dataRoot?.files.record(node as never)
    const report = record instanceof Problem ? undefined : record
    // a value may be held under an id that only the switch itself has told
    const keys = [...new Set([...known.keys, ...eventKeys(state ?? {})])]
    return {
      ...this.row({ known, state }, clock.now()),
      reached,
      served:
        state?.servedAt === undefined
          ? null
          : {
              at: new Date(state.servedAt).toISOString(),
              sha256: state.servedSha256 ?? null,
              revision: state.servedRevision ?? null,
            },
      allocations: dataRoot === undefined ? [] : [...(await allocationsOf(dataRoot, keys))],
      neighbors: (report?.interfaces ?? []).flatMap(({ name, peers }) =>
        peers.map(({ device, port }) => ({ interface: name, device, port })),
      ),
    }
  }

  async rowsOf(states: readonly SwitchState[]): Promise<SwitchRow[]> {
    await this.inventory()
    const now = this.deps.clock.now()
    return states.map((state) => this.row({ known: this.knownOf(state), state }, now))
  }

  nameOf(id: string): string | undefined {
    return this.index.byKey.get(switchKey(id))?.name
  }

  private knownOf(state: SwitchState): KnownSwitch {
    const ids = [state.entry, state.mac, state.serial, state.node].filter((id) => id !== undefined)
    const found = ids
      .map((id) => this.index.byKey.get(switchKey(id)))
      .find((each) => each !== undefined)
    return found ?? stranger(state)
  }

  async counts(): Promise<StateCounts> {
    return this.count(await this.entries(), this.deps.clock.now())
  }

  private count(entries: readonly Entry[], now: number): StateCounts {
    const counts = Object.fromEntries(stateFilters.map((name) => [name, 0])) as StateCounts
    for (const { state, known } of entries) {
      counts[stateOf(state, known)] += 1
      if (state !== undefined && isStuck(state, now, this.deps.stuckAfterMs)) counts.stuck += 1
    }
    return counts
  }

  /** Everybody, by name. */
  private async entries(): Promise<readonly Entry[]> {
    const { states } = this.deps.journal
    const { switches, byKey } = await this.inventory()
    const seen = new Set<SwitchState>()
    const known = switches.map((each): Entry => {
      const state = states.withKeys(each.keys)
      if (state !== undefined) seen.add(state)
      return { known: each, state }
    })
    const others: Entry[] = []
    for (const state of states.all()) {
      if (!seen.has(state)) others.push({ known: stranger(state), state })
    }
    for (const node of await this.nodeIds()) {
      const key = switchKey(node)
      if (byKey.has(key) || states.withKeys([key]) !== undefined) continue
      others.push({ known: ofNode(node), state: undefined })
    }
    return others.length === 0 ? known : mergedByName(known, others)
  }

  /** The switches of the inventory in force, gone through once for each version. */
  private async inventory(): Promise<SwitchIndex> {
    const { version, inventory } = this.deps.snapshot.current()
    if (version !== this.version) {
      this.version = version
      this.indexing = indexSwitches(inventory, this.deps.clock)
    }
    this.index = await this.indexing
    return this.index
  }

  private nodeIds(): Promise<readonly string[]> {
    const { dataRoot, clock } = this.deps
    if (dataRoot === undefined) return Promise.resolve([])
    if (clock.monotonic() - this.listedAt > listedForMs) {
      this.listedAt = clock.monotonic()
      this.nodes = dataRoot.store.ids()
    }
    return this.nodes
  }

  private matches(
    { known, state }: Entry,
    { state: wanted, q }: SwitchQuery,
    now: number,
  ): boolean {
    if (wanted === 'stuck') {
      if (state === undefined || !isStuck(state, now, this.deps.stuckAfterMs)) return false
    } else if (wanted !== undefined && stateOf(state, known) !== wanted) return false
    if (q === undefined || q.trim() === '') return true
    const sought = q.trim().toLowerCase()
    const mac = parseSystemMac(sought)
    if (mac !== undefined) return known.mac === mac || state?.mac === mac
    const texts = [
      known.name,
      known.id,
      ...known.keys,
      known.model,
      state?.model,
      state?.serial,
      state?.from,
    ]
    return texts.some((text) => text?.toLowerCase().includes(sought) === true)
  }

  private row({ known, state }: Entry, now: number): SwitchRow {
    const { stuckAfterMs } = this.deps
    return {
      id: known.id,
      name: known.name,
      mac: state?.mac ?? known.mac ?? null,
      serial: state?.serial ?? known.serial ?? null,
      model: state?.model ?? known.model ?? null,
      version: state?.version ?? null,
      from: state?.from ?? null,
      state: stateOf(state, known),
      stuck: state !== undefined && isStuck(state, now, stuckAfterMs),
      since: isoTime(state?.since),
      lastSeen: isoTime(state?.lastSeen),
      events: state?.events ?? 0,
      problem:
        state?.problem === undefined
          ? null
          : {
              code: state.problem,
              message: state.message === undefined ? null : maskText(state.message),
              at: new Date(state.problemAt ?? state.lastSeen).toISOString(),
            },
      action:
        state?.action === undefined || state.actionKind === undefined
          ? null
          : {
              name: state.action,
              kind: state.actionKind,
              at: new Date(state.actionAt ?? state.lastSeen).toISOString(),
            },
      inInventory: known.ordinal !== undefined,
      inDataRoot: known.node !== undefined || state?.node !== undefined,
    }
  }
}

/** A folder that was there before the journal began is one of a node that has registered itself. */
function stateOf(state: SwitchState | undefined, known: KnownSwitch): SwitchRow['state'] {
  return state?.state ?? (known.node === undefined ? 'never-seen' : 'registered')
}

function stranger(state: SwitchState): KnownSwitch {
  const { mac, serial, node, entry, model } = state
  const ids = [node, mac, serial, entry].filter((id) => id !== undefined)
  const id = ids[0] ?? ''
  const keys = [...new Set(ids.map(switchKey))]
  return {
    id,
    name: id,
    sortKey: sortKeyOf(id),
    mac,
    serial,
    model,
    keys,
    ordinal: undefined,
    node,
  }
}

function ofNode(node: string): KnownSwitch {
  return {
    id: node,
    name: node,
    sortKey: sortKeyOf(node),
    mac: parseSystemMac(node),
    serial: undefined,
    model: undefined,
    keys: [switchKey(node)],
    ordinal: undefined,
    node,
  }
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

/** Two lists as one; the first is sorted already, and may be long. */
function mergedByName(known: readonly Entry[], others: Entry[]): readonly Entry[] {
  others.sort((one, other) => byName(one.known, other.known))
  const all: Entry[] = []
  let at = 0
  for (const entry of known) {
    for (
      let next = others[at];
      next !== undefined && byName(next.known, entry.known) < 0;
      next = others[at]
    ) {
      all.push(next)
      at += 1
    }
    all.push(entry)
  }
  return [...all, ...others.slice(at)]
}

/** Sorts what is sorted by name: those who have come farthest first, or those who were heard of last. */
function sortBy(entries: readonly Entry[], sort: SwitchQuery['sort']): readonly Entry[] {
  if (sort === 'name') return entries
  if (sort === 'lastSeen') {
    return entries.toSorted(
      (one, other) => (other.state?.lastSeen ?? 0) - (one.state?.lastSeen ?? 0),
    )
  }
  const byState = new Map<SwitchRow['state'], Entry[]>()
  for (const entry of entries) {
    const state = stateOf(entry.state, entry.known)
    const some = byState.get(state)
    if (some === undefined) byState.set(state, [entry])
    else some.push(entry)
  }
  return provisioningStates.toReversed().flatMap((state) => byState.get(state) ?? [])
}
