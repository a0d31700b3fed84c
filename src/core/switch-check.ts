/**
 * What is wrong with single switches, found without rendering anything.
 * @module
 */
import { findAllocation } from './allocation-values.ts'
import { checkEntry } from './entry-check.ts'
import {
  entryAt,
  entryLocation,
  type Inventory,
  switchName,
  switchOrdinals,
  tableAt,
} from './inventory.ts'
import type { InventoryTable } from './inventory-table.ts'
import { Problem } from './problem.ts'
import { excerpt } from './source-text.ts'
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
  const told = new Set<Problem>()
  const faulty = new Set<number>()
  let left = 0
  let seen = 0
  for (const ordinal of switchOrdinals(inventory)) {
    if (++seen % 512 === 0) yield
    const problem = checkSwitch(inventory, ordinal, hasTemplate)
    if (problem === undefined) continue
    faulty.add(ordinal)
    // a clash is one problem of two switches
    if (told.has(problem)) continue
    told.add(problem)
    if (problems.length < maxProblems) problems.push(problem)
    else left++
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
): Problem | undefined {
  const stated = statedTemplate(inventory, ordinal)
  if (stated === undefined || (typeof stated === 'string' && hasTemplate(stated))) return undefined
  const entry = entryAt(inventory, ordinal)
  return new Problem('template-missing', `there is no template ${excerpt(stated)}`, {
    at: entryLocation(inventory, ordinal),
    key: 'template',
    switch: switchName(entry),
    fix: 'add it to the templates folder, or correct the name',
  })
}

/** A value that a resource pool would fill: pools are not there yet, and the text itself must not reach a switch. */
function checkAllocations(inventory: Inventory, ordinal: number): Problem | undefined {
  if (!mayAllocate(tableAt(inventory, ordinal).table)) return undefined
  const entry = entryAt(inventory, ordinal)
  const found = findAllocation(entry.value)
  if (found === undefined) return undefined
  return allocationProblem(inventory, ordinal, found)
}

/** Tells of an `allocate('pool')` value in a switch's variables. */
export function allocationProblem(
  inventory: Inventory,
  ordinal: number,
  found: { readonly path: string; readonly value: string },
): Problem {
  return new Problem(
    'allocate-not-built',
    `${excerpt(found.value)} needs resource pools, which this version does not have`,
    {
      at: entryLocation(inventory, ordinal),
      key: found.path,
      switch: switchName(entryAt(inventory, ordinal)),
      fix: 'write the value itself',
    },
  )
}

const allocating = new WeakMap<InventoryTable, boolean>()

/** Whether the text of a file can hold such a value at all; an escape in JSON could spell it otherwise. */
function mayAllocate(table: InventoryTable): boolean {
  const known = allocating.get(table)
  if (known !== undefined) return known
  const found = ['allocate(', '\\u', '\\x'].some((text) => table.source.includes(text))
  allocating.set(table, found)
  return found
}
