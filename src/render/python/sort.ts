/**
 * Sorting as Python does: stable, and only what can be put in order.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { compareValues } from './compare.ts'

/** A new list in order; equal ones stay in theirs, also when reversed. */
export function sortValues(
  values: readonly unknown[],
  keyOf: ((value: unknown) => unknown) | undefined,
  reverse: boolean,
): unknown[] {
  const meter = currentMeter()
  meter.step(1 + values.length)
  meter.grow(values.length << 3)
  const keyed = values.map((value) => ({ value, key: keyOf === undefined ? value : keyOf(value) }))
  const direction = reverse ? -1 : 1
  keyed.sort((left, right) => {
    meter.step()
    return direction * (compareValues('<', left.key, right.key, 0) ?? 0)
  })
  return keyed.map(({ value }) => value)
}
