/**
 * `value[key]` and slices.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { undefinedFault, ValueFault } from './fault.ts'
import { asInteger, clampInteger } from './number.ts'
import { characters } from './text.ts'
import { Markup, PyDict, PyRange, Tuple, typeName, Undefined } from './values.ts'

/** What stands between the brackets of `value[1:2]`. */
export class Slice {
  readonly start: unknown
  readonly stop: unknown
  readonly step: unknown
  constructor(start: unknown, stop: unknown, step: unknown) {
    this.start = start
    this.stop = stop
    this.step = step
  }
}

/** `value[key]`; JavaScript's undefined where there is none. */
export function item(value: unknown, key: unknown): unknown {
  if (value instanceof PyDict) return dictItem(value, key)
  const index = asInteger(key)
  if (index === undefined) return undefined
  const at = clampInteger(index)
  if (Array.isArray(value)) return value[at < 0 ? at + value.length : at] as unknown
  if (value instanceof PyRange) {
    const from = at < 0 ? at + value.length : at
    return from >= 0 && from < value.length ? value.at(from) : undefined
  }
  const text = value instanceof Markup ? value.text : value
  if (typeof text !== 'string') return undefined
  const all = characters(text)
  const character = all[at < 0 ? at + all.length : at]
  return value instanceof Markup && character !== undefined ? new Markup(character) : character
}

function dictItem(dict: PyDict, key: unknown): unknown {
  if (key instanceof Undefined) throw undefinedFault(key.what)
  // what cannot be a key is in no dictionary
  if (Array.isArray(key) && !(key instanceof Tuple)) return undefined
  if (key instanceof PyDict) return undefined
  return dict.get(key)
}

/** `value[start:stop:step]` of a list, a tuple or a text. */
export function slice(value: unknown, key: Slice): unknown {
  if (typeof value === 'string') return sliceText(value, key)
  if (value instanceof Markup) return new Markup(sliceText(value.text, key))
  if (Array.isArray(value)) {
    const items = picked(value as unknown[], slicePlaces(key, value.length))
    return value instanceof Tuple ? Tuple.with(items) : items
  }
  if (value instanceof PyRange) {
    const { start, stop, step } = slicePlaces(key, value.length)
    return new PyRange(value.at(start), value.at(stop), value.step * step)
  }
  throw new ValueFault(`${typeName(value)} has no slices`)
}

function sliceText(text: string, key: Slice): string {
  const all = characters(text)
  const places = slicePlaces(key, all.length)
  if (typeof all === 'string' && places.step === 1)
    return all.slice(places.start, Math.max(places.start, places.stop))
  return picked(all, places).join('')
}

interface Places {
  readonly start: number
  readonly stop: number
  readonly step: number
}

/** Python's rules for places beyond the ends. */
function slicePlaces({ start, stop, step }: Slice, length: number): Places {
  const by = bound(step) ?? 1
  if (by === 0) throw new ValueFault('the step of a slice must not be 0')
  const [least, most] = by > 0 ? [0, length] : [-1, length - 1]
  const inside = (at: number | undefined, otherwise: number): number => {
    if (at === undefined) return otherwise
    const from = at < 0 ? at + length : at
    return Math.min(Math.max(from, least), most)
  }
  return {
    start: inside(bound(start), by > 0 ? least : most),
    stop: inside(bound(stop), by > 0 ? most : least),
    step: by,
  }
}

function bound(value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined
  const index = asInteger(value)
  if (index !== undefined) return clampInteger(index)
  if (value instanceof Undefined) throw undefinedFault(value.what)
  throw new ValueFault(`a slice goes from one integer to another, found ${typeName(value)}`)
}

function picked<T>(items: ArrayLike<T>, { start, stop, step }: Places): T[] {
  const found: T[] = []
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) found.push(items[at] as T)
  currentMeter().step(1 + (found.length >> 3))
  currentMeter().grow(found.length << 3)
  return found
}
