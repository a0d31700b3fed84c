/**
 * Folds events into the state of each switch. Events may come in any order: what is older than what is known changes nothing but counts.
 * @module
 */
import { advance, type Folded, isPlainlyServed, joined, newState } from './folded-state.ts'
import { type RepeatedEvent, Repeats } from './repeats.ts'
import { eventKeys, type SwitchEvent, switchKey } from './switch-event.ts'
import { isOfSwitch, type SwitchState } from './switch-state.ts'

/** More switches that nobody knows are forgotten, the one that was silent longest first: a request can make them up. */
const maxStrangers = 20_000

/** The states of all switches that were ever heard of. */
export class SwitchStates {
  private readonly byKey = new Map<string, Folded>()
  private readonly states = new Set<Folded>()
  /** Those with neither entry nor folder, in the order in which they were heard of. */
  private readonly strangers = new Set<Folded>()
  private changed: Set<Folded> | undefined
  private readonly repeats = new Repeats()
  /** Whose row of {@link repeats} it is. */
  private readonly byRow: Folded[] = []

  get size(): number {
    return this.states.size
  }

  /** Every state, in no order. Look, and do not keep: they change with each event. */
  *all(): Iterable<SwitchState> {
    for (const state of this.states) {
      this.settle(state)
      yield state
    }
  }

  /** False: it has become one with another meanwhile, or was forgotten. */
  has(state: SwitchState): boolean {
    const all: ReadonlySet<SwitchState> = this.states
    return all.has(state)
  }

  /** The state of the switch that has one of these ids, in any notation. */
  find(ids: readonly string[]): SwitchState | undefined {
    return this.withKeys(ids.map(switchKey))
  }

  /** As {@link find}, by keys that {@link switchKey} has made. */
  withKeys(keys: readonly string[]): SwitchState | undefined {
    for (const key of keys) {
      const found = this.byKey.get(key)
      if (found === undefined) continue
      this.settle(found)
      return found
    }
    return undefined
  }

  /** From now on, changes are collected for {@link takeChanged}. */
  watch(): void {
    this.changed ??= new Set()
  }

  unwatch(): void {
    this.changed = undefined
  }

  /** What has changed since the last call, each switch once. */
  takeChanged(): readonly SwitchState[] {
    if (this.changed === undefined || this.changed.size === 0) return []
    const taken = [...this.changed]
    for (const state of taken) this.settle(state)
    this.changed.clear()
    return taken
  }

  /** Takes one event in. Gives true when the switch got another configuration than it had before. */
  apply(event: SwitchEvent): boolean {
    const state = this.stateOf(event, event.at)
    if (state === undefined) return false
    const before = state.servedSha256
    this.take(state, event, event.at)
    return state.servedSha256 !== before
  }

  /** As {@link apply}, for an event that happens once more. What that changes of a state, is changed when somebody looks at it. */
  applyAgain(repeated: RepeatedEvent, at: number): boolean {
    if (this.repeats.count(repeated, at)) {
      this.changed?.add(this.byRow[repeated.row] as Folded)
      return false
    }
    const { event } = repeated
    const state = this.stateOf(event, at)
    if (state === undefined) return false
    const before = state.servedSha256
    this.take(state, event, at)
    if (isPlainlyServed(event) && at === state.lastSeen) {
      if (state.row === -1) {
        state.row = this.repeats.add()
        this.byRow[state.row] = state
      }
      this.repeats.begin(state.row, repeated, at)
    }
    return state.servedSha256 !== before
  }

  private stateOf(event: SwitchEvent, at: number): Folded | undefined {
    if (!isOfSwitch(event.kind)) return undefined
    return this.quicklyFound(event) ?? this.foundOrMade(event, at)
  }

  private take(state: Folded, event: SwitchEvent, at: number): void {
    this.endRepeats(state)
    state.events += 1
    if (at < state.firstSeen) state.firstSeen = at
    if (at >= state.lastSeen) advance(state, event, at)
    this.changed?.add(state)
  }

  /** Takes in a state that was folded before; what is known already is newer, whatever the clock says. */
  restore(state: SwitchState): void {
    const keys = eventKeys(state)
    if (keys.length === 0) return
    const before: Folded = { ...state, reached: { ...state.reached }, keys, row: -1 }
    const found = this.allOf(keys, before)
    if (found === undefined) {
      this.add(before)
      return
    }
    this.endRepeats(found)
    Object.assign(found, joined(before, found))
    this.index(found)
    this.changed?.add(found)
  }

  /** Nearly every event is of a switch that has said the same of itself before. */
  private quicklyFound(event: SwitchEvent): Folded | undefined {
    const { mac } = event
    const state = mac === undefined ? undefined : this.byKey.get(mac)
    return state !== undefined && knowsIds(state, event) ? state : undefined
  }

