/**
 * How one node fares with one pattern, rule by rule, as data that JSON can state.
 * @module
 */
import { z } from 'zod'
import { neighborSchema } from './api-schemas.ts'
import type { Comparison } from './match-change.ts'
import { matchChangeSchema } from './match-change.ts'
import { findUnmet, type Unmet } from './match-hint.ts'
import { type BoundedTest, describeMatcher, takes, testExpression } from './matcher.ts'
import type { NodeInterface, Peer } from './node-report.ts'
import { placeSchema } from './place.ts'
import { peersTaken } from './topology.ts'
import type { Rule } from './topology-rule.ts'

export const ruleResultSchema = z
  .object({
    rule: z.string().describe('as it is written'),
    interface: z.string().nullable().describe('that it is about; null: any'),
    kind: z.enum(['positive', 'negative']),
    result: z.enum(['yes', 'no']),
    by: neighborSchema
      .nullable()
      .describe('what satisfied a positive rule, or violated a negative one'),
    reason: z.string().nullable().describe('of a no'),
  })
  .meta({ id: 'RuleResult' })

export const hintSchema = z
  .object({
    change: matchChangeSchema,
    text: z.string().describe('the change as a clause: "Ethernet2 saw …"'),
    firstMatch: z.boolean().describe('false: a pattern that stands before it would still be taken'),
  })
  .describe('one change after which the node does match; made and tried, not guessed')
  .meta({ id: 'MatchHint' })

export const patternResultSchema = z
  .object({
    number: z
      .number()
      .int()
      .nullable()
      .describe('its place in neighbordb, from 0; null: nodes/ID/pattern'),
    name: z.string().nullable(),
    at: placeSchema.nullable(),
    definition: z.string().nullable(),
    node: z.string().nullable().describe('the one node that it is for'),
    result: z
      .enum(['match', 'no-match', 'not-asked'])
      .describe('not-asked: it does not count for this node, or there is no report'),
    taken: z.boolean().describe('it is the first that matches'),
    reason: z.string().nullable().describe('of a no, or of not being asked'),
    unmet: z
      .number()
      .int()
      .nullable()
      .describe('how many of its rules are not met, the model among them; null: not told'),
    model: z
      .object({
        expression: z.string(),
        seen: z.string().nullable(),
        result: z.enum(['yes', 'no']),
      })
      .nullable()
      .describe('the rule about the model; null: it has none'),
    rules: z
      .array(ruleResultSchema)
      .nullable()
      .describe(
        'null: there are too many patterns to tell those of each, or one cannot be compared',
      ),
    wouldMatchIf: hintSchema
      .nullable()
      .describe('null: no single change is enough, or none was looked for'),
  })
  .meta({ id: 'PatternResult' })

export type RuleResult = z.infer<typeof ruleResultSchema>
export type MatchHint = z.infer<typeof hintSchema>
export type PatternResult = z.infer<typeof patternResultSchema>

/** What a look at every rule of a pattern found. */
export interface PatternDetail {
  readonly unmet: Unmet | undefined
  readonly model: PatternResult['model']
  /** Null where they cannot be compared. */
  readonly rules: RuleResult[] | null
}

/** Looks at every rule of a pattern, also behind one that decides. */
export function explainPattern(comparison: Comparison, bounded: BoundedTest): PatternDetail {
  const { pattern, report } = comparison
  const unmet = findUnmet(comparison, bounded)
  const model =
    pattern.model === undefined
      ? null
      : {
          expression: pattern.model.pattern,
          seen: report.model ?? null,
          result:
            report.model !== undefined &&
            testExpression(pattern.model, report.model, bounded) === true
              ? ('yes' as const)
              : ('no' as const),
        }
  const found = unmet && new RuleFindings(unmet, report.interfaces, bounded)
  return {
    unmet,
    model,
    rules: found === undefined ? null : pattern.rules.map((rule) => found.tell(rule)),
  }
}

class RuleFindings {
  readonly #unmet: Unmet
  readonly #interfaces: readonly NodeInterface[]
  readonly #bounded: BoundedTest
  readonly #byName: ReadonlyMap<string, NodeInterface>
  /** Which rule each interface was used up by. */
  readonly #usedUp: ReadonlyMap<string, Rule>

  constructor(unmet: Unmet, interfaces: readonly NodeInterface[], bounded: BoundedTest) {
    this.#unmet = unmet
    this.#interfaces = interfaces
    this.#bounded = bounded
    this.#byName = new Map(interfaces.map((own) => [own.name, own]))
    this.#usedUp = new Map([...unmet.uses].map(([rule, use]) => [use.interface, rule]))
  }

  tell(rule: Rule): RuleResult {
    const about = { rule: rule.text, interface: rule.interface ?? null, kind: rule.kind }
    const yes = (by: RuleResult['by']) => ({ ...about, result: 'yes' as const, by, reason: null })
    const no = (by: RuleResult['by'], reason: string) => ({
      ...about,
      result: 'no' as const,
      by,
      reason,
    })
    const violation = this.#unmet.violations.find((each) => each.rule === rule)
    if (violation !== undefined) {
      const by = { interface: violation.interface, ...violation.peer }
      return no(by, `${violation.interface} sees ${peerText(violation.peer)}, which it forbids`)
    }
    if (rule.kind === 'negative') return yes(null)
    const use = this.#unmet.uses.get(rule)
    if (use !== undefined) return yes({ interface: use.interface, ...use.peer })
    return no(null, this.#missing(rule))
  }

  /** Why no interface satisfies a positive rule. */
  #missing(rule: Rule): string {
    const rival = this.#rival(rule)
    if (rival !== undefined) {
      return `${rival.name} would satisfy it, but was used up by "${rival.rule.text}" before`
    }
    if (rule.interface === undefined) {
      const seen = this.#interfaces.flatMap(({ peers }) => peers).length
      return `none of the ${seen} neighbors seen satisfies it`
    }
    const own = this.#byName.get(rule.interface)
    if (own === undefined) return `${rule.interface} is not reported`
    if (own.peers.length === 0) return `${own.name} sees nothing`
    return `${own.name} sees ${shown(own.peers)}: ${this.#part(rule, own.peers)}`
  }

  /** An interface that satisfies the rule and was used up by another one. */
  #rival(rule: Rule): { readonly name: string; readonly rule: Rule } | undefined {
    for (const [name, by] of this.#usedUp) {
      if (rule.interface !== undefined && rule.interface !== name) continue
      const taken = peersTaken(rule, this.#byName.get(name)?.peers ?? [], this.#bounded)
      if ('peers' in taken && taken.peers.length > 0) return { name, rule: by }
    }
    return undefined
  }

  /** Which half of a neighbour is not the one that is asked for. */
  #part({ device, port }: Rule, peers: readonly Peer[]): string {
    const known = peers.some((peer) => takes(device, peer.device, this.#bounded) === true)
    return known
      ? `the port is not ${describeMatcher(port)}`
      : `the device is not ${describeMatcher(device)}`
  }
}

const maxShown = 3

function shown(peers: readonly Peer[]): string {
  const more = peers.length > maxShown ? ` and ${peers.length - maxShown} more` : ''
  return `${peers.slice(0, maxShown).map(peerText).join(', ')}${more}`
}

function peerText({ device, port }: Peer): string {
  return `${device}:${port}`
}
