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
import type { CommandServerUrl } from './server-url.ts'

interface PreviewSources {
  readonly pools?: Pools | undefined
  readonly states?: Pick<SwitchStates, 'find'> | undefined
  readonly server?: CommandServerUrl
}

/**
 * Options for renders one after the other: what pools would give is worked out on one copy of them all.
 * @param sources pools of another time, where they are not the data root's; what switches have said of themselves; the URL that may have
 *   been guessed
 */
export function previewOptions(
  { template, identifier }: Settings,
  { dataRoot }: Deps,
  snapshot: Snapshot,
  { pools = dataRoot?.pools, states, server }: PreviewSources = {},
): ConfigOptions {
  const { inventory } = snapshot
  const sources = { inventory, identifier, files: dataRoot?.files }
  return {
    defaultTemplate: template,
    noteServerUrl: server?.noteIn(snapshot),
    ...allocateAsLast(sources, pools?.scratch(), states),
  }
}
