/**
 * `/`: all switches in one table.
 * @module
 */
import {
  type StateCounts,
  type SwitchList,
  type SwitchQuery,
  type SwitchRow,
  stateFilters,
} from '../../../core/api-schemas.ts'
import { printable } from '../../../core/printable.ts'
import { Ago, Shape, State, stateWord, switchHref, Text } from './shown.tsx'

export interface SwitchesPageProps {
  readonly list: SwitchList
  readonly query: SwitchQuery
  readonly now: number
  /** A command that works, for who has no switch yet. */
  readonly example: string
}

export function SwitchesPage({ list, query, now, example }: SwitchesPageProps) {
  const { items, total, counts, loading } = list
  return (
    <>
      <div class="top">
        <h1>Switches</h1>
        <search>
          <form method="get" action="/">
            <label for="q">Find</label>
            <input
              id="q"
              name="q"
              type="search"
              value={query.q ?? ''}
              maxlength={200}
              placeholder="name, MAC, serial number, model, address"
            />
            <label for="sort">Sort by</label>
            <select id="sort" name="sort">
              {(['name', 'state', 'lastSeen'] as const).map((sort) => (
                <option value={sort} selected={sort === query.sort}>
                  {sort === 'lastSeen' ? 'last seen' : sort}
                </option>
              ))}
            </select>
            {query.state === undefined ? (
              ''
            ) : (
              <input type="hidden" name="state" value={query.state} />
            )}
            <button type="submit">Show</button>
          </form>
        </search>
      </div>
      <Chips counts={counts} query={query} />
      {loading ? <p class="hint">What happened before the start is still being read.</p> : ''}
      {items.length === 0 ? (
        <Empty query={query} example={example} />
      ) : (
        <Table items={items} now={now} total={total} />
      )}
      <Pages list={list} query={query} />
    </>
  )
}

function hrefOf(query: SwitchQuery, change: Partial<SwitchQuery>): string {
  const { q, sort, state, page } = { ...query, page: 1, ...change }
  const parameters = new URLSearchParams()
  if (state !== undefined) parameters.set('state', state)
  if (q !== undefined && q !== '') parameters.set('q', q)
  if (sort !== 'name') parameters.set('sort', sort)
  if (page > 1) parameters.set('page', String(page))
  const text = parameters.toString()
  return text === '' ? '/' : `/?${text}`
}

function Chips({ counts, query }: { readonly counts: StateCounts; readonly query: SwitchQuery }) {
  const { stuck: _stuck, ...states } = counts
  const all = Object.values(states).reduce((sum, count) => sum + count, 0)
  return (
    <nav aria-label="States" class="chips">
      <ul>
        <li>
          <a
            href={hrefOf(query, { state: undefined })}
            aria-current={query.state === undefined ? 'true' : undefined}
          >
            all <b data-count="all">{all}</b>
          </a>
        </li>
        {stateFilters.map((state) => (
          <li class={counts[state] === 0 && query.state !== state ? 'zero' : ''}>
            <a
              class={`state-${state}`}
              href={hrefOf(query, { state })}
              aria-current={query.state === state ? 'true' : undefined}
            >
              <Shape state={state} /> {stateWord(state)} <b data-count={state}>{counts[state]}</b>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

interface TableProps {
  readonly items: readonly SwitchRow[]
  readonly now: number
  readonly total: number
}

function Table({ items, now, total }: TableProps) {
  return (
    <section class="wide" aria-label="Table of switches" tabindex={0}>
      <table class="switches" data-live="switches">
        <caption class="quiet">
          {total} {total === 1 ? 'switch' : 'switches'}
        </caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Since</th>
            <th scope="col">Model</th>
            <th scope="col">EOS</th>
            <th scope="col">MAC, serial number</th>
            <th scope="col">Address</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <Row row={row} now={now} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ row, now }: { readonly row: SwitchRow; readonly now: number }) {
  return (
    <tr data-id={row.id}>
      <th scope="row">
        <a href={switchHref(row.id)}>{printable(row.name)}</a>
      </th>
      <td>
        <State state={row.state} stuck={row.stuck} />
      </td>
      <td class="number">
        <Ago at={row.since} now={now} />
      </td>
      <td>
        <Text of={row.model} />
      </td>
      <td>
        <Text of={row.version} />
      </td>
      <td class="ids">
        <Text of={row.mac} /> {row.serial === null ? '' : printable(row.serial)}
      </td>
      <td class="number">
        <Text of={row.from} />
      </td>
      <td class="what">{printable(whatOf(row))}</td>
    </tr>
  )
}

/** What there is to say of a switch in a few words: what is wrong, else what it does. */
export function whatOf({ problem, action, state, inInventory, inDataRoot }: SwitchRow): string {
  if (problem !== null) return problem.message ?? problem.code
  if (action !== null && state === 'provisioning') {
    return `${action.kind.replace('action-', '')} ${action.name}`
  }
  return inInventory || inDataRoot ? '' : 'in neither inventory nor data root'
}

function Empty({ query, example }: Pick<SwitchesPageProps, 'query' | 'example'>) {
  if (query.q !== undefined || query.state !== undefined) {
    return (
      <p class="empty">
        No switch is like that. <a href="/">Show all</a>
      </p>
    )
  }
  return (
    <div class="empty">
      <p>There is no switch yet. Add one to the inventory, or let one ask:</p>
      <pre>
        <code>{example}</code>
      </pre>
    </div>
  )
}

function Pages({ list, query }: Pick<SwitchesPageProps, 'list' | 'query'>) {
  const last = Math.max(1, Math.ceil(list.total / list.perPage))
  if (last === 1) return null
  return (
    <nav aria-label="Pages" class="pages">
      {query.page > 1 ? (
        <a rel="prev" href={hrefOf(query, { page: query.page - 1 })}>
          ← earlier
        </a>
      ) : (
        ''
      )}
      <span>
        page {query.page} of {last}
      </span>
      {query.page < last ? (
        <a rel="next" href={hrefOf(query, { page: query.page + 1 })}>
          later →
        </a>
      ) : (
        ''
      )}
    </nav>
  )
}
