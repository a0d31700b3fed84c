/**
 * Renders that change nothing.
 * @module
 */
import type { Deps } from '../deps.ts'
import type { Snapshot } from '../ports.ts'
import { allocateFor } from '../provisioning/config-allocations.ts'
import type { ConfigOptions } from '../provisioning/config-answer.ts'
import type { Settings } from '../settings.ts'

/** Options for renders one after the other: what pools would give is worked out on one copy of them all. */
export function previewOptions(
  { template, identifier }: Settings,
  { dataRoot }: Deps,
  { inventory }: Snapshot,
): ConfigOptions {
  const sources = { inventory, identifier, files: dataRoot?.files }
  return { defaultTemplate: template, ...allocateFor(sources, dataRoot?.pools.scratch()) }
}
