/**
 * Renders that change nothing.
 * @module
 */
import type { Deps } from '../deps.ts'
import type { Pools, Snapshot } from '../ports.ts'
import { allocateFor } from '../provisioning/config-allocations.ts'
import type { ConfigOptions } from '../provisioning/config-answer.ts'
import type { Settings } from '../settings.ts'

/**
 * Options for renders one after the other: what pools would give is worked out on one copy of them all.
 * @param pools those of another time; the data root's where they are left out
 */
export function previewOptions(
  { template, identifier }: Settings,
  { dataRoot }: Deps,
  { inventory }: Snapshot,
  pools: Pools | undefined = dataRoot?.pools,
): ConfigOptions {
  const sources = { inventory, identifier, files: dataRoot?.files }
  return { defaultTemplate: template, ...allocateFor(sources, pools?.scratch()) }
}
