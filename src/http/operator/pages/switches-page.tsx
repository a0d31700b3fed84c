/**
 * `/`: all switches.
 * @module
 */
import type { SwitchList, SwitchQuery } from '../../../core/api-schemas.ts'
import { switchQuerySchema } from '../../../core/api-schemas.ts'
import type { Clock } from '../../../ports.ts'
import type { SwitchDirectory } from '../../../provisioning/switch-directory.ts'
import type { OperatorContext } from '../access.ts'
import { messagePage } from './message-page.tsx'
import { type PageDeps, page, statedQuery } from './page-response.tsx'
import { StateChips } from './state-chips.tsx'
import { SwitchTable } from './switch-table.tsx'
import { counted, stateWord } from './wording.ts'

export interface SwitchesPageDeps extends PageDeps {
  readonly directory: SwitchDirectory
  readonly clock: Clock
  /** A command that asks for the configuration of a switch. */
  readonly example: string
}

export async function switchesPage(deps: SwitchesPageDeps, c: OperatorContext): Promise<Response> {
  const parsed = switchQuerySchema.safeParse({ ...statedQuery(c), perPage: 100 })
  if (!parsed.success) {
    const message = 'there is no such state, order or page'
    return messagePage(deps, 400, { code: 'request-invalid', message, fix: 'begin at /' })
  }
  const query = parsed.data
  const list = await deps.directory.list(query)
  return page(
    deps,
    { title: 'Switches', place: '/' },
    <>
      <h1 class="unseen">Switches</h1>
      <div id="chips" data-live="keep">
        <StateChips counts={list.counts} query={query} />
      </div>
      <Search query={query} />
      <div id="switches" data-live="yes">
        {list.loading ? (
          <p class="note">What happened before the start is still being read.</p>
        ) : null}
        <Found list={list} query={query} />
        {list.items.length > 0 ? (
          <SwitchTable rows={list.items} now={deps.clock.now()} />
        ) : (
          <Empty query={query} example={deps.example} />
        )}
        <Pages list={list} query={query} />
      </div>
    </>,
  )
}

function Search({ query }: { readonly query: SwitchQuery }) {
  const sorts = [
    ['name', 'name'],
    ['state', 'state, farthest first'],
    ['lastSeen', 'last seen first'],
  ] as const
  return (
    <form class="search" method="get" action="/" aria-label="Find switches">
      {query.state === undefined ? null : <input type="hidden" name="state" value={query.state} />}
      <label for="q">Find</label>
      <input
        id="q"
        name="q"
        type="search"
        value={query.q ?? ''}
        maxlength={200}
        placeholder="name, MAC, serial, model, address"
        aria-keyshortcuts="/"
      />
      <label for="sort">Order</label>
      <select id="sort" name="sort">
        {sorts.map(([value, name]) => (
          <option value={value} selected={value === query.sort}>
            {name}
          </option>
        ))}
      </select>
      <button type="submit">Show</button>
    </form>
  )
}

function Found({ list, query }: { readonly list: SwitchList; readonly query: SwitchQuery }) {
  const { state, q } = query
  const first = (list.page - 1) * list.perPage + 1
  const last = first + list.items.length - 1
  const range = list.total > list.perPage && last >= first ? `, ${first}–${last} shown` : ''
  const narrowed = state !== undefined || q !== undefined
  return (
    <p class="found">
      {counted(list.total, 'switch', 'switches')}
      {state === undefined ? '' : ` ${stateWord(state)}`}
      {q === undefined ? '' : ` with “${q}”`}
      {range}
      {narrowed ? (
        <>
          {' · '}
          <a href="/">Show all</a>
        </>
      ) : null}
    </p>
  )
}

function Empty({ query, example }: { readonly query: SwitchQuery; readonly example: string }) {
  if (query.state !== undefined || query.q !== undefined || query.page > 1) {
    return <p class="empty">No switch is like that.</p>
  }
  return (
    <section class="empty" aria-labelledby="empty">
      <h2 id="empty">No switch yet</h2>
      <p>State one in the inventory, or let a switch ask. This asks as a switch does:</p>
      <pre>
        <code>{example}</code>
      </pre>
    </section>
  )
}

function Pages({ list, query }: { readonly list: SwitchList; readonly query: SwitchQuery }) {
  const last = Math.max(1, Math.ceil(list.total / list.perPage))
  if (last === 1 && list.page === 1) return null
  return (
    <nav class="pages" aria-label="Pages of switches">
      {list.page > 1 ? (
        <a href={switchesHref(query, { page: Math.min(list.page - 1, last) })}>Previous</a>
      ) : null}
      <span>
        Page {String(list.page)} of {String(last)}
      </span>
      {list.page < last ? <a href={switchesHref(query, { page: list.page + 1 })}>Next</a> : null}
    </nav>
  )
}

function switchesHref({ state, q, sort }: SwitchQuery, { page: at }: { page: number }): string {
  const order = sort === 'name' ? undefined : sort
  const stated = { ...(state && { state }), ...(q && { q }), ...(order && { sort: order }) }
  return `/?${new URLSearchParams({ ...stated, page: String(at) })}`
}
