/**
 * Walking over Python's values.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { ValueFault } from './fault.ts'
import { textLength } from './text.ts'
import { DictView, defined, Markup, Nothing, PyDict, PyRange, typeName } from './values.ts'

/** Whether Python can walk over the value. */
export function isIterable(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    Array.isArray(value) ||
    value instanceof PyDict ||
    value instanceof DictView ||
    value instanceof PyRange ||
    value instanceof Markup
  )
}

/** What Python walks over: a list's items, a dictionary's keys, a text's characters. A list that grows meanwhile is walked to its end. */
export function iterate(value: unknown): Iterator<unknown> {
  if (Array.isArray(value)) return value[Symbol.iterator]()
  if (typeof value === 'string') return value[Symbol.iterator]()
  if (value instanceof PyDict) return guarded(value, value.keys())
  if (value instanceof PyRange) return numbers(value)
  if (value instanceof DictView) return guarded(value.dict, value.list()[Symbol.iterator]())
  if (value instanceof Markup) return value.text[Symbol.iterator]()
  if (defined(value) instanceof Nothing) return [][Symbol.iterator]()
  throw new ValueFault(`${typeName(value)} is nothing to walk over`)
}

function* guarded(dict: PyDict, items: Iterator<unknown>): Iterator<unknown> {
  const { size } = dict
  for (let next = items.next(); next.done !== true; next = items.next()) {
    yield next.value
    if (dict.size !== size) {
      throw new ValueFault('the dictionary changed its size while a loop walked over it')
    }
  }
}

function* numbers(range: PyRange): Iterator<unknown> {
  for (let at = 0; at < range.length; at++) yield range.at(at)
}

/** Everything that {@link iterate} gives, as a list of its own. */
export function listOf(value: unknown): unknown[] {
  const items = Array.isArray(value) ? (value.slice() as unknown[]) : collect(value)
  currentMeter().step(1 + (items.length >> 3))
  currentMeter().grow(items.length << 3)
  return items
}

function collect(value: unknown): unknown[] {
  if (value instanceof PyRange) {
    // a list of a billion numbers is refused before it is made
    currentMeter().grow(value.length * 8)
    return Array.from({ length: value.length }, (_, at) => value.at(at))
  }
  if (value instanceof PyDict) return [...value.keys()]
  if (value instanceof DictView) return value.list()
  if (typeof value === 'string') return [...value]
  const items: unknown[] = []
  const iterator = iterate(value)
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
    items.push(next.value)
  }
  return items
}

/** `len(value)` */
export function length(value: unknown): number {
  if (typeof value === 'string') return textLength(value)
  if (Array.isArray(value)) return value.length
  if (value instanceof PyDict) return value.size
  if (value instanceof PyRange) return value.length
  if (value instanceof DictView) return value.dict.size
  if (value instanceof Markup) return textLength(value.text)
  if (defined(value) instanceof Nothing) return 0
  throw new ValueFault(`${typeName(value)} has no length`)
}
