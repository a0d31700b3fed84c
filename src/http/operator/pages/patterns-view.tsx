/**
 * Every pattern of neighbordb, and how one node fares with each.
 * @module
 */
import type { ExplainedTopology } from '../../../core/explanation.ts'
import type { PatternResult } from '../../../core/match-explanation.ts'
import { printable } from '../../../core/printable.ts'
import { ProblemBox, placeText } from './shown.tsx'

export function PatternsView({ topology }: { readonly topology: ExplainedTopology }) {
  const { own, ownProblem, neighbordb } = topology
  return (
    <>
      <h3 id="pattern">Pattern</h3>
      {ownProblem === null ? '' : <ProblemBox problem={ownProblem} />}
      {own === null ? '' : <Pattern pattern={own} title="its own" />}
      {neighbordb === null ? (
        <p class="hint">There is no neighbordb.</p>
      ) : (
        <>
          {neighbordb.counts ? (
            ''
          ) : (
            <p class="hint">It has a folder already, which counts instead of neighbordb.</p>
          )}
          {neighbordb.problems.map((problem) => (
            <ProblemBox problem={problem} />
          ))}
          {neighbordb.patterns.map((pattern) => (
            <Pattern pattern={pattern} />
          ))}
          {neighbordb.patterns.length < neighbordb.total ? (
            <p class="hint">
              The nearest {neighbordb.patterns.length} of {neighbordb.total} patterns are told.
            </p>
          ) : (
            ''
          )}
        </>
      )}
    </>
  )
}

const marks = { match: '✓', 'no-match': '✕', 'not-asked': '–' } as const
const words = {
  match: 'matches',
  'no-match': 'does not match',
  'not-asked': 'was not asked',
} as const

function Pattern({ pattern, title }: { readonly pattern: PatternResult; readonly title?: string }) {
  const { name, result, taken, reason, at, rules, model, wouldMatchIf, definition } = pattern
  return (
    <details class={`pattern pattern-${result}`} open={taken || title !== undefined}>
      <summary>
        <span class="shape" aria-hidden="true">
          {marks[result]}
        </span>{' '}
        <strong>{printable(title ?? name ?? 'without a name')}</strong> {words[result]}
        {taken ? ', and is taken' : ''}
        {definition === null ? '' : <span class="quiet"> → {printable(definition)}</span>}
        {at === null ? '' : <code class="place">{printable(placeText(at))}</code>}
        {reason === null ? '' : <span class="reason">{printable(reason)}</span>}
      </summary>
      {wouldMatchIf === null ? (
        ''
      ) : (
        <p class="would">
          Would match if {printable(wouldMatchIf.text)}
          {wouldMatchIf.firstMatch ? '.' : '; but a pattern before it would still be taken.'}
        </p>
      )}
      <Rules rules={rules} model={model} />
    </details>
  )
}

function Rules({ rules, model }: Pick<PatternResult, 'rules' | 'model'>) {
  const all = [
    ...(model === null
      ? []
      : [
          {
            rule: `model: ${model.expression}`,
            result: model.result,
            seen: model.seen ?? 'no model',
          },
        ]),
    ...(rules ?? []).map(({ rule, result, by, reason }) => ({
      rule,
      result,
      seen: reason ?? (by === null ? '' : `${by.interface} sees ${by.device}:${by.port}`),
    })),
  ]
  if (all.length === 0) return null
  return (
    <table>
      <thead class="quiet">
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">Met</th>
          <th scope="col">Because</th>
        </tr>
      </thead>
      <tbody>
        {all.map(({ rule, result, seen }) => (
          <tr class={result === 'yes' ? '' : 'bad'}>
            <th scope="row">
              <code>{printable(rule)}</code>
            </th>
            <td>{result}</td>
            <td>{printable(seen)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
