/**
 * `/pools/NAME/release`: asks once more, then frees a value.
 * @module
 */
import { Problem } from '../../../core/problem.ts'
import type { OperatorContext } from '../access.ts'
import { release } from '../api/pools.ts'
import { messagePage } from './message-page.tsx'
import type { PagesDeps } from './page-deps.ts'
import { page, seeOther, switchPath } from './page-response.tsx'
import { named, poolOf } from './pool-page.tsx'
import { poolPath } from './pools-page.tsx'
import { readForm } from './read-form.ts'
import { visible } from './visible.ts'

export async function releasePage(deps: PagesDeps, c: OperatorContext): Promise<Response> {
  const name = c.req.param('name') ?? ''
  const pool = await poolOf(deps, name)
  if (pool instanceof Problem) {
    return messagePage(deps, pool.code === 'pool-missing' ? 404 : 409, pool)
  }
  const wanted = c.req.query('value') ?? ''
  const [entry] = await named(
    deps,
    pool.entries.filter(({ value }) => value === wanted),
  )
  if (entry === undefined || entry.holder === null) {
    const message = entry === undefined ? 'the pool has no such value' : `${wanted} is free already`
    return messagePage(deps, 404, { code: 'request-invalid', message })
  }
  const { value, holder } = entry
  return page(
    deps,
    { title: `Release ${value}`, place: '/pools', still: true },
    <section class="message">
      <h1>Release {visible(value)}?</h1>
      <p>
        It belongs to pool <a href={poolPath(name)}>{visible(name)}</a> and is used by{' '}
        <a href={switchPath(holder)}>{visible(entry.switch ?? holder)}</a>. Another switch may be
        given it at once; this one gets another value when it asks the next time. What it runs with
        now it keeps until then.
      </p>
      <form method="post" action={`${poolPath(name)}/release`} class="row">
        <input type="hidden" name="value" value={value} />
        <input type="hidden" name="holder" value={holder} />
        <button type="submit" class="danger">
          Release {visible(value)}
        </button>
        <a href={poolPath(name)}>Keep it</a>
      </form>
    </section>,
  )
}

export async function releaseValue(deps: PagesDeps, c: OperatorContext): Promise<Response> {
  const name = c.req.param('name') ?? ''
  const form = await readForm(c)
  const value = form?.get('value') ?? ''
  const pool = await poolOf(deps, name)
  if (pool instanceof Problem) return messagePage(deps, 409, pool)
  const holder = pool.entries.find((entry) => entry.value === value)?.holder ?? null
  // somebody else may hold it since the question was shown
  if (holder === null || holder !== form?.get('holder')) {
    const message = 'the value is not used by that switch any more; nothing was released'
    return messagePage(deps, 409, {
      code: 'request-invalid',
      message,
      fix: 'look at the pool again',
    })
  }
  const done = await release(deps, name, value, c.env.incoming.socket.remoteAddress)
  if (done instanceof Problem) return messagePage(deps, 409, done)
  return seeOther(poolPath(name))
}
