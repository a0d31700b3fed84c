/**
 * Single changes to a node or to a pattern, after which the node may match: what they are, how they are made, how they are told.
 * @module
 */
import { z } from 'zod'
import { compileExpression, type Matcher, parseMatcher } from './matcher.ts'
import type { Compared } from './neighbordb.ts'
import type { NodeInterface, NodeReport, Peer } from './node-report.ts'
import { RegexFault } from './python-regex/regex-source.ts'
import type { Rule } from './topology-rule.ts'

const peerSchema = z.object({ device: z.string(), port: z.string() })
const ruleNumber = z.number().int().describe('counts the rules of the pattern, from 0')

/** One change. */
export const matchChangeSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('neighbor'),
      interface: z.string(),
      neighbor: peerSchema,
      insteadOf: peerSchema.nullable().describe('null: in addition to what the interface sees'),
    })
    .describe('an interface sees one other neighbour'),
  z
    .object({ kind: z.literal('neighbor-gone'), interface: z.string(), neighbor: peerSchema })
    .describe('an interface does not see one of its neighbours any more'),
  z
    .object({ kind: z.literal('swapped'), interface: z.string(), other: z.string() })
    .describe('two interfaces see what now the other one sees'),
  z
    .object({ kind: z.literal('model'), model: z.string() })
    .describe('the node reports another model'),
  z
    .object({ kind: z.literal('model-expression'), expression: z.string() })
    .describe('the pattern asks for another model'),
  z
    .object({ kind: z.literal('rule'), rule: ruleNumber, device: z.string(), port: z.string() })
    .describe('a rule asks for another device or port'),
  z
    .object({ kind: z.literal('rule-order'), order: z.array(ruleNumber) })
    .describe('the rules stand in another order'),
  z
    .object({
      kind: z.literal('pattern-order'),
      before: z.number().int().describe('counts the patterns of the file, from 0'),
    })
    .describe('the pattern stands before another one'),
])

export type MatchChange = z.infer<typeof matchChangeSchema>

/** A pattern and a node that are compared. */
export interface Comparison {
  readonly pattern: Compared
  readonly report: Pick<NodeReport, 'model' | 'interfaces'>
}

/** Both with a change made; undefined where it cannot be made. The order of patterns is not theirs to change. */
export function applyChange(
  { pattern, report }: Comparison,
  change: MatchChange,
): Comparison | undefined {
  const withInterfaces = (interfaces: readonly NodeInterface[]): Comparison => ({
    pattern,
    report: { model: report.model, interfaces },
  })
  const withRules = (rules: readonly Rule[]): Comparison => ({
    pattern: { ...comparedParts(pattern), rules },
    report,
  })
  switch (change.kind) {
    case 'neighbor':
      return withInterfaces(withNeighbor(report.interfaces, change))
    case 'neighbor-gone':
      return withInterfaces(
        changePeers(report.interfaces, change.interface, (peers) =>
          peers.filter((peer) => !isSamePeer(peer, change.neighbor)),
        ),
      )
    case 'swapped':
      return withInterfaces(swapped(report.interfaces, change.interface, change.other))
    case 'model':
      return { pattern, report: { ...report, model: change.model } }
    case 'model-expression': {
      const model = expressionOf(change.expression)
      return model && { pattern: { ...comparedParts(pattern), model }, report }
    }
    case 'rule': {
      const device = matcherOf(change.device)
      const port = matcherOf(change.port)
      if (device === undefined || port === undefined) return undefined
      const changed = (rule: Rule, at: number) =>
        at === change.rule ? { ...rule, device, port } : rule
      return withRules(pattern.rules.map(changed))
    }
    case 'rule-order': {
      const rules = change.order.flatMap((at) => pattern.rules[at] ?? [])
      return rules.length === pattern.rules.length ? withRules(rules) : undefined
    }
    case 'pattern-order':
      return undefined
  }
}

/** Patterns of large files have their parts behind getters, which a spread would not copy. */
function comparedParts({ model, rules, bogus }: Compared): Compared {
  return { model, rules, bogus }
}

