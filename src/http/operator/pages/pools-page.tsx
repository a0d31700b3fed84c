/**
 * `/pools` and `/pools/NAME`: what is held, by whom, and how to free it.
 * @module
 */
import type { PoolDetail, PoolList } from '../../../core/api-schemas.ts'
import { printable } from '../../../core/printable.ts'
import { ProblemBox, switchHref } from './shown.tsx'

export function PoolsPage({ list }: { readonly list: PoolList }) {
  const { pools, problems } = list
  return (
    <>
      <h1>Pools</h1>
      {problems.map((problem) => (
        <ProblemBox problem={problem} />
      ))}
      {pools.length === 0 ? (
        <p class="empty">There are no resource pools: files below resources/ of the data root.</p>
      ) : (
        <table data-live="page" id="pools">
          <caption class="quiet">Values of each pool</caption>
          <thead>
            <tr>
              <th scope="col">Pool</th>
              <th scope="col">Used</th>
              <th scope="col">Held</th>
              <th scope="col">Free</th>
              <th scope="col">Values</th>
            </tr>
          </thead>
          <tbody>
            {pools.map(({ name, values, held, free }) => (
              <tr class={free === 0 && values > 0 ? 'bad' : ''}>
                <th scope="row">
                  <a href={`/pools/${encodeURIComponent(name)}`}>{printable(name)}</a>
                </th>
                <td>
                  <meter
                    min={0}
                    max={Math.max(values, 1)}
                    high={values * 0.9}
                    optimum={0}
                    value={held}
                    aria-label={`${held} of ${values} held`}
                  />
                </td>
                <td class="number">{held}</td>
                <td class="number">{free}</td>
                <td class="number">{values}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

export interface PoolPageProps {
  readonly pool: PoolDetail
  /** What has just been freed. */
  readonly released: string | undefined
  /** Only so many values are shown. */
  readonly maxShown: number
}

export function PoolPage({ pool, released, maxShown }: PoolPageProps) {
  const { name, values, held, free, entries } = pool
  const shown = entries.slice(0, maxShown)
  return (
    <>
      <p class="crumbs">
        <a href="/pools">Pools</a> /
      </p>
      <h1>{printable(name)}</h1>
      <p class="lead">
        {held} of {values} held, {free} free
      </p>
      {released === undefined ? (
        ''
      ) : (
        <p class="good" role="status">
          {printable(released)} is free.
        </p>
      )}
      <table>
        <caption class="quiet">Values in the order in which they are given</caption>
        <thead>
          <tr>
            <th scope="col">Value</th>
            <th scope="col">Held by</th>
            <th scope="col">
              <span class="hidden">Release</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ value, holder, switch: owner }) => (
            <tr>
              <th scope="row">{printable(value)}</th>
              <td>
                {holder === null ? (
                  <span class="none">free</span>
                ) : (
                  <>
                    <a href={switchHref(holder)}>{printable(owner ?? holder)}</a>
                    {owner === null || owner === holder ? (
                      ''
                    ) : (
                      <span class="quiet"> {printable(holder)}</span>
                    )}
                  </>
                )}
              </td>
              <td>
                {holder === null ? (
                  ''
                ) : (
                  <form method="get" action={`/pools/${encodeURIComponent(name)}/release`}>
                    <input type="hidden" name="value" value={value} />
                    <button type="submit" aria-label={`Release ${printable(value)}`}>
                      Release…
                    </button>
                  </form>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {entries.length > shown.length ? (
        <p class="hint">
          The first {shown.length} of {entries.length} values are shown; the API gives all.
        </p>
      ) : (
        ''
      )}
    </>
  )
}

export interface ReleasePageProps {
  readonly pool: string
  readonly value: string
  readonly holder: string | null
}

/** Asks once more: who held it gets another one the next time. */
export function ReleasePage({ pool, value, holder }: ReleasePageProps) {
  const href = `/pools/${encodeURIComponent(pool)}`
  return (
    <>
      <p class="crumbs">
        <a href="/pools">Pools</a> / <a href={href}>{printable(pool)}</a> /
      </p>
      <h1>Release {printable(value)}?</h1>
      {holder === null ? (
        <p>Nobody holds it.</p>
      ) : (
        <p>
          It is held by <strong>{printable(holder)}</strong>, which gets another value when it asks
          the next time. A switch that uses this one goes on using it.
        </p>
      )}
      <form method="post" action={`${href}/release`} class="tools">
        <input type="hidden" name="value" value={value} />
        <button type="submit" class="danger">
          Release
        </button>
        <a href={href}>Keep it</a>
      </form>
    </>
  )
}
