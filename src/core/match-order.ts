/**
 * Candidates for the change that makes a node match: the same rules in another order, or two cables swapped.
 * @module
 */
import type { Comparison, MatchChange } from './match-change.ts'
import type { Unmet } from './match-hint.ts'
import type { BoundedTest } from './matcher.ts'
import type { NodeInterface } from './node-report.ts'
import { peersTaken } from './topology.ts'
import type { Rule } from './topology-rule.ts'

/** Of many unmet rules so many are looked at. */
const maxRules = 4
/** A larger set of rules and interfaces is not put into a whole new order. */
const maxPairs = 20_000

/** Orders in which an interface is not used up by a rule that another one could have served. */
export function* orderCandidates(
  { pattern, report }: Comparison,
  { unsatisfied, violations, uses }: Unmet,
  bounded: BoundedTest,
): Generator<MatchChange> {
  const { rules } = pattern
  const places = rules.map((_rule, at) => at)
  const byName = new Map(report.interfaces.map((own) => [own.name, own]))
  for (const rule of unsatisfied.slice(0, maxRules)) {
    for (const [other, use] of uses) {
      const own = byName.get(use.interface)
      if (own === undefined || !satisfies(rule, own, bounded)) continue
      yield moved(places, rules.indexOf(rule), rules.indexOf(other))
    }
  }
  // an interface that has used up a rule is not held against a negative one after it
  for (const { rule } of violations.slice(0, maxRules)) {
    yield moved(places, rules.indexOf(rule), rules.length)
  }
  if (unsatisfied.length > 0 && violations.length === 0) {
    yield* wholeOrders(rules, report.interfaces, bounded)
  }
}

function moved(places: readonly number[], rule: number, before: number): MatchChange {
  const without = (from: number, to: number) => places.slice(from, to).filter((at) => at !== rule)
  return {
    kind: 'rule-order',
    order: [...without(0, before), rule, ...without(before, places.length)],
  }
}

function satisfies(rule: Rule, own: NodeInterface, bounded: BoundedTest): boolean {
  if (rule.interface !== undefined && rule.interface !== own.name) return false
  const taken = peersTaken(rule, own.peers, bounded)
  return 'peers' in taken && taken.peers.length > 0
}

/** Orders of all rules, where every positive one can have an interface of its own. Negative ones keep their places. */
function* wholeOrders(
  rules: readonly Rule[],
  interfaces: readonly NodeInterface[],
  bounded: BoundedTest,
): Generator<MatchChange> {
  if (rules.length * interfaces.length > maxPairs) return
  const positive = rules.flatMap((rule, at) => (rule.kind === 'positive' ? [{ rule, at }] : []))
  const choices = new Map(
    positive.map(({ rule, at }) => [
      at,
      interfaces.flatMap((own, number) => (satisfies(rule, own, bounded) ? [number] : [])),
    ]),
  )
  const assigned = assign(choices)
  if (assigned === undefined) return
  const choiceCount = (at: number) => choices.get(at)?.length ?? 0
  const narrowFirst = [...choices.keys()].sort((a, b) => choiceCount(a) - choiceCount(b))
  const inTurn = [...choices.keys()].sort((a, b) => (assigned.get(a) ?? 0) - (assigned.get(b) ?? 0))
  for (const order of [narrowFirst, inTurn]) {
    let next = 0
    const all = rules.map((rule, at) => (rule.kind === 'positive' ? (order[next++] ?? at) : at))
    yield { kind: 'rule-order', order: all }
  }
}

/** An interface for each rule, no two the same; undefined where there are none. */
function assign(
  choices: ReadonlyMap<number, readonly number[]>,
): ReadonlyMap<number, number> | undefined {
  const ruleOf = new Map<number, number>()
  const place = (rule: number, seen: Set<number>): boolean => {
    for (const own of choices.get(rule) ?? []) {
      if (seen.has(own)) continue
      seen.add(own)
      const holder = ruleOf.get(own)
      if (holder === undefined || place(holder, seen)) {
        ruleOf.set(own, rule)
        return true
      }
    }
    return false
  }
  for (const rule of choices.keys()) if (!place(rule, new Set())) return undefined
  return new Map([...ruleOf].map(([own, rule]) => [rule, own]))
}

/** Of many interfaces that see what a rule asks for so many are tried. */
const maxSwaps = 8

/** Cables that were plugged into each other's place. */
export function* swapCandidates(
  { report }: Comparison,
  { unsatisfied }: Unmet,
  bounded: BoundedTest,
): Generator<MatchChange> {
  for (const rule of unsatisfied.slice(0, maxRules)) {
    const { interface: name } = rule
    if (name === undefined) continue
    const anywhere = { ...rule, interface: undefined }
    const seers = report.interfaces.filter(
      (own) => own.name !== name && satisfies(anywhere, own, bounded),
    )
    for (const { name: other } of seers.slice(0, maxSwaps)) {
      yield { kind: 'swapped', interface: name, other }
    }
  }
}
