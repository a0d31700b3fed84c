/**
 * What keeps one switch from being served.
 * @module
 */
import { entryAt, type Inventory, switchName } from './inventory.ts'
import { Problem, type ProblemCode } from './problem.ts'
import type { StatedPlaces, ValuePath } from './stated-places.ts'

/** A fault that may be one of very many: its place is looked for when it is told. */
export interface SwitchFault {
  readonly code: ProblemCode
  tell(places: StatedPlaces): Problem
}

/** What is wrong with a value of a switch. */
export interface ValueFault {
  readonly code: ProblemCode
  readonly message: string
  /** How messages name the value. */
  readonly key: string
  /** Where it stands. */
  readonly path: ValuePath
  readonly fix: string
}

export function valueFault(inventory: Inventory, ordinal: number, fault: ValueFault): SwitchFault {
  const { code, message, key, path, fix } = fault
  return {
    code,
    tell: (places) =>
      new Problem(code, message, {
        at: places.of(ordinal, path),
        key,
        switch: switchName(entryAt(inventory, ordinal)),
        fix,
      }),
  }
}
