/**
 * Names as functions of a frame.
 * @module
 */
import { Undefined } from '../python/values.ts'
import type { Evaluate } from './expression-unit.ts'
import type { Frame } from './frame.ts'
import type { Scope } from './scope.ts'

/** Finds a name in the scopes around it, else in the context. */
export function compileName(name: string, scope: Scope): Evaluate {
  const { places, open } = scope.placesOf(name)
  const what = `"${name}"`
  const elsewhere = (frame: Frame) => {
    const value = open ? frame.context.lookup(name) : undefined
    return value === undefined ? new Undefined(what) : value
  }
  const [first, ...more] = places
  if (first === undefined) return elsewhere
  if (more.length === 0) {
    const read = slotReader(first.depth, first.slot)
    return (frame) => {
      const value = read(frame)
      return value === undefined ? elsewhere(frame) : value
    }
  }
  const readers = places.map(({ depth, slot }) => slotReader(depth, slot))
  return (frame) => {
    for (const read of readers) {
      const value = read(frame)
      if (value !== undefined) return value
    }
    return elsewhere(frame)
  }
}

/** Reads a slot so many scopes out. */
export function slotReader(depth: number, slot: number): (frame: Frame) => unknown {
  if (depth === 0) return (frame) => frame.slots[slot]
  if (depth === 1) return (frame) => frame.parent?.slots[slot]
  return (frame) => {
    let at: Frame | undefined = frame
    for (let step = 0; step < depth; step++) at = at?.parent
    return at?.slots[slot]
  }
}
