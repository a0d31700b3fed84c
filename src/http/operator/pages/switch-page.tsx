/**
 * `/switches/ID`: one switch, what it gets, and why.
 * @module
 */
import type { ConfigView, EventView, SwitchDetail } from '../../../core/api-schemas.ts'
import type { Explanation } from '../../../core/explanation.ts'
import { printable } from '../../../core/printable.ts'
import type { ProblemJson } from '../../../core/problem.ts'
import type { SwitchDiffs } from '../../../core/switch-diff.ts'
import { provisioningStates } from '../../../core/switch-state.ts'
import { Code } from './code.tsx'
import { DefinitionView, TemplateView, VariablesView } from './explained.tsx'
import { NeighborGraph } from './neighbor-graph.tsx'
import { PatternsView } from './patterns-view.tsx'
import { Ago, ProblemBox, Section, Shape, State, stateWord, switchHref, Text } from './shown.tsx'

export interface SwitchPageProps {
  readonly detail: SwitchDetail
  readonly config: ConfigView
  /** A problem where it cannot be told why. */
  readonly explanation: Explanation | ProblemJson
  readonly served: SwitchDiffs | ProblemJson
  readonly backedUp: SwitchDiffs | ProblemJson
  readonly events: readonly EventView[]
  readonly now: number
}

export function SwitchPage(props: SwitchPageProps) {
  const { detail, config, explanation, served, backedUp, events, now } = props
  const told = 'severity' in explanation ? undefined : explanation
  return (
    <>
      <p class="crumbs">
        <a href="/">Switches</a> /
      </p>
      <div class="top">
        <h1>{printable(detail.name)}</h1>
        <State state={detail.state} stuck={detail.stuck} />
      </div>
      <div data-live="switch" data-id={detail.id} id="now">
        <Identity detail={detail} now={now} />
        <Steps detail={detail} now={now} />
        {detail.problem === null ? (
          ''
        ) : (
          <div class="problem problem-error" role="note">
            <p>
              <strong>error</strong>{' '}
              <a href={`/docs/problems#${detail.problem.code}`}>{detail.problem.code}</a>
            </p>
            <p>{printable(detail.problem.message ?? '')}</p>
          </div>
        )}
      </div>
      <nav class="inside" aria-label="On this page">
        <ul>
          {sections.map(([id, title]) => (
            <li>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <Section id="config" title="Configuration">
        <ConfigSection detail={detail} config={config} />
      </Section>
      <Section id="changes" title="What would change">
        <Diff title="since it was served last" of={served} />
        <Diff title="against its backed-up startup-config" of={backedUp} />
      </Section>
      <Section id="why" title="Why">
        {told === undefined ? <ProblemBox problem={explanation as ProblemJson} /> : ''}
        {told?.template ? <TemplateView template={told.template} /> : ''}
        {told === undefined ? '' : <VariablesView variables={told.variables} />}
        {told?.topology ? <PatternsView topology={told.topology} /> : ''}
        {told?.definition ? <DefinitionView definition={told.definition} /> : ''}
      </Section>
      <Section id="neighbors" title="Neighbors">
        <NeighborGraph name={detail.name} neighbors={detail.neighbors} />
      </Section>
      <Section id="allocations" title="Allocations">
        <Allocations detail={detail} />
      </Section>
      <Section id="timeline" title="Timeline">
        <Timeline events={events} now={now} />
      </Section>
    </>
  )
}

const sections = [
  ['config', 'Configuration'],
  ['changes', 'What would change'],
  ['why', 'Why'],
  ['neighbors', 'Neighbors'],
  ['allocations', 'Allocations'],
  ['timeline', 'Timeline'],
] as const

interface DetailProps {
  readonly detail: SwitchDetail
  readonly now: number
}

function Identity({ detail, now }: DetailProps) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['System MAC', detail.mac],
    ['Serial number', detail.serial],
    ['Model', detail.model],
    ['EOS', detail.version],
    ['Address', detail.from],
  ]
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>
            <Text of={value} />
          </dd>
        </div>
      ))}
      <div>
        <dt>Last seen</dt>
        <dd>
          <Ago at={detail.lastSeen} now={now} />
        </dd>
      </div>
      <div>
        <dt>Known from</dt>
        <dd>
          {[detail.inInventory && 'inventory', detail.inDataRoot && 'data root']
            .filter((each) => each !== false)
            .join(', ') || 'its requests alone'}
        </dd>
      </div>
    </dl>
  )
}

