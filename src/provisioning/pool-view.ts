/**
 * Resource pools as operators look at them.
 * @module
 */
import type { AllocationView, PoolDetail, PoolList } from '../core/api-schemas.ts'
import { Problem, problemToJson } from '../core/problem.ts'
import { switchKey } from '../core/switch-event.ts'
import type { PoolEntries, Pools } from '../ports.ts'

export interface PoolViewDeps {
  readonly pools: Pools
}

/** Every pool with what is used and free of it; one that cannot be read is a problem beside. */
export async function listPools({ pools }: PoolViewDeps): Promise<PoolList> {
  const list: PoolList = { pools: [], problems: [] }
  for (const name of await pools.names()) {
    const entries = await readable(pools, name)
    if (entries instanceof Problem) list.problems.push(problemToJson(entries))
    else list.pools.push({ name, ...countsOf(entries) })
  }
  return list
}

/**
 * One pool, value by value.
 * @param nameOf the name of the switch that has an id, where it is known
 */
export async function showPool(
  { pools }: PoolViewDeps,
  name: string,
  nameOf: (id: string) => string | undefined,
): Promise<PoolDetail | Problem> {
  const entries = await readable(pools, name)
  if (entries instanceof Problem) return entries
  return {
    name,
    ...countsOf(entries),
    entries: entries.map(({ value, holder }) => ({
      value,
      holder: holder ?? null,
      switch: holder === undefined ? null : (nameOf(holder) ?? null),
    })),
  }
}

/** What a switch holds in all pools. */
export async function allocationsOf(
  { pools }: PoolViewDeps,
  keys: readonly string[],
): Promise<readonly AllocationView[]> {
  const wanted = new Set(keys)
  const found: AllocationView[] = []
  for (const pool of await pools.names()) {
    const entries = await readable(pools, pool)
    if (entries instanceof Problem) continue
    for (const { value, holder } of entries) {
      if (holder !== undefined && wanted.has(switchKey(holder))) found.push({ pool, value, holder })
    }
  }
  return found
}

async function readable(pools: Pools, name: string): Promise<PoolEntries | Problem> {
  try {
    return await pools.read(name)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

function countsOf(entries: PoolEntries): { values: number; held: number; free: number } {
  const held = entries.filter(({ holder }) => holder !== undefined).length
  return { values: entries.length, held, free: entries.length - held }
}
