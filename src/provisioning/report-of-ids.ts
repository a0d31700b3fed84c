/**
 * What is known of a node that has not reported itself.
 * @module
 */
import type { NodeReport } from '../core/node-report.ts'
import { idsOfTexts } from './holder.ts'

/** A report that says no more than who the node is, for one that has not sent any. */
export function reportOfIds(ids: readonly string[]): NodeReport {
  const { systemMac, serialNumber } = idsOfTexts(ids)
  return {
    model: undefined,
    systemMac: systemMac?.replaceAll(':', ''),
    serialNumber,
    version: undefined,
    interfaces: [],
    config: undefined,
  }
}
