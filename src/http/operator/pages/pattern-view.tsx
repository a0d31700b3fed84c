/**
 * How a node fares with a pattern, rule by rule.
 * @module
 */
import type { PatternResult, RuleResult } from '../../../core/match-explanation.ts'
import { placeText } from './problem-note.tsx'
import { visible } from './visible.ts'

interface PatternViewProps {
  readonly pattern: PatternResult
  /** There is a node to compare with. */
  readonly asked: boolean
  /** Something else decides what the node gets. */
  readonly outOfForce?: boolean
}

export function PatternView({ pattern, asked, outOfForce = false }: PatternViewProps) {
  const { name, number, at, definition, node, result, taken, reason, wouldMatchIf } = pattern
  return (
    <article class={`pattern ${asked ? result : 'plain'}`}>
      <h3>
        {number === null ? '' : <span class="dim">{String(number)}.</span>}{' '}
        {visible(name ?? 'nameless')}{' '}
        {asked ? (
          <Verdict result={result} taken={taken && !outOfForce} outOfForce={outOfForce} />
        ) : null}
      </h3>
      <p class="dim">
        {definition === null ? '' : `definition ${visible(definition)} · `}
        {node === null ? '' : `only for ${visible(node)} · `}
        {at === null ? '' : <code>{placeText(at)}</code>}
      </p>
      {asked && reason !== null ? <p>{visible(reason)}</p> : null}
      <Rules pattern={pattern} asked={asked} />
      {asked && wouldMatchIf !== null ? (
        <p class="hint">
          <b>
            {wouldMatchIf.change.kind === 'pattern-order'
              ? 'Would be taken if '
              : 'Would match if '}
          </b>
          {visible(wouldMatchIf.text)}
          {wouldMatchIf.firstMatch ? '' : ', but an earlier pattern would be taken'}
        </p>
      ) : null}
    </article>
  )
}

function Verdict({
  result,
  taken,
  outOfForce,
}: Pick<PatternResult, 'result' | 'taken'> & { readonly outOfForce: boolean }) {
  if (result === 'not-asked') return <span class="mark s-never-seen">does not count</span>
  if (result === 'no-match') return <span class="mark s-no">no match</span>
  const matches = outOfForce ? 'matches' : 'matches too'
  return <span class="mark s-yes">{taken ? 'matches, and is taken' : matches}</span>
}

function Rules({ pattern, asked }: PatternViewProps) {
  const { model, rules } = pattern
  if (model === null && (rules === null || rules.length === 0)) return null
  return (
    <table>
      <caption class="unseen">Rules of {visible(pattern.name ?? 'this pattern')}</caption>
      <thead>
        <tr>
          {asked ? <th scope="col">Met</th> : null}
          <th scope="col">Rule</th>
          {asked ? <th scope="col">Because</th> : null}
        </tr>
      </thead>
      <tbody>
        {model === null ? null : (
          <tr>
            {asked ? <Met result={model.result} /> : null}
            <td class="mono">model: {visible(model.expression)}</td>
            {asked ? (
              <td>
                {model.seen === null ? 'the node names none' : `it is ${visible(model.seen)}`}
              </td>
            ) : null}
          </tr>
        )}
        {(rules ?? []).map((rule) => (
          <tr>
            {asked ? <Met result={rule.result} /> : null}
            <td class="mono">{ruleName(rule)}</td>
            {asked ? <td>{ruleReason(rule)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Met({ result }: { readonly result: 'yes' | 'no' }) {
  return (
    <td>
      <span class={`mark s-${result}`}>{result}</span>
    </td>
  )
}

/** A rule about a list of interfaces is told for each of them. */
function ruleName({ rule, interface: name }: RuleResult): string {
  const isOfList = name !== null && !rule.startsWith(`${name}:`)
  return visible(isOfList ? `${rule} [${name}]` : rule)
}

function ruleReason({ by, reason, kind }: RuleResult): string {
  if (reason !== null) return visible(reason)
  if (by !== null) return visible(`${by.interface} sees ${by.device}:${by.port}`)
  return kind === 'negative' ? 'not seen' : ''
}
