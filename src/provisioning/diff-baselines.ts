/**
 * What configurations are compared with: a folder, a revision, what was last served, what a switch has backed up.
 * @module
 */
import {
  entryAt,
  entryIds,
  findSwitch,
  type Inventory,
  switchName,
  switchOrdinals,
} from '../core/inventory.ts'
import type { NodeId, NodeReport } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import { parsePathSegment } from '../core/request-path.ts'
import type { SwitchStates } from '../core/switch-states.ts'
import type { ConfigFolder, DataRootSource, ServedConfigs, SwitchFacts } from '../ports.ts'
import { renderSwitch } from './config-answer.ts'
import { configFileNames } from './config-file-names.ts'
import type { Baseline, Before, RenderSide } from './diff.ts'
import { idsOfReport, idsOfTexts } from './holder.ts'
import { lastFacts } from './last-facts.ts'

/**
 * Files that `render --all --out` has written.
 * @param shown how messages call the folder
 */
export function folderBaseline(
  folder: ConfigFolder,
  inventory: Inventory,
  shown: string,
): Baseline {
  const against = (file: string) => `${shown.replace(/\/+$/, '')}/${file}`
  return {
    inOrder: true,
    facts: noFacts,
    before: async (_ordinal, file) => {
      const bytes = await folder.read(file)
      return bytes && { text: decode(bytes), against: against(file) }
    },
    async *gone() {
      const known = new Set(configFileNames(inventory).values())
      for (const file of await folder.names()) {
        if (known.has(file)) continue
        const bytes = await folder.read(file)
        const name = file.replace(/\.cfg$/, '')
        if (bytes !== undefined) yield { name, file, text: decode(bytes), against: against(file) }
      }
    },
  }
}

/** What the files of a revision give, rendered like those of now. */
export function revisionBaseline(
  then: RenderSide,
  inventory: Inventory,
  revision: string,
): Baseline {
  const { snapshot, options, serverUrl } = then
  const render = async (ordinal: number): Promise<Before | Problem> => {
    const answer = await renderSwitch(snapshot, ordinal, {}, serverUrl, options)
    return answer.kind === 'config' ? { text: answer.text, against: revision } : answer.problem
  }
  const counterpart = (from: Inventory, ordinal: number, to: Inventory) => {
    const found = findSwitch(to, idsOfTexts(entryIds(entryAt(from, ordinal)).all))
    return found.kind === 'switch' ? found.ordinal : undefined
  }
  return {
    inOrder: true,
    facts: noFacts,
    before: async (ordinal) => {
      const old = counterpart(inventory, ordinal, snapshot.inventory)
      return old === undefined ? undefined : render(old)
    },
    async *gone() {
      const files = configFileNames(snapshot.inventory)
      for (const ordinal of switchOrdinals(snapshot.inventory)) {
        if (counterpart(snapshot.inventory, ordinal, inventory) !== undefined) continue
        const before = await render(ordinal)
        if (before instanceof Problem) continue
        const name = switchName(entryAt(snapshot.inventory, ordinal))
        yield { ...before, name, file: files.get(ordinal) ?? '' }
      }
    },
  }
}

/** What each switch was last served. */
export function servedBaseline(
  served: ServedConfigs,
  inventory: Inventory,
  facts: FactsOf,
): Baseline {
  return {
    inOrder: false,
    facts,
    before: async (ordinal) => {
      const last = await served.read(entryAt(inventory, ordinal).id)
      if (last === undefined) return undefined
      return { text: decode(last.bytes), against: `served ${new Date(last.at).toISOString()}` }
    },
    gone: noneGone,
  }
}

/** The startup-config that each switch has backed up. */
export function backedUpBaseline(
  files: Pick<DataRootSource, 'bytes'>,
  records: NodeRecords,
  facts: FactsOf,
): Baseline {
  return {
    inOrder: false,
    facts,
    before: async (ordinal) => {
      const id = await records.folderOf(ordinal)
      if (id === undefined) return undefined
      const path = `nodes/${id}/startup-config`
      const bytes = await files.bytes(path)
      if (bytes === undefined || bytes instanceof Problem) return bytes
      return { text: decode(bytes), against: path }
    },
    gone: noneGone,
  }
}

/** What the headers of a switch would say. */
type FactsOf = (ordinal: number) => Promise<Partial<SwitchFacts>>

/**
 * Stand in for the headers of switches: what each said last.
 * @param records undefined where there is no data root
 */
export function lastFactsOf(
  inventory: Inventory,
  states: Pick<SwitchStates, 'find'>,
  records: NodeRecords | undefined,
): FactsOf {
  return async (ordinal) => {
    const state = states.find(entryIds(entryAt(inventory, ordinal)).all)
    return lastFacts(state, await records?.reportOf(ordinal))
  }
}

/** The folders of nodes by the switches of the inventory. */
export class NodeRecords {
  readonly #inventory: Inventory
  readonly #files: Pick<DataRootSource, 'record'>
  readonly #nodeIds: () => Promise<readonly string[]>
  #folders: Promise<ReadonlyMap<string, NodeId>> | undefined

  constructor(
    inventory: Inventory,
    files: Pick<DataRootSource, 'record'>,
    nodeIds: () => Promise<readonly string[]>,
  ) {
    this.#inventory = inventory
    this.#files = files
    this.#nodeIds = nodeIds
  }

  async folderOf(ordinal: number): Promise<NodeId | undefined> {
    this.#folders ??= this.#index()
    const folders = await this.#folders
    const { all } = entryIds(entryAt(this.#inventory, ordinal))
    return all.map((id) => folders.get(id)).find((id) => id !== undefined)
  }

  async reportOf(ordinal: number): Promise<NodeReport | undefined> {
    const id = await this.folderOf(ordinal)
    const report = id === undefined ? undefined : await this.#files.record(id)
    return report instanceof Problem ? undefined : report
  }

  /** By every id of a node. */
  async #index(): Promise<ReadonlyMap<string, NodeId>> {
    const folders = new Map<string, NodeId>()
    for (const name of await this.#nodeIds()) {
      const id = parsePathSegment(name)
      if (id === undefined) continue
      const report = await this.#files.record(id)
      const reported = report === undefined || report instanceof Problem ? [] : idsOfReport(report)
      for (const text of [id, ...reported]) {
        const { systemMac, serialNumber } = idsOfTexts([text])
        const key = systemMac ?? serialNumber
        if (key !== undefined && !folders.has(key)) folders.set(key, id)
      }
    }
    return folders
  }
}

async function noFacts(): Promise<Partial<SwitchFacts>> {
  return {}
}

async function* noneGone(): AsyncGenerator<never> {}

/** What is no UTF-8 differs from what is rendered in any case. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
