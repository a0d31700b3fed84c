/**
 * Values that a resource pool is to fill: `allocate('pool')`.
 * @module
 */
import { type Exact, type ExactMap, isExactList, isExactMap } from './exact-value.ts'
import type { Dictionary } from './source-text.ts'
import type { ValuePath } from './stated-places.ts'

/** A value that asks for a pool, with the path to it; `pool` is undefined where it cannot be told which. */
export interface AllocationValue {
  readonly path: string
  readonly steps: ValuePath
  readonly value: string
  readonly pool: string | undefined
}

/** Whether any value of some variables asks for a pool. */
export function holdsAllocation(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('allocate(') && isAllocation(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(holdsAllocation)
  for (const key in value) {
    if (holdsAllocation((value as Dictionary)[key])) return true
  }
  return false
}

/** Every value that asks for a pool, in the order of the variables. */
export function findAllocations(variables: unknown): readonly AllocationValue[] {
  // nearly nobody has one: the paths are made only for those who do
  return holdsAllocation(variables) ? [...allocationsBelow(variables, [])] : []
}

/** The variables with every value that asks for a pool replaced, in place. */
export function fillAllocations(
  variables: Record<string, unknown>,
  allocated: (pool: string) => string,
): void {
  const fill = (value: unknown): unknown => {
    const pool = typeof value === 'string' ? poolOf(value) : undefined
    if (pool !== undefined) return allocated(pool)
    if (typeof value !== 'object' || value === null) return value
    const holder = value as Record<string, unknown>
    for (const key of Object.keys(holder)) {
      const item = holder[key]
      const filled = fill(item)
      // never a new key, so that "__proto__" is an own one here
      if (filled !== item) holder[key] = filled
    }
    return value
  }
  fill(variables)
}

/** Exact variables with every value that asks for a pool replaced; parts without one are the same. */
export function fillExactAllocations(
  variables: ExactMap,
  allocated: (pool: string) => string,
): ExactMap {
  const fill = (value: Exact): Exact => {
    if (typeof value === 'string') {
      const pool = poolOf(value)
      return pool === undefined ? value : allocated(pool)
    }
    if (isExactList(value)) {
      const items = value.map(fill)
      return items.some((item, at) => item !== value[at]) ? items : value
    }
    return isExactMap(value) ? fillMap(value) : value
  }
  const fillMap = (map: ExactMap): ExactMap => {
    let filled: Map<string, Exact> | undefined
    for (const [key, value] of map) {
      const item = fill(value)
      if (item === value) continue
      filled ??= new Map(map)
      filled.set(key, item)
    }
    return filled ?? map
  }
  return fillMap(variables)
}

function isAllocation(text: string): boolean {
  return /^\s*allocate\(.*\)\s*$/.test(text)
}

function poolOf(text: string): string | undefined {
  const match = /^\s*allocate\(\s*(?:'([^'\s]+)'|"([^"\s]+)")\s*\)\s*$/.exec(text)
  return match?.[1] ?? match?.[2]
}

function* allocationsBelow(value: unknown, steps: ValuePath): Generator<AllocationValue> {
  if (typeof value === 'string') {
    if (isAllocation(value)) yield { path: pathText(steps), steps, value, pool: poolOf(value) }
    return
  }
  if (typeof value !== 'object' || value === null) return
  const members: Iterable<[string | number, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value)
  for (const [step, item] of members) yield* allocationsBelow(item, [...steps, step])
}

/** `a.b[0]`. */
function pathText(steps: ValuePath): string {
  return steps
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('')
}
