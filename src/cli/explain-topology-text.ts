/**
 * The part of an explanation about patterns, for people.
 * @module
 */
import type { ExplainedNeighbordb, Explanation } from '../core/explanation.ts'
import type { PatternResult, RuleResult } from '../core/match-explanation.ts'
import { printable } from '../core/printable.ts'
import { aligned } from './aligned.ts'
import { type Paint, placeText, problemText } from './explain-text.ts'

/** More neighbours, or patterns that were not asked, are only counted. */
const maxNeighbors = 16
const maxIdle = 8
/** The rules of so many patterns are told; `--json` has more. */
const maxDetailed = 8

export function topologyLines({ topology, node }: Explanation, paint: Paint): string[] {
  if (topology === null) return []
  const lines: string[] = []
  const neighbors = node?.neighbors ?? []
  if (neighbors.length > 0) {
    const rows = neighbors
      .slice(0, maxNeighbors)
      .map(({ interface: name, device, port }) => [printable(name), printable(`${device}:${port}`)])
    lines.push(paint('Neighbors', 'bold'), ...aligned(rows, '  '))
    const more = neighbors.length - maxNeighbors
    if (more > 0) lines.push(paint(`  and ${more} more`, 'dim'))
    lines.push('')
  }
  if (topology.own !== null || topology.ownProblem !== null) {
    lines.push(paint('Its own pattern', 'bold'))
    if (!topology.validation) lines.push('  topology validation is switched off')
    if (topology.ownProblem !== null) lines.push(`  ${problemText(topology.ownProblem, paint)}`)
    if (topology.own !== null) lines.push(...patternLines(topology.own, true, paint))
    lines.push('')
  }
  if (topology.neighbordb !== null) lines.push(...neighbordbLines(topology.neighbordb, paint))
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function neighbordbLines(neighbordb: ExplainedNeighbordb, paint: Paint): string[] {
  const { file, counts, usable, problems, total, patterns, taken } = neighbordb
  const title = `${paint('Patterns', 'bold')}  ${paint(printable(file), 'dim')}`
  const lines = [counts ? title : `${title}  not asked: the folder of the node counts`]
  lines.push(...problems.slice(0, maxIdle).map((problem) => `  ${problemText(problem, paint)}`))
  if (!usable) lines.push('  it cannot be used: a new switch is refused')
  const asked = patterns.filter(({ result }) => result !== 'not-asked')
  const nearest = [...asked].sort((a, b) => (a.unmet ?? 1e9) - (b.unmet ?? 1e9))
  const detailed = new Set(nearest.slice(0, maxDetailed))
  let idle = 0
  for (const pattern of patterns) {
    if (pattern.result === 'not-asked' && ++idle > maxIdle) continue
    lines.push(...patternLines(pattern, detailed.has(pattern), paint))
  }
  if (idle > maxIdle) lines.push(paint(`  and ${idle - maxIdle} more that do not count`, 'dim'))
  const untold = total - patterns.length
  if (untold > 0) lines.push(paint(`  and ${untold} more that are farther off`, 'dim'))
  if (counts && taken === null && usable && asked.length > 0) {
    lines.push(`  ${paint('no pattern matches', 'red')}: the switch is refused`)
  }
  return lines
}

function patternLines(pattern: PatternResult, isDetailed: boolean, paint: Paint): string[] {
  const { number, name, at, result, taken, reason, unmet, definition, wouldMatchIf } = pattern
  const marks = {
    match: paint('yes', 'green'),
    'no-match': paint('no ', 'red'),
    'not-asked': paint('-  ', 'dim'),
  }
  const heading = [
    marks[result],
    number === null ? '' : String(number),
    printable(name ?? 'nameless'),
    paint(at?.line ? `line ${at.line}` : placeText(at), 'dim'),
    taken && number !== null ? `taken: definition ${printable(definition ?? '')}` : '',
    isDetailed && result !== 'not-asked' ? '' : printable(reason ?? ''),
  ]
  const lines = [`  ${heading.filter((part) => part !== '').join('  ')}`]
  if (isDetailed && result !== 'not-asked') {
    lines.push(...ruleLines(pattern, paint))
    const isUntold = pattern.rules === null || unmet === null
    if (isUntold && reason !== null) lines.push(`        ${printable(reason)}`)
  }
  if (wouldMatchIf !== null) {
    const verb = wouldMatchIf.change.kind === 'pattern-order' ? 'would be taken' : 'would match'
    const beaten = wouldMatchIf.firstMatch ? '' : ', but an earlier pattern would be taken'
    lines.push(`        ${paint(`${verb} if ${printable(wouldMatchIf.text)}${beaten}`, 'yellow')}`)
  } else if (isDetailed && result === 'no-match' && unmet !== null) {
    const count = unmet === 1 ? '1 rule is not met' : `${unmet} rules are not met`
    lines.push(`        ${count}; no single change is enough`)
  }
  return lines
}

function ruleLines({ model, rules }: PatternResult, paint: Paint): readonly string[] {
  const word = (result: 'yes' | 'no') =>
    result === 'yes' ? paint('yes', 'green') : paint('no', 'red')
  const rows: string[][] = []
  if (model !== null) {
    const seen = model.seen === null ? 'the node names none' : `it is ${printable(model.seen)}`
    rows.push([word(model.result), `model: ${printable(model.expression)}`, seen])
  }
  for (const rule of rules ?? []) rows.push([word(rule.result), ruleName(rule), ruleReason(rule)])
  return aligned(rows, '        ')
}

/** A rule about a list of interfaces is told for each of them. */
function ruleName({ rule, interface: name }: RuleResult): string {
  const isOfList = name !== null && !rule.startsWith(`${name}:`)
  return printable(isOfList ? `${rule} [${name}]` : rule)
}

function ruleReason({ by, reason, kind }: RuleResult): string {
  if (reason !== null) return printable(reason)
  if (by !== null) return printable(`${by.interface} sees ${by.device}:${by.port}`)
  return kind === 'negative' ? 'not seen' : ''
}
