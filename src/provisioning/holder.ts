/**
 * One switch is one holder of resources, whatever it is known by.
 * @module
 */
import { parseSerialNumber, parseSystemMac, type SwitchIds } from '../core/identity.ts'
import { entryAt, entryIds, findSwitch, type Inventory } from '../core/inventory.ts'
import type { Identifier, NodeId, NodeReport } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import { parsePathSegment } from '../core/request-path.ts'
import { isDictionary, ownValue } from '../core/source-text.ts'
import { switchKey } from '../core/switch-event.ts'
import type { DataRootSource, Holder } from '../ports.ts'

/** A node as holder: its id, and every other id of it that its report or the inventory knows. */
export function holderOfNode(
  id: NodeId,
  report: NodeReport,
  inventory: Inventory | undefined,
): Holder {
  const ids = [id, ...idsOfReport(report)]
  const found = inventory === undefined ? undefined : findSwitch(inventory, idsOfTexts(ids))
  if (inventory !== undefined && found?.kind === 'switch') {
    ids.push(...entryIds(entryAt(inventory, found.ordinal)).all)
  }
  return { id, ids: [...new Set(ids)] }
}

/** What is needed to tell who a switch of the inventory is. */
export interface HolderSources {
  readonly inventory: Inventory
  readonly identifier: Identifier
  /** Where nodes' reports are kept; undefined: there is no data root. */
  readonly files: Pick<DataRootSource, 'record'> | undefined
}

/**
 * A switch of the inventory as holder. Its id is the one that `identifier` names if it is known, else the other; a MAC is written as
 * twelve digits.
 * @param asking what the switch says of itself
 */
export async function holderOfSwitch(
  { inventory, identifier, files }: HolderSources,
  ordinal: number,
  asking: SwitchIds,
): Promise<Holder> {
  const entry = entryAt(inventory, ordinal)
  const known = entryIds(entry)
  const own = isDictionary(entry.value) ? entry.value : {}
  const mac = (asking.systemMac ?? known.systemMac)?.replaceAll(':', '')
  const stated =
    known.serialNumber === undefined ? undefined : (ownValue(own, 'serial') ?? entry.id)
  const serial = asking.serialNumberAsSent ?? (stated === undefined ? undefined : String(stated))
  const id = (identifier === 'systemmac' ? (mac ?? serial) : (serial ?? mac)) ?? entry.id
  const ids = [id, mac, serial, asking.serialNumber, ...known.all].filter(
    (each): each is string => each !== undefined,
  )
  for (const name of new Set([serial, mac])) {
    const nodeId = name === undefined ? undefined : parsePathSegment(name)
    const report = nodeId === undefined ? undefined : await files?.record(nodeId)
    if (report !== undefined && !(report instanceof Problem)) ids.push(...idsOfReport(report))
  }
  return { id, ids: [...new Set(ids)] }
}

/** What is needed to tell who a switch is that somebody names. */
export interface NamedHolderSources {
  /** Undefined: no inventory is configured. */
  readonly inventory: Inventory | undefined
  readonly identifier: Identifier
  readonly files: Pick<DataRootSource, 'record'>
  /** Every node that has a folder. */
  readonly nodeIds: () => Promise<readonly string[]>
}

/**
 * A switch as holder by any one of its ids, as the server would know it when the switch asks: by its report, whatever id its folder has,
 * and by the inventory. What neither knows has that one id; a MAC is written as twelve digits.
 */
export async function holderOfNamed(sources: NamedHolderSources, name: string): Promise<Holder> {
  const { inventory, identifier, files } = sources
  const typed = parseSystemMac(name)?.replaceAll(':', '') ?? name
  const node = await findReport(sources, [typed, name])
  const texts = [typed, ...(node === undefined ? [] : [node.id, ...idsOfReport(node.report)])]
  const asking = idsOfTexts(texts)
  const found = inventory === undefined ? undefined : findSwitch(inventory, asking)
  if (inventory !== undefined && found?.kind === 'switch') {
    const serialNumberAsSent = node?.report.serialNumber
    const { id, ids } = await holderOfSwitch({ inventory, identifier, files }, found.ordinal, {
      ...asking,
      ...(serialNumberAsSent !== undefined && { serialNumberAsSent }),
    })
    return { id, ids: [...new Set([...ids, ...texts])] }
  }
  if (node !== undefined) return holderOfNode(node.id, node.report, inventory)
  return { id: typed, ids: [typed] }
}

interface ReportedNode {
  readonly id: NodeId
  readonly report: NodeReport
}

/** The node whose folder or whose report has one of these ids. */
async function findReport(
  { files, nodeIds }: NamedHolderSources,
  names: readonly string[],
): Promise<ReportedNode | undefined> {
  const wanted = new Set(names.map(switchKey))
  const read = async (name: string): Promise<ReportedNode | undefined> => {
    const id = parsePathSegment(name)
    const report = id === undefined ? undefined : await files.record(id)
    return id === undefined || report === undefined || report instanceof Problem
      ? undefined
      : { id, report }
  }
  for (const name of names) {
    const node = await read(name)
    if (node !== undefined) return node
  }
  for (const name of await nodeIds()) {
    const node = await read(name)
    if (node === undefined) continue
    // a folder may have any name, also one that could be a serial number
    const ids = [node.id, ...idsOfReport(node.report)].map(switchKey)
    if (ids.some((id) => wanted.has(id))) return node
  }
  return undefined
}

/** The ids in a report. */
export function idsOfReport({ systemMac, serialNumber }: NodeReport): readonly string[] {
  return [systemMac, serialNumber].filter((id): id is string => id !== undefined)
}

/** Texts as identifiers: the first that is a MAC, the first that is a serial number and no MAC. */
export function idsOfTexts(texts: readonly string[]): SwitchIds {
  const systemMac = texts.map(parseSystemMac).find((mac) => mac !== undefined)
  const serialNumber = texts
    .filter((text) => parseSystemMac(text) === undefined)
    .map(parseSerialNumber)
    .find((serial) => serial !== undefined)
  return {
    ...(systemMac !== undefined && { systemMac }),
    ...(serialNumber !== undefined && { serialNumber }),
  }
}
