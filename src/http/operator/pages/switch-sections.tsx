/**
 * The parts of the page of one switch.
 * @module
 */
import type { ConfigView, EventView, SwitchDetail } from '../../../core/api-schemas.ts'
import type { Explanation } from '../../../core/explanation.ts'
import type { Problem } from '../../../core/problem.ts'
import type { SwitchDiff } from '../../../core/switch-diff.ts'
import { Ago, SwitchMark } from './marks.tsx'
import { NeighborGraph } from './neighbor-graph.tsx'
import { ProblemNote } from './problem-note.tsx'
import { SwitchConfig, SwitchDifference } from './switch-config.tsx'
import { Allocations, SwitchFacts } from './switch-facts.tsx'
import { SwitchSteps } from './switch-steps.tsx'
import { Why } from './switch-why.tsx'
import { Timeline } from './timeline.tsx'
import { visible } from './visible.ts'
import { nowOf } from './wording.ts'

export interface SwitchSectionsProps {
  readonly detail: SwitchDetail
  readonly config: ConfigView
  /** A Problem: why nothing is explained. */
  readonly explanation: Explanation | Problem
  readonly served: SwitchDiff | string | undefined
  readonly backedUp: SwitchDiff | string | undefined
  readonly events: readonly EventView[]
  readonly now: number
}

export function SwitchSections(props: SwitchSectionsProps) {
  const { detail, config, explanation, served, backedUp, events, now } = props
  return (
    <>
      <div id="state" data-live="yes" class="card state">
        <div class="row">
          <h1>{visible(detail.name)}</h1>
          <span class="big">
            <SwitchMark row={detail} />
          </span>
          <span class="dim">
            {detail.since === null ? null : (
              <>
                since <Ago time={detail.since} now={now} />
              </>
            )}{' '}
            {detail.problem === null ? nowOf(detail) : ''}
          </span>
        </div>
        <SwitchSteps detail={detail} now={now} />
        <Fault detail={detail} config={config} />
      </div>
      <div class="halves">
        <div>
          <section class="card" aria-labelledby="config-title">
            <h2 id="config-title">Configuration now</h2>
            <div id="config-part" data-live="yes">
              <SwitchConfig id={detail.id} config={config} />
            </div>
          </section>
          <div id="differences" data-live="yes">
            <SwitchDifference id="diff-served" against="what it was served last" diff={served} />
            <SwitchDifference
              id="diff-backup"
              against="its backed-up startup-config"
              diff={backedUp}
            />
          </div>
        </div>
        <div>
          <section class="card" aria-labelledby="who">
            <h2 id="who">Identity</h2>
            <div id="facts" data-live="yes">
              <SwitchFacts detail={detail} now={now} />
            </div>
          </section>
          <section class="card" aria-labelledby="lldp">
            <h2 id="lldp">LLDP neighbors</h2>
            <div id="neighbors" data-live="yes">
              <NeighborGraph name={detail.name} neighbors={detail.neighbors} />
            </div>
          </section>
          <section class="card" aria-labelledby="held">
            <h2 id="held">Allocations</h2>
            <div id="allocations" data-live="yes">
              <Allocations allocations={detail.allocations} />
            </div>
          </section>
        </div>
      </div>
      <Why explanation={explanation} />
      <section class="card" aria-labelledby="timeline-title">
        <h2 id="timeline-title">Timeline</h2>
        <div id="timeline" data-live="yes">
          <Timeline events={events} />
        </div>
      </section>
    </>
  )
}

/** The latest fault; what to do about it is known where it still is so. */
function Fault({ detail, config }: Pick<SwitchSectionsProps, 'detail' | 'config'>) {
  const { problem } = detail
  if (problem === null) return null
  if (config.problem?.code === problem.code) return <ProblemNote problem={config.problem} />
  return (
    <div class="problem error">
      <p>
        <span class="mark s-error">failed</span>{' '}
        <strong>{visible(problem.message ?? problem.code)}</strong>
      </p>
      <p>
        What to do:{' '}
        <a href={`/docs/problems#${encodeURIComponent(problem.code)}`}>{visible(problem.code)}</a>
      </p>
    </div>
  )
}
