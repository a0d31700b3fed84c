/**
 * `/pools`: every pool, what is used and free of it.
 * @module
 */
import { listPools } from '../../../provisioning/pool-view.ts'
import type { PagesDeps } from './page-deps.ts'
import { page } from './page-response.tsx'
import { ProblemNote } from './problem-note.tsx'
import { visible } from './visible.ts'

export async function poolsPage(deps: PagesDeps): Promise<Response> {
  const { poolView } = deps
  const { pools, problems } =
    poolView === undefined ? { pools: [], problems: [] } : await listPools(poolView)
  return page(
    deps,
    { title: 'Pools', place: '/pools' },
    <>
      <h1>Pools</h1>
      <div id="pools" data-live="yes">
        {problems.map((problem) => (
          <ProblemNote problem={problem} />
        ))}
        {pools.length === 0 ? (
          <p class="empty">
            There are no pools. A pool is a file below <code>resources/</code> of the data root, one
            value a line: <code>10.0.0.1/24: null</code>.
          </p>
        ) : (
          <table>
            <caption class="unseen">Pools</caption>
            <thead>
              <tr>
                <th scope="col">Pool</th>
                <th scope="col" class="number">
                  Used
                </th>
                <th scope="col" class="number">
                  Free
                </th>
                <th scope="col" class="number">
                  Of
                </th>
                <th scope="col">Use</th>
              </tr>
            </thead>
            <tbody>
              {pools.map(({ name, held, free, values }) => (
                <tr>
                  <th scope="row">
                    <a href={poolPath(name)}>{visible(name)}</a>
                  </th>
                  <td class="number">{String(held)}</td>
                  <td class="number">
                    {free === 0 ? <span class="mark s-warning">none</span> : String(free)}
                  </td>
                  <td class="number">{String(values)}</td>
                  <td class="use">
                    <UseBar held={held} values={values} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>,
  )
}

/** How much of a pool is used; the numbers beside say the same. */
export function UseBar({ held, values }: { readonly held: number; readonly values: number }) {
  const width = values === 0 ? 0 : (held / values) * 1_000
  return (
    <svg class="bar" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="f-held" width={width.toFixed(1)} height="6" />
    </svg>
  )
}

export function poolPath(name: string): string {
  return `/pools/${encodeURIComponent(name)}`
}
