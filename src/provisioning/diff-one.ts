/**
 * What would change for one switch, while the server runs.
 * @module
 */
import type { Identifier } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import type { SwitchDiffs } from '../core/switch-diff.ts'
import type { LiveJournal } from '../ports.ts'
import { allocateAsLast } from './config-allocations.ts'
import { diffSwitches } from './diff.ts'
import { backedUpBaseline, lastFactsOf, NodeRecords, servedBaseline } from './diff-baselines.ts'
import type { PreviewDeps } from './preview-config.ts'
import type { DirectoryDataRoot } from './switch-directory.ts'
import type { KnownSwitch } from './switch-index.ts'

export interface SwitchDifferDeps extends PreviewDeps {
  readonly identifier: Identifier
  readonly journal: LiveJournal
  /** Undefined: there is no data root. */
  readonly dataRoot: DirectoryDataRoot | undefined
}

/** @throws {Problem} `switch-unknown`, `comparison-missing` */
export type SwitchDiffer = (
  known: KnownSwitch,
  against: 'served' | 'backed-up',
  secrets: 'masked' | 'shown',
) => Promise<SwitchDiffs>

export function createSwitchDiffer(deps: SwitchDifferDeps): SwitchDiffer {
  const { identifier, journal, dataRoot, defaultTemplate, serverUrl } = deps
  return async ({ ordinal, name }, against, secrets) => {
    if (ordinal === undefined) {
      const message = 'it is not in the inventory, so there is nothing to compare'
      throw new Problem('switch-unknown', message, { switch: name })
    }
    const snapshot = deps.snapshot.current()
    const { inventory } = snapshot
    const records =
      dataRoot && new NodeRecords(inventory, dataRoot.files, () => dataRoot.store.ids())
    const facts = lastFactsOf(inventory, journal.states, records)
    if (against === 'backed-up' && (dataRoot === undefined || records === undefined)) {
      throw new Problem('comparison-missing', 'there is no data root that switches back up to')
    }
    const baseline =
      against === 'backed-up' && dataRoot !== undefined && records !== undefined
        ? backedUpBaseline(dataRoot.files, records, facts)
        : servedBaseline(journal, inventory, facts)
    const sources = { inventory, identifier, files: dataRoot?.files }
    const options = {
      defaultTemplate,
      ...allocateAsLast(sources, dataRoot?.pools.scratch(), journal.states),
    }
    const request = { ordinals: new Set([ordinal]), showSecrets: secrets === 'shown' }
    const diffs: SwitchDiffs = {
      switches: [],
      counts: { same: 0, changed: 0, new: 0, gone: 0, failed: 0 },
      secrets,
    }
    for await (const each of diffSwitches({ snapshot, options, serverUrl }, baseline, request)) {
      diffs.counts[each.status] += 1
      diffs.switches.push(each)
    }
    return diffs
  }
}
