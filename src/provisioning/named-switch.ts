/**
 * The switch that a person names: by system MAC in any notation, serial number, hostname, or the id of its folder.
 * @module
 */
import { parseSerialNumber, parseSystemMac } from '../core/identity.ts'
import { entryAt, entryIds, findByName, findSwitch, type Inventory } from '../core/inventory.ts'
import { type Identifier, type NodeId, type NodeReport, nodeIdOf } from '../core/node-report.ts'
import { Problem } from '../core/problem.ts'
import { parsePathSegment } from '../core/request-path.ts'
import { excerpt, isDictionary, ownValue } from '../core/source-text.ts'
import type { DataRootSource, NodeStore, Snapshot } from '../ports.ts'
import { idsOfReport, idsOfTexts } from './holder.ts'

/** The one switch of the inventory that a name leads to. @throws {Problem} `switch-unknown`, or why the inventory cannot be read */
export function namedOrdinal(snapshot: Snapshot, name: string): number {
  const ordinal = findNamed(snapshot.inventory, name)
  if (ordinal !== undefined) return ordinal
  const [first] = snapshot.inventoryProblems
  if (first !== undefined) throw first
  throw new Problem('switch-unknown', `the inventory has no switch ${excerpt(name)}`, {
    fix: 'name a system MAC, a serial number or a hostname of the inventory',
  })
}