  private foundOrMade(event: SwitchEvent, at: number): Folded | undefined {
    const keys = eventKeys(event)
    if (keys.length === 0) return undefined
    const found = this.allOf(keys, event)
    if (found === undefined) return this.add(newState(event, at, keys))
    const { mac, serial, node, entry } = event
    if (mac !== undefined) found.mac = mac
    if (serial !== undefined) found.serial = serial
    if (node !== undefined) found.node = node
    if (entry !== undefined) found.entry = entry
    found.keys = [...new Set([...found.keys, ...keys])]
    this.index(found)
    return found
  }

  /**
   * The one switch that has these keys, and can be the one that said them. Those that were thought to be different are one, once it has told
   * two of its ids at once.
   */
  private allOf(keys: readonly string[], teller: Ids): Folded | undefined {
    const known = new Set(keys.map((key) => this.byKey.get(key)))
    const [first, ...others] = [...known].filter(
      (each) => each !== undefined && !isOtherThan(each, teller),
    ) as Folded[]
    if (first === undefined) return undefined
    for (const other of others) {
      // a request that names the ids of two switches makes them no one switch
      if (isOtherThan(first, other)) continue
      this.endRepeats(first)
      this.endRepeats(other)
      const [older, newer] = other.lastSeen > first.lastSeen ? [first, other] : [other, first]
      Object.assign(first, joined(older, newer))
      this.remove(other)
      this.strangers.delete(other)
      this.changed?.delete(other)
    }
    if (others.length > 0) this.index(first)
    return first
  }

  private index(state: Folded): void {
    for (const key of state.keys) {
      const owner = this.byKey.get(key)
      if (
        owner === undefined ||
        !isOtherThan(state, owner) ||
        claimTo(key, state) > claimTo(key, owner)
      ) {
        this.byKey.set(key, state)
      }
    }
    if (!isStranger(state)) this.strangers.delete(state)
  }

  private add(state: Folded): Folded {
    this.states.add(state)
    this.index(state)
    if (isStranger(state)) {
      this.strangers.add(state)
      if (this.strangers.size > maxStrangers) this.forgetOldestStranger()
    }
    return state
  }

  private remove(state: Folded): void {
    this.states.delete(state)
    if (state.row !== -1) this.repeats.remove(state.row)
    state.row = -1
  }

  /** Brings a state up to date with what was repeated: it comes to what taking in each of these events alone comes to. */
  private settle(state: Folded): void {
    const { row } = state
    const times = row === -1 ? 0 : this.repeats.take(row)
    if (times === 0) return
    const last = this.repeats.last(row)
    state.events += times
    state.lastSeen = last
    state.servedAt = last
    state.reached[state.state] = last
  }

  /** To be called before anything else happens to a state. */
  private endRepeats(state: Folded): void {
    this.settle(state)
    if (state.row !== -1) this.repeats.end(state.row)
  }

  private forgetOldestStranger(): void {
    const [oldest] = this.strangers
    if (oldest === undefined) return
    this.endRepeats(oldest)
    this.strangers.delete(oldest)
    this.remove(oldest)
    this.changed?.delete(oldest)
    for (const key of oldest.keys) if (this.byKey.get(key) === oldest) this.byKey.delete(key)
  }
}

type Ids = Pick<SwitchEvent, 'mac' | 'entry'>

/**
 * Whether two are different switches for sure, whatever a request says: a wrong serial number in the inventory, or a lie. One MAC is one
 * switch: its entry may have got another id.
 */
function isOtherThan(one: Ids, other: Ids): boolean {
  if (!differ(one.mac, other.mac) && !differ(one.entry, other.entry)) return false
  const isSameMac = one.mac !== undefined && one.mac === other.mac
  return !isSameMac && !hasEntryOf(one, other.mac) && !hasEntryOf(other, one.mac)
}

/** Whether the entry is the one of a MAC. */
function hasEntryOf({ mac, entry }: Ids, ofMac: string | undefined): boolean {
  return mac === undefined && entry !== undefined && switchKey(entry) === ofMac
}

/** Of two switches that have told the same id, that one is found by it whose MAC it is, else whose entry it is. */
function claimTo(key: string, { mac, entry }: Ids): number {
  if (mac === key) return 2
  return entry !== undefined && switchKey(entry) === key ? 1 : 0
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other
}

function isStranger({ entry, node }: Folded): boolean {
  return entry === undefined && node === undefined
}

function knowsIds(state: Folded, { serial, node, entry }: SwitchEvent): boolean {
  return (
    (serial === undefined || serial === state.serial) &&
    (node === undefined || node === state.node) &&
    (entry === undefined || entry === state.entry)
  )
}
