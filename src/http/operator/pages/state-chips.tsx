/**
 * How many switches there are in each state, each a filter.
 * @module
 */
import type { StateCounts, SwitchQuery } from '../../../core/api-schemas.ts'
import { stateFilters } from '../../../core/api-schemas.ts'
import { provisioningStates } from '../../../core/switch-state.ts'
import { StateMark } from './marks.tsx'
import type { StateFilter } from './wording.ts'

/** Trouble first: it is read from across the room. */
const order: readonly StateFilter[] = [
  'failed',
  'stuck',
  ...provisioningStates.filter((state) => state !== 'failed'),
]

interface StateChipsProps {
  readonly counts: StateCounts
  readonly query: Pick<SwitchQuery, 'state' | 'q'>
}

export function StateChips({ counts, query }: StateChipsProps) {
  const all = stateFilters.filter((state) => state !== 'stuck')
  const total = all.reduce((sum, state) => sum + counts[state], 0)
  return (
    <>
      <ul class="chips" aria-label="Switches in each state">
        <li>
          <a
            class="chip"
            data-chip="all"
            href={chipHref(undefined, query.q)}
            aria-current={query.state === undefined ? 'true' : undefined}
          >
            <b>{String(total)}</b> <span class="mark">all</span>
          </a>
        </li>
        {order.map((state) => (
          <li>
            <a
              class={counts[state] === 0 ? `chip none c-${state}` : `chip c-${state}`}
              data-chip={state}
              href={chipHref(state, query.q)}
              aria-current={query.state === state ? 'true' : undefined}
            >
              <b>{String(counts[state])}</b> <StateMark state={state} />
            </a>
          </li>
        ))}
      </ul>
      <Bar counts={counts} total={total} />
    </>
  )
}

/** All switches as one bar. The chips say the same in words. */
function Bar({ counts, total }: { readonly counts: StateCounts; readonly total: number }) {
  let from = 0
  return (
    <svg class="bar" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">
      {provisioningStates.toReversed().map((state) => {
        const width = total === 0 ? 0 : (counts[state] / total) * 1_000
        const x = from
        from += width
        return (
          <rect
            class={`f-${state}`}
            data-bar={state}
            x={x.toFixed(1)}
            width={width.toFixed(1)}
            height="6"
          />
        )
      })}
    </svg>
  )
}

function chipHref(state: StateFilter | undefined, q: string | undefined): string {
  const query = new URLSearchParams({ ...(state && { state }), ...(q && { q }) }).toString()
  return query === '' ? '/' : `/?${query}`
}
