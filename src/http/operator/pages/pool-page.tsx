/**
 * `/pools/NAME`: one pool, value by value.
 * @module
 */
import type { PoolDetail } from '../../../core/api-schemas.ts'
import { Problem } from '../../../core/problem.ts'
import { showPool } from '../../../provisioning/pool-view.ts'
import type { KnownSwitch } from '../../../provisioning/switch-index.ts'
import type { OperatorContext } from '../access.ts'
import { messagePage } from './message-page.tsx'
import type { PagesDeps } from './page-deps.ts'
import { page, statedQuery, switchPath } from './page-response.tsx'
import { poolPath, UseBar } from './pools-page.tsx'
import { releasePath } from './switch-facts.tsx'
import { visible } from './visible.ts'
import { counted } from './wording.ts'

const perPage = 200

export async function poolPage(deps: PagesDeps, c: OperatorContext): Promise<Response> {
  const pool = await poolOf(deps, c.req.param('name') ?? '')
  if (pool instanceof Problem) {
    return messagePage(deps, pool.code === 'pool-missing' ? 404 : 409, pool)
  }
  const { show, page: at = '1' } = statedQuery(c)
  const wanted = show === 'free' || show === 'held' ? show : 'all'
  const entries = pool.entries.filter(
    ({ holder }) => wanted === 'all' || (holder === null) === (wanted === 'free'),
  )
  const last = Math.max(1, Math.ceil(entries.length / perPage))
  const number = Math.min(last, Math.max(1, /^\d{1,7}$/.test(at) ? Number(at) : 1))
  const shown = await named(deps, entries.slice((number - 1) * perPage, number * perPage))
  return page(
    deps,
    { title: `Pool ${pool.name}`, place: '/pools' },
    <>
      <h1>Pool {visible(pool.name)}</h1>
      <div id="pool" data-live="yes">
        <p class="found">
          {counted(pool.values, 'value')}: {String(pool.held)} used, {String(pool.free)} free
        </p>
        <UseBar held={pool.held} values={pool.values} />
        <Filters name={pool.name} wanted={wanted} />
        <Entries pool={pool.name} entries={shown} />
        {last === 1 ? null : (
          <nav class="pages" aria-label="Pages of values">
            {number > 1 ? <a href={pageHref(pool.name, wanted, number - 1)}>Previous</a> : null}
            <span>
              Page {String(number)} of {String(last)}
            </span>
            {number < last ? <a href={pageHref(pool.name, wanted, number + 1)}>Next</a> : null}
          </nav>
        )}
      </div>
    </>,
  )
}

/** A pool, or why it cannot be shown. */
export async function poolOf(
  { poolView, directory }: PagesDeps,
  name: string,
): Promise<PoolDetail | Problem> {
  if (poolView === undefined) return new Problem('pool-missing', 'there is no data root')
  return await showPool(poolView, name, (holder) => directory.nameOf(holder))
}

/** The names of holders that are known by what they reported. */
export async function named({ directory }: PagesDeps, entries: PoolDetail['entries']) {
  return await Promise.all(
    entries.map(async (entry) =>
      entry.holder === null || entry.switch !== null
        ? entry
        : { ...entry, switch: nameOf(await directory.find(entry.holder)) },
    ),
  )
}

function Filters({ name, wanted }: { readonly name: string; readonly wanted: string }) {
  return (
    <ul class="tabs" aria-label="Values">
      {['all', 'held', 'free'].map((each) => (
        <li>
          <a
            href={each === 'all' ? poolPath(name) : `${poolPath(name)}?show=${each}`}
            aria-current={each === wanted ? 'true' : undefined}
          >
            {each === 'held' ? 'used' : each}
          </a>
        </li>
      ))}
    </ul>
  )
}

function Entries({ pool, entries }: { pool: string; entries: PoolDetail['entries'] }) {
  if (entries.length === 0) return <p class="empty">No value is like that.</p>
  return (
    <table>
      <caption class="unseen">Values of the pool</caption>
      <thead>
        <tr>
          <th scope="col">Value</th>
          <th scope="col">Used by</th>
          <th scope="col">
            <span class="unseen">Release</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ value, holder, switch: name }) => (
          <tr>
            <th scope="row" class="mono">
              {visible(value)}
            </th>
            <td>
              {holder === null ? (
                <span class="dim">free</span>
              ) : (
                <>
                  <a href={switchPath(holder)}>{visible(name ?? holder)}</a>{' '}
                  {name === null || name === holder ? null : (
                    <code class="dim">{visible(holder)}</code>
                  )}
                </>
              )}
            </td>
            <td>
              {holder === null ? null : (
                <a href={releasePath(pool, value)}>
                  Release<span class="unseen"> {visible(value)}</span>
                </a>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function pageHref(name: string, show: string, at: number): string {
  return `${poolPath(name)}?${new URLSearchParams({ show, page: String(at) })}`
}

function nameOf(found: KnownSwitch | Problem): string | null {
  return found instanceof Problem ? null : found.name
}
