/**
 * Where a switch's variables come from, and what pools would give for them.
 * @module
 */
import { findAllocations } from '../core/allocation-values.ts'
import type { ExplainedVariable, PoolPreview } from '../core/explanation.ts'
import type { Inventory } from '../core/inventory.ts'
import type { Statement } from '../core/layer-trace.ts'
import { toPlace } from '../core/place.ts'
import { Problem, problemToJson } from '../core/problem.ts'
import { traceVariables } from '../core/provenance.ts'
import type { Data } from '../core/source-text.ts'
import type { AllocationOptions } from './config-allocations.ts'
import type { Hide } from './explain-sources.ts'

/** Every variable of a switch with its origin. Pools are asked in the order in which a render asks them. */
export async function explainVariables(
  inventory: Inventory,
  ordinal: number,
  options: AllocationOptions,
  hide: Hide,
): Promise<ExplainedVariable[]> {
  const explained: ExplainedVariable[] = []
  for (const { path, from, overrides } of traceVariables(inventory, ordinal)) {
    const told = ({ layer, at, value }: Statement) => ({
      value: hide(value, path),
      layer,
      at: toPlace(at),
    })
    explained.push({
      path: [...path],
      ...told(from),
      overrides: overrides.map(told),
      allocations: await previewPools(from.value, ordinal, options, (given) => hide(given, path)),
    })
  }
  return explained
}

async function previewPools(
  value: Data,
  ordinal: number,
  { allocator, holder }: AllocationOptions,
  shown: (given: string) => Data,
): Promise<PoolPreview[]> {
  const previews: PoolPreview[] = []
  for (const { pool } of findAllocations(value)) {
    if (pool === undefined || previews.some((other) => other.pool === pool)) continue
    try {
      const given = await allocator?.allocate(pool, await holder(ordinal))
      const text = given === undefined ? null : String(shown(given))
      previews.push({ pool, value: text, problem: null })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      previews.push({ pool, value: null, problem: problemToJson(error) })
    }
  }
  return previews
}
