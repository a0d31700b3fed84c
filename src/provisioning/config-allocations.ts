/**
 * Values of a switch's variables that resource pools fill.
 * @module
 */
import { type AllocationValue, findAllocations } from '../core/allocation-values.ts'
import { parseSerialNumber, parseSystemMac, type SwitchIds } from '../core/identity.ts'
import { entryAt, entryIds, type Inventory, switchName } from '../core/inventory.ts'
import { Problem } from '../core/problem.ts'
import { StatedPlaces } from '../core/stated-places.ts'
import { allocationFormFault } from '../core/switch-check.ts'
import type { SwitchStates } from '../core/switch-states.ts'
import type { Variables } from '../core/variables.ts'
import type { Holder, PoolAllocator } from '../ports.ts'
import { type HolderSources, holderOfSwitch } from './holder.ts'

export interface AllocationOptions {
  /** Fills values of the form `allocate('pool')`; undefined: there are no pools. */
  readonly allocator: PoolAllocator | undefined
  /** The switch as pools know it; asked for only when one of its values is to be filled. */
  readonly holder: (ordinal: number) => Promise<Holder>
}

/**
 * Fills values for one switch.
 * @param asking what the switch says of itself; empty where nobody asks
 */
export function allocateFor(
  sources: HolderSources,
  allocator: PoolAllocator | undefined,
  asking: SwitchIds = {},
): AllocationOptions {
  return { allocator, holder: (ordinal) => holderOfSwitch(sources, ordinal, asking) }
}

/**
 * For who looks at switches and does not ask as one: each is known by what it said of itself last. A switch that the inventory knows by
 * its MAC may hold its values under the serial number that it sent.
 * @param states undefined: nothing is known of what switches have said
 */
export function allocateAsLast(
  sources: HolderSources,
  allocator: PoolAllocator | undefined,
  states: Pick<SwitchStates, 'find'> | undefined,
): AllocationOptions {
  const { inventory } = sources
  return {
    allocator,
    holder: (ordinal) => holderOfSwitch(sources, ordinal, saidLast(inventory, ordinal, states)),
  }
}

/** The ids that a switch of the inventory sent last. */
export function saidLast(
  inventory: Inventory,
  ordinal: number,
  states: Pick<SwitchStates, 'find'> | undefined,
): SwitchIds {
  const state = states?.find(entryIds(entryAt(inventory, ordinal)).all)
  const systemMac = state?.mac === undefined ? undefined : parseSystemMac(state.mac)
  const serialNumber = state?.serial === undefined ? undefined : parseSerialNumber(state.serial)
  return {
    ...(systemMac !== undefined && { systemMac }),
    ...(serialNumber !== undefined && { serialNumber }),
    ...(state?.serial !== undefined && { serialNumberAsSent: state.serial }),
  }
}

/** Values for the pools that a switch's variables ask for, or why there are none; undefined: they ask for none. */
export function fillFromPools(
  inventory: Inventory,
  ordinal: number,
  merged: Variables,
  { allocator, holder }: AllocationOptions,
): Promise<ReadonlyMap<string, string> | Problem> | undefined {
  const found = findAllocations(merged)
  const [first] = found
  if (first === undefined) return undefined
  const odd = found.find(({ pool }) => pool === undefined)
  const places = new StatedPlaces(inventory)
  if (odd !== undefined) {
    return Promise.resolve(allocationFormFault(inventory, ordinal, odd).tell(places))
  }
  const tell = (
    code: Problem['code'],
    message: string,
    { path, steps }: AllocationValue,
    fix: string | undefined,
  ) =>
    new Problem(code, message, {
      at: places.of(ordinal, steps),
      key: path,
      switch: switchName(entryAt(inventory, ordinal)),
      fix,
    })
  if (allocator === undefined) {
    const message = `${first.value} needs resource pools, and there is no data root`
    const fix = 'set [default] data_root (--data-root), or write the value itself'
    return Promise.resolve(tell('allocation-nowhere', message, first, fix))
  }
  return (async () => {
    const asking = await holder(ordinal)
    const values = new Map<string, string>()
    for (const value of found) {
      const { pool = '' } = value
      if (values.has(pool)) continue
      try {
        values.set(pool, await allocator.allocate(pool, asking))
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        return tell(error.code, error.message, value, error.fix)
      }
    }
    return values
  })()
}
