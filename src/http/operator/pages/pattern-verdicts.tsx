/**
 * What a comparison with all patterns found.
 * @module
 */
import type { ExplainedNeighbordb, ExplainedTopology } from '../../../core/explanation.ts'
import { PatternView } from './pattern-view.tsx'
import { ProblemNote } from './problem-note.tsx'
import { visible } from './visible.ts'
import { counted } from './wording.ts'

export interface VerdictsProps {
  readonly topology: ExplainedTopology | null
  /** There is a node to compare with. */
  readonly isAsked: boolean
}

export function Verdicts({ topology, isAsked }: VerdictsProps) {
  if (topology === null) return <p class="empty">There is no data root, and so no patterns.</p>
  const { own, ownProblem, neighbordb } = topology
  return (
    <>
      {isAsked && (own !== null || ownProblem !== null) ? (
        <section class="card" aria-labelledby="own">
          <h2 id="own">Its own pattern</h2>
          {ownProblem === null ? null : <ProblemNote problem={ownProblem} />}
          {own === null ? null : <PatternView pattern={own} asked />}
        </section>
      ) : null}
      {neighbordb === null ? (
        <p class="empty">There is no neighbordb yet.</p>
      ) : (
        <Neighbordb neighbordb={neighbordb} isAsked={isAsked} />
      )}
    </>
  )
}

function Neighbordb({
  neighbordb,
  isAsked,
}: Pick<VerdictsProps, 'isAsked'> & { readonly neighbordb: ExplainedNeighbordb }) {
  const { file, counts, usable, problems, total, patterns, taken } = neighbordb
  return (
    <section class="card" aria-labelledby="neighbordb">
      <h2 id="neighbordb">
        {counted(total, 'pattern')} <code class="dim">{visible(file)}</code>
      </h2>
      {isAsked && !counts ? (
        <p class="note">The node has a folder: its own files count, and neighbordb is not asked.</p>
      ) : null}
      {isAsked && counts && usable && taken === null ? (
        <p class="note">No pattern matches: such a switch is refused.</p>
      ) : null}
      {problems.slice(0, 50).map((problem) => (
        <ProblemNote problem={problem} />
      ))}
      {patterns.slice(0, maxShown).map((pattern) => (
        <PatternView pattern={pattern} asked={isAsked} outOfForce={!counts} />
      ))}
      {total > Math.min(patterns.length, maxShown) ? (
        <p class="dim">
          {counted(total - Math.min(patterns.length, maxShown), 'further pattern')} in the file
        </p>
      ) : null}
    </section>
  )
}

const maxShown = 500