export function isSamePeer(one: Peer, other: Peer): boolean {
  return one.device === other.device && one.port === other.port
}

function changePeers(
  interfaces: readonly NodeInterface[],
  name: string,
  change: (peers: readonly Peer[]) => readonly Peer[],
): readonly NodeInterface[] {
  return interfaces.map((own) => (own.name === name ? { name, peers: change(own.peers) } : own))
}

function withNeighbor(
  interfaces: readonly NodeInterface[],
  change: MatchChange & { kind: 'neighbor' },
): readonly NodeInterface[] {
  const { interface: name, neighbor, insteadOf } = change
  if (!interfaces.some((own) => own.name === name)) {
    return [...interfaces, { name, peers: [neighbor] }]
  }
  return changePeers(interfaces, name, (peers) =>
    insteadOf === null
      ? [...peers, neighbor]
      : peers.map((peer) => (isSamePeer(peer, insteadOf) ? neighbor : peer)),
  )
}

/** An interface that is not reported takes the place of the other one. */
function swapped(
  interfaces: readonly NodeInterface[],
  one: string,
  other: string,
): readonly NodeInterface[] {
  const names = new Map([
    [one, other],
    [other, one],
  ])
  const peersOf = new Map(interfaces.map(({ name, peers }) => [names.get(name) ?? name, peers]))
  if (!interfaces.some(({ name }) => name === one)) {
    return interfaces.map(({ name, peers }) => ({ name: names.get(name) ?? name, peers }))
  }
  return interfaces.map(({ name }) => ({ name, peers: peersOf.get(name) ?? [] }))
}

function expressionOf(pattern: string): Compared['model'] {
  try {
    return compileExpression(pattern)
  } catch (error) {
    if (error instanceof RegexFault) return undefined
    throw error
  }
}

function matcherOf(text: string): Matcher | undefined {
  const matcher = parseMatcher(text)
  return 'fault' in matcher ? undefined : matcher
}

/** A change as a clause after "would match if". */
export function describeChange(
  change: MatchChange,
  { pattern }: Pick<Comparison, 'pattern'>,
): string {
  const ruleText = (at: number) => `"${pattern.rules[at]?.text ?? ''}"`
  switch (change.kind) {
    case 'neighbor': {
      const instead = change.insteadOf === null ? '' : ` instead of ${peerText(change.insteadOf)}`
      return `${change.interface} saw a neighbor such as ${peerText(change.neighbor)}${instead}`
    }
    case 'neighbor-gone':
      return `${change.interface} did not see ${peerText(change.neighbor)}`
    case 'swapped':
      return `the cables of ${change.interface} and ${change.other} were swapped`
    case 'model':
      return `the node reported a model such as ${change.model}`
    case 'model-expression':
      return `it asked for the model ${change.expression}`
    case 'rule':
      return `${ruleText(change.rule)} asked for ${change.device}:${change.port}`
    case 'rule-order':
      return describeOrder(change.order, ruleText)
    case 'pattern-order':
      return `it stood before pattern ${change.before}`
  }
}

/** One rule that has moved is told by its new neighbour, anything else rule by rule. */
function describeOrder(order: readonly number[], ruleText: (at: number) => string): string {
  const first = order.findIndex((rule, at) => rule !== at)
  const isMove = (moved: number | undefined) => {
    const rest = order.filter((rule) => rule !== moved)
    return rest.every((rule, at) => at === 0 || rule > (rest[at - 1] ?? -1))
  }
  const earlier = order[first]
  const later = order.indexOf(first)
  if (earlier !== undefined && isMove(earlier)) {
    return `${ruleText(earlier)} stood before ${ruleText(order[first + 1] ?? -1)}`
  }
  if (isMove(first)) return `${ruleText(first)} stood after ${ruleText(order[later - 1] ?? -1)}`
  return `its rules stood in the order ${order.map(ruleText).join(', ')}`
}

function peerText({ device, port }: Peer): string {
  return `${device}:${port}`
}
