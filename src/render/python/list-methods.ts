/**
 * The methods of Python's `list` and `tuple`.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { needCount, place, placeInOrder, type Signature } from './arguments.ts'
import { same } from './compare.ts'
import { ValueFault } from './fault.ts'
import { listOf } from './iterate.ts'
import { sortValues } from './sort.ts'
import { type CallArguments, Callable, typeName } from './values.ts'

type Method = (list: unknown[], args: CallArguments) => unknown

function method(
  name: string,
  signature: Signature,
  run: (list: unknown[], ...args: unknown[]) => unknown,
): [string, Method] {
  return [
    name,
    (list, args) => {
      currentMeter().step(1 + (list.length >> 4))
      return run(list, ...placeInOrder(`.${name}()`, signature, args)) ?? null
    },
  ]
}

/** Methods that leave a list as it is: those of a tuple. */
export const tupleMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  method('count', ['value'], (list, value) => list.filter((each) => same(each, value)).length),
  method('index', ['value', 'start?', 'stop?'], (list, value, start, stop) => {
    const from = start === undefined ? 0 : fromEnd(needCount('.index()', start), list.length)
    const to = stop === undefined ? list.length : fromEnd(needCount('.index()', stop), list.length)
    for (let at = from; at < Math.min(to, list.length); at++) if (same(list[at], value)) return at
    throw new ValueFault('.index(): the value is not in the list')
  }),
])

/** Python's methods of a list, by name. They change the list itself. */
export const listMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ...tupleMethods,
  method('append', ['value'], (list, value) => {
    currentMeter().grow(8)
    list.push(value)
  }),
  method('clear', [], (list) => {
    list.length = 0
  }),
  method('copy', [], (list) => listOf(list)),
  method('extend', ['values'], (list, values) => {
    for (const value of listOf(values)) list.push(value)
  }),
  method('insert', ['index', 'value'], (list, index, value) => {
    currentMeter().grow(8)
    list.splice(fromEnd(needCount('.insert()', index), list.length), 0, value)
  }),
  method('pop', ['index?'], (list, index) => {
    const asked = index === undefined ? -1 : needCount('.pop()', index)
    const at = asked < 0 ? asked + list.length : asked
    if (at < 0 || at >= list.length) throw new ValueFault('.pop(): there is no such item')
    return list.splice(at, 1)[0]
  }),
  method('remove', ['value'], (list, value) => {
    const at = list.findIndex((each) => same(each, value))
    if (at === -1) throw new ValueFault('.remove(): the value is not in the list')
    list.splice(at, 1)
  }),
  method('reverse', [], (list) => {
    list.reverse()
  }),
  [
    'sort',
    (list, args) => {
      const [key, reverse] = place('.sort()', ['*', 'key?', 'reverse?'], args)
      if (key !== undefined && key !== null && !(key instanceof Callable)) {
        throw new ValueFault(`.sort(): ${typeName(key)} cannot be called`)
      }
      const keyOf =
        key instanceof Callable
          ? (value: unknown) => key.call({ positional: [value], named: undefined })
          : undefined
      const sorted = sortValues(
        list,
        keyOf,
        reverse !== undefined && needCount('.sort()', reverse) !== 0,
      )
      list.splice(0, list.length, ...sorted)
      return null
    },
  ],
])

function fromEnd(at: number, length: number): number {
  return at < 0 ? Math.max(0, at + length) : at
}
