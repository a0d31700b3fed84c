/**
 * Candidates for the change that makes a node match: another neighbour, another model, another text in a rule.
 * @module
 */
import type { Comparison, MatchChange } from './match-change.ts'
import type { Unmet } from './match-hint.ts'
import { type BoundedTest, type Matcher, takes } from './matcher.ts'
import type { NodeInterface, Peer } from './node-report.ts'
import { sampleText } from './python-regex/regex-sample.ts'
import type { Rule } from './topology-rule.ts'

/** Of an interface with many peers so many are looked at. */
const maxPeers = 4

/** Another letter case, else another model on either side. */
export function* modelCandidates({ pattern, report }: Comparison): Generator<MatchChange> {
  const expression = pattern.model?.pattern
  if (expression === undefined) return
  if (report.model !== undefined)
    yield { kind: 'model-expression', expression: `(?i)${expression}` }
  const model = sampleText(expression)
  if (model !== undefined && model !== '') yield { kind: 'model', model }
}

/** One neighbour more, one in the place of another, or one less. */
export function* neighborCandidates(
  { report }: Comparison,
  { unsatisfied, violations }: Unmet,
  bounded: BoundedTest,
): Generator<MatchChange> {
  for (const { interface: name, peer } of violations.slice(0, maxPeers)) {
    yield { kind: 'neighbor-gone', interface: name, neighbor: peer }
  }
  const [rule, ...others] = unsatisfied
  if (rule === undefined || others.length > 0) return
  const { interfaces } = report
  const own = rule.interface ?? unusedName(interfaces)
  const peers = interfaces.find(({ name }) => name === own)?.peers ?? []
  const neighbor = {
    device: sampleOf(rule.device, interfaces, 'device', peers, bounded),
    port: sampleOf(rule.port, interfaces, 'port', peers, bounded),
  }
  for (const insteadOf of [...peers.slice(0, maxPeers), null]) {
    yield { kind: 'neighbor', interface: own, neighbor, insteadOf }
  }
}

/** An interface that sees nothing, else one that the switch does not report. */
function unusedName(interfaces: readonly NodeInterface[]): string {
  const idle = interfaces.find(({ name, peers }) => peers.length === 0 && !/^Ma/.test(name))
  if (idle !== undefined) return idle.name
  const names = new Set(interfaces.map(({ name }) => name))
  let number = 1
  while (names.has(`Ethernet${number}`)) number++
  return `Ethernet${number}`
}

/** A text that a matcher takes, one that the node sees already if there is one. */
function sampleOf(
  matcher: Matcher,
  interfaces: readonly NodeInterface[],
  part: 'device' | 'port',
  near: readonly Peer[],
  bounded: BoundedTest,
): string {
  if (matcher.kind === 'exact' || matcher.kind === 'includes') return matcher.text
  const made = matcher.kind === 'regex' ? sampleText(matcher.expression.pattern) : undefined
  const seen = interfaces.slice(0, maxPeers).flatMap(({ peers }) => peers.slice(0, maxPeers))
  const fallback = part === 'device' ? 'neighbor' : 'Ethernet1'
  const texts = [...near, ...seen].map((peer) => peer[part])
  return (
    [made, ...texts, fallback].find(
      (text) => text !== undefined && text !== '' && takes(matcher, text, bounded) === true,
    ) ?? fallback
  )
}

/**
 * A rule that asks for what its interface sees.
 * @param which `alike`: only where the two differ in letter case or in the domain
 */
export function* ruleCandidates(
  { pattern, report }: Comparison,
  { unsatisfied }: Unmet,
  which: 'alike' | 'any',
): Generator<MatchChange> {
  const [rule, ...others] = unsatisfied
  if (rule === undefined || others.length > 0) return
  const place = pattern.rules.indexOf(rule)
  const about = report.interfaces.filter(
    ({ name, peers }) => peers.length > 0 && (rule.interface ?? name) === name,
  )
  for (const { peers } of about) {
    for (const peer of peers.slice(0, maxPeers)) {
      if (which === 'alike' && !isAlike(rule, peer)) continue
      const device = changedText(rule.device, peer.device)
      const port = changedText(rule.port, peer.port)
      if (device !== undefined && port !== undefined)
        yield { kind: 'rule', rule: place, device, port }
    }
  }
}

function isAlike({ device, port }: Rule, peer: Peer): boolean {
  return isAlikeText(device, peer.device) && isAlikeText(port, peer.port)
}

/** The same word to a person: `spine1` and `Spine1.lab.example`. */
function isAlikeText(matcher: Matcher, seen: string): boolean {
  if (matcher.kind === 'any') return true
  const [host = ''] = seen.toLowerCase().split('.')
  const wanted =
    matcher.kind === 'regex'
      ? sampleText(matcher.expression.pattern)
      : matcher.kind === 'none'
        ? undefined
        : matcher.text
  const [wantedHost = ''] = wanted?.toLowerCase().split('.') ?? []
  return wantedHost !== '' && (wantedHost === host || wanted?.toLowerCase() === seen.toLowerCase())
}

/** What would stand in the rule for a text that is seen; undefined for what no rule can ask for. */
function changedText(matcher: Matcher, seen: string): string | undefined {
  if (matcher.kind === 'any') return 'any'
  if (seen === '' || /[\s:'"]/.test(seen)) return undefined
  return /^(?:any|none)$|^\$|\(/.test(seen) ? `exact('${seen}')` : seen
}
