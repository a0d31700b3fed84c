/**
 * All switches that are known from anywhere: the inventory, the data root, and what happened.
 * @module
 */
import {
  type StateCounts,
  type SwitchDetail,
  type SwitchList,
  type SwitchQuery,
  type SwitchRow,
  stateFilters,
} from '../core/api-schemas.ts'
import { Problem } from '../core/problem.ts'
import { excerpt } from '../core/source-text.ts'
import { eventKeys, switchKey } from '../core/switch-event.ts'
import { provisioningStates, type SwitchState } from '../core/switch-state.ts'
import type { Clock, DataRootSource, Live, LiveJournal, NodeStore, Snapshot } from '../ports.ts'
import { allocationsOf, type PoolViewDeps } from './pool-view.ts'
import { mergeInTurns, sortInTurns } from './sort-in-turns.ts'
import {
  isoTime,
  isStuckAt,
  type Look,
  ofNode,
  rowOf,
  type SwitchEntry,
  stateOf,
  stranger,
} from './switch-entry.ts'
import {
  byName,
  indexSwitches,
  type KnownSwitch,
  noSwitches,
  type SwitchIndex,
} from './switch-index.ts'
import { matcherOf, sortEntries } from './switch-query.ts'
import { type Turn, Turns } from './turns.ts'

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
  private readonly turns: Turns
  private version = -1
  private indexing: Promise<SwitchIndex> = Promise.resolve(noSwitches)
  private index: SwitchIndex = noSwitches
  private listedAt = Number.NEGATIVE_INFINITY
  private nodes: Promise<readonly string[]> = Promise.resolve([])

  constructor(deps: DirectoryDeps) {
    this.deps = deps
    this.turns = new Turns(deps.clock)
  }

  async list(query: SwitchQuery): Promise<SwitchList> {
    const turn = await this.turns.begin()
    const entries = await this.entries(turn)
    const look = this.look()
    const matches = matcherOf(query, look)
    const counts = noCounts()
    const wanted: SwitchEntry[] = []
    for (const entry of entries) {
      if (turn.isOver()) await turn.next()
      // at one moment, so that they are as many as are counted
      count(counts, entry, look)
      if (matches(entry)) wanted.push(entry)
    }
    const sorted = await sortEntries(wanted, query.sort, turn)
    const { page, perPage } = query
    const items = sorted
      .slice((page - 1) * perPage, page * perPage)
      .map((entry) => rowOf(entry, look))
    const { loading } = this.deps.journal.status()
    return { items, total: sorted.length, page, perPage, counts, loading }
  }

  async find(name: string): Promise<KnownSwitch | Problem> {
    const { switches, byKey } = await this.inventory()
    const key = switchKey(name)
    const known = byKey.get(key)
    if (known !== undefined) return known
    const state = this.deps.journal.states.withKeys([key])
    if (state !== undefined) return this.knownOf(state)
    const turn = await this.turns.begin()
    for (const node of await this.nodeIds()) {
      if (turn.isOver()) await turn.next()
      if (switchKey(node) === key) return ofNode(node)
    }
    const [named, ...more] = switches.filter((each) => each.name === name)
    if (named === undefined) return unknownSwitch()
    return more.length === 0 ? named : sharedName(name, [named, ...more])
  }

  async detail(known: KnownSwitch): Promise<SwitchDetail> {
    const { journal, dataRoot } = this.deps
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
      ...rowOf({ known, state }, this.look()),
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
    const look = this.look()
    return states.map((state) => rowOf({ known: this.knownOf(state), state }, look))
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
    const turn = await this.turns.begin()
    const look = this.look()
    const counts = noCounts()
    for (const entry of await this.entries(turn)) {
      if (turn.isOver()) await turn.next()
      count(counts, entry, look)
    }
    return counts
  }

  private look(): Look {
    const { clock, stuckAfterMs } = this.deps
    return { now: clock.now(), stuckAfterMs }
  }

  /** Everybody, by name, each once whatever happens meanwhile. */
  private async entries(turn: Turn): Promise<readonly SwitchEntry[]> {
    const { states } = this.deps.journal
    const { switches, byKey } = await this.inventory()
    const nodes = await this.nodeIds()
    const heardOf = [...states.all()]
    const seen = new Set<SwitchState>()
    const known: SwitchEntry[] = []
    for (const each of switches) {
      if (turn.isOver()) await turn.next()
      const state = states.withKeys(each.keys)
      if (state !== undefined) seen.add(state)
      known.push({ known: each, state })
    }
    const others: SwitchEntry[] = []
    for (const state of heardOf) {
      if (turn.isOver()) await turn.next()
      if (seen.has(state) || !states.has(state) || this.isKnown(state)) continue
      others.push({ known: stranger(state), state })
    }
    for (const node of nodes) {
      if (turn.isOver()) await turn.next()
      const key = switchKey(node)
      if (byKey.has(key) || states.withKeys([key]) !== undefined) continue
      others.push({ known: ofNode(node), state: undefined })
    }
    const sorted = await sortInTurns(others, entriesByName, turn)
    return await mergeInTurns(known, sorted, entriesByName, turn)
  }

  /** Whether a state is that of a switch of the inventory: one that was passed before it was heard of. */
  private isKnown(state: SwitchState): boolean {
    const { keys, ordinal } = this.knownOf(state)
    return ordinal !== undefined && this.deps.journal.states.withKeys(keys) === state
  }

  /** The switches of the inventory in force, gone through once for each version. */
  private async inventory(): Promise<SwitchIndex> {
    const { version, inventory } = this.deps.snapshot.current()
    if (version !== this.version) {
      this.version = version
      this.indexing = indexSwitches(inventory, this.turns)
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
}

function entriesByName(one: SwitchEntry, other: SwitchEntry): number {
  return byName(one.known, other.known)
}

function noCounts(): StateCounts {
  return Object.fromEntries(stateFilters.map((name) => [name, 0])) as StateCounts
}

function count(counts: StateCounts, entry: SwitchEntry, look: Look): void {
  counts[stateOf(entry)] += 1
  if (isStuckAt(entry, look)) counts.stuck += 1
}