/** @throws {Problem} `switch-unknown` for the hostname of several */
function findNamed(inventory: Inventory, name: string): number | undefined {
  const [ordinal, ...more] = findByName(inventory, name)
  if (ordinal === undefined || more.length === 0) return ordinal
  const ids = [ordinal, ...more].slice(0, maxNamed).map((each) => entryAt(inventory, each).id)
  const rest = more.length + 1 - ids.length
  const shown = `${ids.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  const message = `${excerpt(name)} is the hostname of several switches: ${shown}`
  throw new Problem('switch-unknown', message, {
    fix: 'name one by its system MAC or serial number',
  })
}

const maxNamed = 20

/** Where nodes are looked for. */
export interface NodeFolders {
  readonly files: Pick<DataRootSource, 'record'>
  readonly store: Pick<NodeStore, 'state'>
  /** Every node that has a folder. */
  readonly nodeIds: () => Promise<readonly string[]>
}

/** A switch as far as inventory and data root know it. */
export interface NamedSwitch {
  /** In the inventory. */
  readonly ordinal: number | undefined
  /** The folder that it has, or would be given. */
  readonly nodeId: NodeId | undefined
  readonly hasFolder: boolean
  readonly report: NodeReport | undefined
  readonly reportFrom: 'node' | 'given' | undefined
  /** Why its report cannot be used. */
  readonly reportProblem: Problem | undefined
  /** Every id that is known of it. */
  readonly ids: readonly string[]
}

export interface Naming {
  readonly snapshot: Snapshot
  readonly identifier: Identifier
  readonly nodes: NodeFolders | undefined
}

/**
 * Finds a switch in both.
 * @param given a report to go by instead of the one that its folder has
 * @throws {Problem} `switch-unknown` when neither knows it, or the name is that of several; why the inventory cannot be read
 */
export async function findSwitchNamed(
  { snapshot, identifier, nodes }: Naming,
  name: string,
  given?: NodeReport,
): Promise<NamedSwitch> {
  const { inventory } = snapshot
  const givenIds = given === undefined ? [] : idsOfReport(given)
  let ordinal = findNamed(inventory, name)
  const folder = await findFolder(nodes, [name, ...givenIds, ...entryNames(inventory, ordinal)])
  const report = given ?? folder?.report
  const reported = report === undefined ? [] : idsOfReport(report)
  const texts = [...(folder === undefined ? [] : [folder.id]), ...reported]
  // what a switch says of itself counts more than how its folder is called
  for (const ids of [reported, texts]) {
    const other = ordinal === undefined ? findSwitch(inventory, idsOfTexts(ids)) : undefined
    if (other?.kind === 'switch') ordinal = other.ordinal
  }
  if (ordinal === undefined && folder === undefined && given === undefined) {
    throw unknownSwitch(snapshot, name, nodes !== undefined)
  }
  const known = ordinal === undefined ? [] : entryIds(entryAt(inventory, ordinal)).all
  return {
    ordinal,
    nodeId: folder?.id ?? newNodeId(inventory, ordinal, report, identifier),
    hasFolder: folder !== undefined,
    report,
    reportFrom: given !== undefined ? 'given' : report === undefined ? undefined : 'node',
    reportProblem: given === undefined ? folder?.problem : undefined,
    ids: [...new Set([...known, ...texts])],
  }
}

function unknownSwitch(snapshot: Snapshot, name: string, hasDataRoot: boolean): Problem {
  const [first] = snapshot.inventoryProblems
  if (first !== undefined) return first
  const where = hasDataRoot ? 'neither the inventory nor nodes/ has' : 'the inventory has no'
  return new Problem(
    'switch-unknown',
    `${where} ${hasDataRoot ? 'a ' : ''}switch ${excerpt(name)}`,
    {
      fix: 'name a system MAC, a serial number, a hostname, or a folder of nodes/',
    },
  )
}

/** What the folder of an entry may be called. */
function entryNames(inventory: Inventory, ordinal: number | undefined): readonly string[] {
  if (ordinal === undefined) return []
  const entry = entryAt(inventory, ordinal)
  const own = isDictionary(entry.value) ? entry.value : {}
  const serial = ownValue(own, 'serial') ?? undefined
  const stated = serial === undefined ? [] : [String(serial)]
  return [entry.id, ...stated, ...entryIds(entry).all]
}

/** The folder that a switch would be given: by the id that `identifier` names. */
function newNodeId(
  inventory: Inventory,
  ordinal: number | undefined,
  report: NodeReport | undefined,
  identifier: Identifier,
): NodeId | undefined {
  if (report !== undefined) {
    const id = nodeIdOf(report, identifier)
    return id instanceof Problem ? undefined : id
  }
  if (ordinal === undefined) return undefined
  const { systemMac, serialNumber } = entryIds(entryAt(inventory, ordinal))
  const [first] = entryNames(inventory, ordinal).filter((text) =>
    identifier === 'systemmac'
      ? parseSystemMac(text) !== undefined
      : parseSerialNumber(text) === serialNumber && serialNumber !== undefined,
  )
  const id = identifier === 'systemmac' ? systemMac?.replaceAll(':', '') : first
  return id === undefined ? undefined : parsePathSegment(id)
}

interface Folder {
  readonly id: NodeId
  readonly report: NodeReport | undefined
  readonly problem: Problem | undefined
}

/** The folder that is called like one of these, else the one whose name or report means the same switch. */
async function findFolder(
  nodes: NodeFolders | undefined,
  names: readonly string[],
): Promise<Folder | undefined> {
  if (nodes === undefined) return undefined
  const macs = names.map((name) => parseSystemMac(name)?.replaceAll(':', ''))
  for (const name of new Set([...names, ...macs])) {
    const id = name === undefined ? undefined : parsePathSegment(name)
    if (id !== undefined && nodes.store.state(id) !== 'absent') return readFolder(nodes, id)
  }
  const wanted = new Set(names.flatMap((name) => keysOf([name])))
  const ids = (await nodes.nodeIds()).flatMap((name) => parsePathSegment(name) ?? [])
  const byName = ids.find((id) => keysOf([id]).some((key) => wanted.has(key)))
  if (byName !== undefined) return readFolder(nodes, byName)
  for (const id of ids) {
    const report = await nodes.files.record(id)
    if (report === undefined || report instanceof Problem) continue
    if (keysOf(idsOfReport(report)).some((key) => wanted.has(key))) {
      return { id, report, problem: undefined }
    }
  }
  return undefined
}

function keysOf(texts: readonly string[]): readonly string[] {
  const { systemMac, serialNumber } = idsOfTexts(texts)
  return [systemMac, serialNumber].filter((key) => key !== undefined)
}

async function readFolder({ files }: NodeFolders, id: NodeId): Promise<Folder> {
  const report = await files.record(id)
  return report instanceof Problem
    ? { id, report: undefined, problem: report }
    : { id, report, problem: undefined }
}
