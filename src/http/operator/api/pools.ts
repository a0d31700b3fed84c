/**
 * The API's endpoints about resource pools.
 * @module
 */
import {
  poolDetailSchema,
  poolListSchema,
  releasedSchema,
  releaseSchema,
} from '../../../core/api-schemas.ts'
import { parseSystemMac } from '../../../core/identity.ts'
import { Problem } from '../../../core/problem.ts'
import type { Clock, LiveJournal, Log } from '../../../ports.ts'
import { listPools, type PoolViewDeps, showPool } from '../../../provisioning/pool-view.ts'
import type { SwitchDirectory } from '../../../provisioning/switch-directory.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'

export interface PoolsApiDeps {
  /** Undefined: there is no data root, hence no pools. */
  readonly poolView: PoolViewDeps | undefined
  readonly directory: SwitchDirectory
  readonly journal: LiveJournal
  readonly clock: Clock
  readonly log: Log
}

export function poolsApi(deps: PoolsApiDeps): readonly Endpoint[] {
  const { poolView, directory } = deps
  return [
    endpoint('get', '/api/v1/pools', {
      summary: 'All resource pools: what is held and what is free',
      reply: poolListSchema,
      handle: async () =>
        poolView === undefined ? { pools: [], problems: [] } : await listPools(poolView),
    }),
    endpoint('get', '/api/v1/pools/{id}', {
      summary: 'One pool, value by value',
      reply: poolDetailSchema,
      refusals: [404, 409, 503],
      handle: async ({ id }) =>
        poolView === undefined
          ? noPools()
          : await showPool(poolView, id, (holder) => directory.nameOf(holder)),
    }),
    endpoint('post', '/api/v1/pools/{id}/release', {
      summary: 'Free one value',
      description: 'Who held it gets another one when it asks the next time.',
      body: releaseSchema,
      reply: releasedSchema,
      refusals: [404, 409, 503],
      handle: ({ id, body, from }) => release(deps, id, body.value, from),
    }),
  ]
}

function noPools(): Problem {
  return new Problem('pool-missing', 'there is no data root, and so there are no pools')
}

/** Frees a value, and notes whose it was. */
export async function release(
  { poolView, journal, clock, log }: PoolsApiDeps,
  pool: string,
  value: string,
  from: string | undefined,
): Promise<{ released: string[] } | Problem> {
  if (poolView === undefined) return noPools()
  const { pools } = poolView
  try {
    const entries = await pools.read(pool)
    const holder = entries.find((entry) => entry.value === value)?.holder
    const released = await pools.release(pool, { value })
    if (released.length > 0 && holder !== undefined) {
      const mac = parseSystemMac(holder)
      const who = mac === undefined ? { node: holder } : { mac }
      const message = `${value} of pool ${pool}`
      journal.note({ at: clock.now(), kind: 'resource-released', ...who, from, message })
      log.info(`${holder}: resource released`, { pool, value, from })
    }
    return { released: [...released] }
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}
