/**
 * What a switch would say of itself if it asked now: what it said last.
 * @module
 */
import type { NodeReport } from '../core/node-report.ts'
import type { SwitchState } from '../core/switch-state.ts'
import type { SwitchFacts } from '../ports.ts'

/**
 * Stand in for the headers of a switch.
 * @param state what the journal knows of it, which came from headers mostly
 * @param report what it reported with its neighbours; counts where the journal knows nothing
 */
export function lastFacts(
  state: Pick<SwitchState, 'model' | 'version' | 'mac' | 'serial'> | undefined,
  report: NodeReport | undefined,
): Partial<SwitchFacts> {
  const model = state?.model ?? report?.model
  const softwareVersion = state?.version ?? report?.version
  return {
    ...(model !== undefined && { model }),
    ...(softwareVersion !== undefined && { softwareVersion }),
    ...(state?.mac !== undefined && { systemMac: state.mac }),
    ...(state?.serial !== undefined && { serialNumber: state.serial }),
  }
}