function Steps({ detail, now }: DetailProps) {
  const steps = provisioningStates.filter((state) => detail.reached[state] !== null)
  const { action } = detail
  return (
    <ol class="steps" aria-label="How far it has come">
      {steps.map((state) => (
        <li
          class={`state-${state}${state === detail.state ? ' current' : ''}`}
          aria-current={state === detail.state ? 'step' : undefined}
        >
          <Shape state={state} /> {stateWord(state)}{' '}
          <span class="quiet">
            <Ago at={detail.reached[state] ?? null} now={now} />
          </span>
          {state === 'provisioning' && action !== null ? (
            <span class="action">
              {action.kind.replace('action-', '')} {printable(action.name)}
            </span>
          ) : (
            ''
          )}
        </li>
      ))}
    </ol>
  )
}

function ConfigSection({ detail, config }: Pick<SwitchPageProps, 'detail' | 'config'>) {
  const href = switchHref(detail.id)
  if (config.text === null) {
    if (config.problem?.code === 'switch-unknown') {
      return <p class="hint">{printable(config.problem.message)}.</p>
    }
    return config.problem === null ? null : <ProblemBox problem={config.problem} />
  }
  return (
    <>
      <div class="tools">
        <button type="button" class="needs-script" data-copy="config-text">
          Copy
        </button>
        <a href={`${href}/config.txt${config.masked ? '' : '?secrets=shown'}`} download>
          Download
        </a>
        <form method="get" action={href}>
          <input type="hidden" name="secrets" value={config.masked ? 'shown' : 'masked'} />
          <button type="submit">{config.masked ? 'Show secrets' : 'Mask secrets'}</button>
        </form>
      </div>
      <Code id="config-text" text={config.text} label="Configuration" />
    </>
  )
}

function Diff({ title, of }: { readonly title: string; readonly of: SwitchDiffs | ProblemJson }) {
  const [first] = 'severity' in of ? [] : of.switches
  return (
    <>
      <h3>{title}</h3>
      {'severity' in of ? (
        <p class="hint">{printable(of.message)}</p>
      ) : first === undefined || first.status === 'same' ? (
        <p class="hint">Nothing.</p>
      ) : first.status === 'new' ? (
        <p class="hint">There is nothing to compare with yet.</p>
      ) : first.problem !== null ? (
        <ProblemBox problem={first.problem} />
      ) : (
        <Code text={first.diff ?? ''} label={title} kind="diff" />
      )}
    </>
  )
}

function Allocations({ detail }: { readonly detail: SwitchDetail }) {
  if (detail.allocations.length === 0) return <p class="hint">It holds no value of a pool.</p>
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Pool</th>
          <th scope="col">Value</th>
          <th scope="col">Held as</th>
        </tr>
      </thead>
      <tbody>
        {detail.allocations.map(({ pool, value, holder }) => (
          <tr>
            <th scope="row">
              <a href={`/pools/${encodeURIComponent(pool)}`}>{printable(pool)}</a>
            </th>
            <td>{printable(value)}</td>
            <td>{printable(holder)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Timeline({ events, now }: Pick<SwitchPageProps, 'events' | 'now'>) {
  if (events.length === 0) return <p class="hint">Nothing has happened yet.</p>
  return (
    <section class="wide" aria-label="Table of timeline" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Ago</th>
            <th scope="col">What</th>
            <th scope="col">Request</th>
            <th scope="col">Answer</th>
            <th scope="col">From</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        <tbody>
          {events.map(({ at, kind, request, status, from, problem, action, message }) => (
            <tr class={problem === null && !kind.endsWith('failed') ? '' : 'bad'}>
              <td class="number">
                <Ago at={at} now={now} />
              </td>
              <th scope="row">{kind.replaceAll('-', ' ')}</th>
              <td>{printable(action ?? request ?? '')}</td>
              <td class="number">{status ?? ''}</td>
              <td class="number">{printable(from ?? '')}</td>
              <td>
                {problem === null ? '' : <a href={`/docs/problems#${problem}`}>{problem}</a>}{' '}
                {printable(message ?? '')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
