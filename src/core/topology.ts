/**
 * Does a node match a pattern's rules, and if not, why.
 * @module
 */
import { type BoundedTest, describeMatcher, type Matcher, takes } from './matcher.ts'
import type { NodeInterface, Peer } from './node-report.ts'
import type { Rule } from './topology-rule.ts'

/** Why a node does not match. */
export type Mismatch =
  | { readonly kind: 'model'; readonly pattern: string; readonly model: string | undefined }
  | {
      readonly kind: 'violated'
      readonly rule: Rule
      readonly interface: string
      readonly peer: Peer
    }
  | { readonly kind: 'unsatisfied'; readonly rule: Rule; readonly seen: readonly NodeInterface[] }
  | { readonly kind: 'bogus'; readonly reason: string }
  /** A regular expression that did not come to an end. */
  | { readonly kind: 'endless'; readonly pattern: string }

/** What a positive rule was satisfied by. */
export interface Use {
  readonly interface: string
  readonly peer: Peer
}

/**
 * Compares the interfaces of a node, in the order they were reported, with rules in the order written: an interface uses up the first
 * rule that it satisfies, and must not violate one before it. First come, first served; nothing is tried twice. Of several peers on
 * one interface those that satisfy the rule are done with; the others must not violate a rule after it either.
 * @param uses takes which interface has used up each positive rule, for whoever wants to tell
 * @returns undefined when everything matches
 */
export function findMismatch(
  rules: readonly Rule[],
  interfaces: readonly NodeInterface[],
  bounded: BoundedTest,
  uses?: Map<Rule, Use>,
): Mismatch | undefined {
  const remaining = [...rules]
  for (const own of interfaces) {
    if (remaining.length === 0) return undefined
    if (own.peers.length === 0) continue
    const found = compareInterface(own, remaining, bounded)
    if (found === undefined) continue
    if ('mismatch' in found) return found.mismatch
    const [rule] = remaining.splice(found.usedUp, 1)
    if (rule !== undefined) uses?.set(rule, { interface: own.name, peer: found.peer })
  }
  const rule = remaining.find(({ kind }) => kind === 'positive')
  if (rule === undefined) return undefined
  const seen = interfaces.filter(
    ({ name }) => rule.interface === undefined || rule.interface === name,
  )
  return { kind: 'unsatisfied', rule, seen }
}

/** The place of the rule that an interface uses up, or what it violates. */
function compareInterface(
  own: NodeInterface,
  rules: readonly Rule[],
  bounded: BoundedTest,
): { readonly usedUp: number; readonly peer: Peer } | { readonly mismatch: Mismatch } | undefined {
  let { peers } = own
  let used: { readonly usedUp: number; readonly peer: Peer } | undefined
  for (const [at, rule] of rules.entries()) {
    if (used !== undefined && (peers.length === 0 || rule.kind === 'positive')) continue
    if (rule.interface !== undefined && rule.interface !== own.name) continue
    const taken = peersTaken(rule, peers, bounded)
    if ('endless' in taken) return { mismatch: { kind: 'endless', pattern: taken.endless } }
    const [peer] = taken.peers
    if (peer === undefined) continue
    if (rule.kind === 'negative') {
      return { mismatch: { kind: 'violated', rule, interface: own.name, peer } }
    }
    used = { usedUp: at, peer }
    peers = peers.filter((other) => !taken.peers.includes(other))
    if (peers.length === 0) break
  }
  return used
}

/** The peers that a rule is about; `endless` names an expression that did not come to an end. */
export function peersTaken(
  rule: Rule,
  peers: readonly Peer[],
  bounded: BoundedTest,
): { readonly peers: readonly Peer[] } | { readonly endless: string } {
  const taken: Peer[] = []
  for (const peer of peers) {
    const device = takes(rule.device, peer.device, bounded)
    if (device === undefined) return { endless: describeMatcher(rule.device) }
    if (!device) continue
    const port = takes(rule.port, peer.port, bounded)
    if (port === undefined) return { endless: describeMatcher(rule.port) }
    if (port) taken.push(peer)
  }
  return { peers: taken }
}

/** What a positive rule cannot do without, where it names texts: an index finds the patterns that a node may match by it. */
export function requirementOf(rules: readonly Rule[]): string | undefined {
  const keys = rules.filter(({ kind }) => kind === 'positive').map(ruleKey)
  // the more a key says, the fewer nodes have it
  return keys.reduce<string | undefined>(
    (best, key) =>
      key !== undefined && (best === undefined || weight(key) > weight(best)) ? key : best,
    undefined,
  )
}

function ruleKey(rule: Rule): string | undefined {
  const device = exactText(rule.device)
  if (rule.interface === undefined && device === undefined) return undefined
  return requirementKey(rule.interface, device)
}

function exactText(matcher: Matcher): string | undefined {
  return matcher.kind === 'exact' ? matcher.text : undefined
}

/** The key of an interface, a device, or both. */
export function requirementKey(name: string | undefined, device: string | undefined): string {
  return JSON.stringify([name ?? null, device ?? null])
}

function weight(key: string): number {
  const [name, device] = JSON.parse(key) as [string | null, string | null]
  return (device === null ? 0 : 2) + (name === null ? 0 : 1)
}

/** Every requirement that a node meets. */
export function requirementsMet(interfaces: readonly NodeInterface[]): Set<string> {
  const met = new Set<string>()
  for (const { name, peers } of interfaces) {
    if (peers.length > 0) met.add(requirementKey(name, undefined))
    for (const { device } of peers) {
      met.add(requirementKey(undefined, device))
      met.add(requirementKey(name, device))
    }
  }
  return met
}

const maxSeen = 3

/** One clause that says why, for a log or an answer. */
export function describeMismatch(mismatch: Mismatch): string {
  switch (mismatch.kind) {
    case 'model':
      return mismatch.model === undefined
        ? `the node names no model, regex '${mismatch.pattern}' needs one`
        : `model ${JSON.stringify(mismatch.model)} does not match '${mismatch.pattern}'`
    case 'violated':
      return `${mismatch.interface} sees ${describePeer(mismatch.peer)}, which "${mismatch.rule.text}" forbids`
    case 'unsatisfied': {
      const peers = mismatch.seen.flatMap(({ name, peers: own }) =>
        own.map((peer) => `${name} sees ${describePeer(peer)}`),
      )
      const shown = peers.slice(0, maxSeen).join(', ')
      const more = peers.length > maxSeen ? ` and ${peers.length - maxSeen} more` : ''
      const where = mismatch.rule.interface ?? 'no interface'
      const about =
        mismatch.rule.interface === undefined
          ? 'no interface satisfies it'
          : `${where} does not satisfy it`
      return `"${mismatch.rule.text}": ${about} (${peers.length === 0 ? 'nothing is seen there' : `${shown}${more}`})`
    }
    case 'bogus':
      return mismatch.reason
    case 'endless':
      return `${mismatch.pattern} takes too long`
  }
}

function describePeer({ device, port }: Peer): string {
  return `${device}:${port}`
}
