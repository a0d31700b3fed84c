/**
 * Renders that change nothing.
 * @module
 */
import type { SwitchStates } from '../core/switch-states.ts'
import type { Deps } from '../deps.ts'
import type { Pools, Snapshot } from '../ports.ts'
import { allocateAsLast } from '../provisioning/config-allocations.ts'
import type { ConfigOptions } from '../provisioning/config-answer.ts'
import type { Settings } from '../settings.ts'

interface PreviewSources {
  readonly pools?: Pools | undefined
  readonly states?: Pick<SwitchStates, 'find'> | undefined
}

/**
 * Options for renders one after the other: what pools would give is worked out on one copy of them all.
 * @param sources pools of another time, where they are not the data root's; what switches have said of themselves
 */
export function previewOptions(
  { template, identifier }: Settings,
  { dataRoot }: Deps,
  { inventory }: Snapshot,
  { pools = dataRoot?.pools, states }: PreviewSources = {},
): ConfigOptions {
  const sources = { inventory, identifier, files: dataRoot?.files }
  return { defaultTemplate: template, ...allocateAsLast(sources, pools?.scratch(), states) }
}
