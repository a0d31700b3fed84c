/**
 * `/patterns`: which pattern a node matches, and why the others do not.
 * @module
 */
import type { ExplainedTopology } from '../../../core/explanation.ts'
import { printable } from '../../../core/printable.ts'
import { PatternsView } from './patterns-view.tsx'

export interface PatternsPageProps {
  /** What was asked for: a node, or a report as text. */
  readonly node: string
  readonly report: string
  readonly topology: ExplainedTopology | null | undefined
  /** Why there is no answer. */
  readonly refusal: string | undefined
  readonly hasDataRoot: boolean
}

const example = `{
  "serialnumber": "JPE12345678", "model": "DCS-7050SX3-48YC8",
  "neighbors": {"Ethernet49": [{"device": "spine1", "port": "Ethernet1"}]}
}`

export function PatternsPage(props: PatternsPageProps) {
  const { node, report, topology, refusal, hasDataRoot } = props
  if (!hasDataRoot) {
    return (
      <>
        <h1>Patterns</h1>
        <p class="empty">There is no data root, and so there is no neighbordb.</p>
      </>
    )
  }
  return (
    <>
      <h1>Patterns</h1>
      <p class="lead">
        Which pattern of neighbordb would a node match, and why do the others not? Nothing is
        registered.
      </p>
      <div class="columns">
        <form method="get" action="/patterns" class="card">
          <label for="node">A switch that has reported itself</label>
          <input
            id="node"
            name="node"
            value={node}
            maxlength={255}
            placeholder="id, MAC, serial number or name"
          />
          <button type="submit">Compare</button>
        </form>
        <form method="post" action="/patterns" class="card">
          <label for="report">Or a report, as POST /nodes takes it</label>
          <textarea id="report" name="report" rows={6} spellcheck={false}>
            {report === '' ? example : report}
          </textarea>
          <button type="submit">Compare</button>
        </form>
      </div>
      {refusal === undefined ? (
        ''
      ) : (
        <p class="problem problem-error" role="alert">
          {printable(refusal)}
        </p>
      )}
      {topology ? (
        <>
          <h2>How it fares</h2>
          <PatternsView topology={topology} />
        </>
      ) : (
        ''
      )}
    </>
  )
}
