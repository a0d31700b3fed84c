/**
 * The methods of Python's `dict`.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { placeInOrder, type Signature } from './arguments.ts'
import { ValueFault } from './fault.ts'
import { listOf } from './iterate.ts'
import { type CallArguments, DictView, PyDict, Tuple } from './values.ts'

type Method = (dict: PyDict, args: CallArguments) => unknown

function method(
  name: string,
  signature: Signature,
  run: (dict: PyDict, ...args: unknown[]) => unknown,
): [string, Method] {
  return [name, (dict, args) => run(dict, ...placeInOrder(`.${name}()`, signature, args)) ?? null]
}

/** Python's methods of a dictionary, by name. */
export const dictMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  method('clear', [], (dict) => dict.clear()),
  method('copy', [], (dict) => {
    currentMeter().grow(dict.size << 4)
    return dict.copy()
  }),
  method('get', ['key', 'default?'], (dict, key, otherwise) => {
    const value = dict.get(key)
    return value === undefined ? otherwise : value
  }),
  method('items', [], (dict) => new DictView('items', dict)),
  method('keys', [], (dict) => new DictView('keys', dict)),
  method('pop', ['key', 'default?'], (dict, key, otherwise) => {
    const value = dict.get(key)
    if (value === undefined && otherwise === undefined) {
      throw new ValueFault('.pop(): there is no such key')
    }
    dict.delete(key)
    return value === undefined ? otherwise : value
  }),
  method('popitem', [], (dict) => {
    const last = dict.entries().at(-1)
    if (last === undefined) throw new ValueFault('.popitem(): the dictionary is empty')
    dict.delete(last[0])
    return Tuple.with(last)
  }),
  method('setdefault', ['key', 'default?'], (dict, key, otherwise) => {
    const known = dict.get(key)
    if (known !== undefined) return known
    currentMeter().grow(16)
    dict.set(key, otherwise ?? null)
    return otherwise
  }),
  [
    'update',
    (dict, { positional, named }) => {
      const [other, ...more] = positional
      if (more.length > 0) throw new ValueFault('.update() takes at most one dictionary')
      if (other !== undefined) for (const [key, value] of pairsOf(other)) dict.set(key, value)
      for (const [key, value] of named ?? []) dict.set(key, value)
      currentMeter().grow(dict.size << 3)
      return null
    },
  ],
  method('values', [], (dict) => new DictView('values', dict)),
])

/** Keys and values of a dictionary, or of a list of pairs: what `dict()` takes. */
export function pairsOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (value instanceof PyDict) return value.entries()
  return listOf(value).map((each) => {
    const pair = listOf(each)
    if (pair.length !== 2)
      throw new ValueFault(`a pair of a key and a value has 2 items, found ${pair.length}`)
    return [pair[0], pair[1]]
  })
}
