/**
 * One switch is one holder of resources, whatever it is known by.
 * @module
 */
import { parseSerialNumber, parseSystemMac, type SwitchIds } from '../core/identity.ts'
import { entryAt, entryIds, findSwitch, type Inventory } from '../core/inventory.ts'
import type { Identifier, NodeId } from '../core/node-report.ts'
import type { Holder } from '../ports.ts'

/** A node as holder: its id, and every other id of it that its report or the inventory knows. */
export function holderOfNode(
  id: NodeId,
  reported: SwitchIds,
  inventory: Inventory | undefined,
): Holder {
  return { id, ids: allIds([id], reported, inventory) }
}

/** A switch that asks for its configuration as holder: by the id that `identifier` names, else by the other. */
export function holderOfSwitch(
  identifier: Identifier,
  known: SwitchIds,
  inventory: Inventory | undefined,
): Holder {
  const mac = known.systemMac?.replaceAll(':', '')
  const serial = known.serialNumberAsSent ?? known.serialNumber
  const id = (identifier === 'systemmac' ? (mac ?? serial) : (serial ?? mac)) ?? ''
  return { id, ids: allIds([id], known, inventory) }
}

function allIds(
  first: readonly string[],
  known: SwitchIds,
  inventory: Inventory | undefined,
): readonly string[] {
  const ids = [...first, known.systemMac, known.serialNumberAsSent, known.serialNumber]
  const asked: SwitchIds = { ...idsOfText(first[0] ?? ''), ...known }
  const found = inventory === undefined ? undefined : findSwitch(inventory, asked)
  if (inventory !== undefined && found?.kind === 'switch') {
    ids.push(...entryIds(entryAt(inventory, found.ordinal)).all)
  }
  return [...new Set(ids.filter((id): id is string => id !== undefined && id !== ''))]
}

function idsOfText(text: string): SwitchIds {
  const systemMac = parseSystemMac(text)
  const serialNumber = parseSerialNumber(text)
  return {
    ...(systemMac !== undefined && { systemMac }),
    ...(systemMac === undefined && serialNumber !== undefined && { serialNumber }),
  }
}
