/**
 * What is wrong with single switches, found without rendering anything.
 * @module
 */
import { type AllocationValue, findAllocations } from './allocation-values.ts'
import { checkEntry } from './entry-check.ts'
import { entryAt, type Inventory, switchOrdinals, tableAt } from './inventory.ts'
import type { InventoryTable } from './inventory-table.ts'
import { Problem } from './problem.ts'
import { maskValue } from './secrets.ts'
import { excerpt } from './source-text.ts'
import { StatedPlaces } from './stated-places.ts'
import { type SwitchFault, valueFault } from './switch-fault.ts'
import { statedTemplate } from './variables.ts'

/** Tells whether there is a template of a name, good or broken. */
export type HasTemplate = (name: string) => boolean

/** More problems of one kind help nobody, and a mistake in a group would tell of every switch. */
const maxProblems = 200

/** What a look at every switch found. */
export interface SwitchFindings {
  readonly problems: readonly Problem[]
  /** The ordinals of all switches that cannot be served. */
  readonly faulty: ReadonlySet<number>
}

/** Looks at every switch; yields now and then so that others can work. */
export function* checkSwitches(
  inventory: Inventory,
  hasTemplate: HasTemplate,
): Generator<void, SwitchFindings> {
  const problems: Problem[] = []
  const places = new StatedPlaces(inventory)
  const told = new Set<SwitchFault>()
  const faulty = new Set<number>()
  let left = 0
  let seen = 0
  for (const ordinal of switchOrdinals(inventory)) {
    if (++seen % 512 === 0) yield
    const fault = findFault(inventory, ordinal, hasTemplate)
    if (fault === undefined) continue
    faulty.add(ordinal)
    // a clash is one problem of two switches
    if (told.has(fault)) continue
    told.add(fault)
    if (problems.length < maxProblems) {
      problems.push(fault.tell(places))
      // to find its place the entry was read once more
      yield
    } else left++
  }
  if (left > 0) {
    const message = `${left} more switches have problems; mend the ones above first`
    problems.push(new Problem('switch-value', message))
  }
  return { problems, faulty }
}

/** What keeps a switch from being served, as far as it can be told without a render. */
export function checkSwitch(
  inventory: Inventory,
  ordinal: number,
  hasTemplate: HasTemplate,
): Problem | undefined {
  return findFault(inventory, ordinal, hasTemplate)?.tell(new StatedPlaces(inventory))
}

function findFault(
  inventory: Inventory,
  ordinal: number,
  hasTemplate: HasTemplate,
): SwitchFault | undefined {
  return (
    checkEntry(inventory, ordinal) ??
    checkTemplate(inventory, ordinal, hasTemplate) ??
    checkAllocations(inventory, ordinal)
  )
}

function checkTemplate(
  inventory: Inventory,
  ordinal: number,
  hasTemplate: HasTemplate,
): SwitchFault | undefined {
  const stated = statedTemplate(inventory, ordinal)
  if (stated === undefined || (typeof stated === 'string' && hasTemplate(stated))) return undefined
  return valueFault(inventory, ordinal, {
    code: 'template-missing',
    message: `there is no template ${excerpt(stated)}`,
    key: 'template',
    path: ['template'],
    fix: 'add it to the templates folder, or correct the name',
  })
}

/** A value that asks for a resource pool in a way that nobody understands: the text itself must not reach a switch. */
function checkAllocations(inventory: Inventory, ordinal: number): SwitchFault | undefined {
  if (!mayHoldAllocation(tableAt(inventory, ordinal).table)) return undefined
  const found = findAllocations(entryAt(inventory, ordinal).value).find(
    ({ pool }) => pool === undefined,
  )
  return found === undefined ? undefined : allocationFormFault(inventory, ordinal, found)
}

/** Tells of a value that looks like a request for a pool and is none. */
export function allocationFormFault(
  inventory: Inventory,
  ordinal: number,
  { value, path, steps }: AllocationValue,
): SwitchFault {
  const shown = maskValue(value, path.split(/[.[\]]+/))
  return valueFault(inventory, ordinal, {
    code: 'allocation-form',
    message: `${excerpt(shown)} does not name a resource pool`,
    key: path,
    path: steps,
    fix: "write allocate('POOL') with the name of a pool in quotes",
  })
}

/** Whether a switch's variables may ask for a pool at all; nearly nobody's do, and this is quick to tell. */
export function mayAllocate(inventory: Inventory, ordinal: number): boolean {
  return inventory.sharedAllocations || mayHoldAllocation(tableAt(inventory, ordinal).table)
}

const allocating = new WeakMap<InventoryTable, boolean>()

/** Whether the text of a file can hold such a value at all; an escape in JSON could spell it otherwise. */
function mayHoldAllocation(table: InventoryTable): boolean {
  const known = allocating.get(table)
  if (known !== undefined) return known
  const found = ['allocate(', '\\u', '\\x'].some((text) => table.source.includes(text))
  allocating.set(table, found)
  return found
}
