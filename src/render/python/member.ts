/**
 * `value.name`: attributes and methods of Python's values. Nothing of JavaScript can be reached by name.
 * @module
 */
import { placeInOrder } from './arguments.ts'
import { dictMethods } from './dict-methods.ts'
import { refused, ValueFault } from './fault.ts'
import { isIterable, length } from './iterate.ts'
import { listMethods, tupleMethods } from './list-methods.ts'
import { asNumber, isFloat, type PyNumber, toBigInt, toDouble } from './number.ts'
import { refusedTextMethods, textMethods } from './text-methods.ts'
import {
  type CallArguments,
  Callable,
  DictView,
  Markup,
  NamedTuple,
  Namespace,
  PyDict,
  PyRange,
  Thing,
  Tuple,
  typeName,
} from './values.ts'

/** `getattr(value, name)`; JavaScript's undefined where Python raises an AttributeError. */
export function attribute(value: unknown, name: string): unknown {
  if (value instanceof PyDict) return bound(dictMethods, value, name, refusedDictMethods)
  if (typeof value === 'string') return bound(textMethods, value, name, refusedTextMethods)
  if (value instanceof Namespace) {
    return known(value.members.get(name), value, name)
  }
  if (value instanceof Thing) return known(value.member(name), value, name)
  if (Array.isArray(value)) {
    const at = value instanceof NamedTuple ? value.names.indexOf(name) : -1
    if (at !== -1) return value[at] as unknown
    const methods = value instanceof Tuple ? tupleMethods : listMethods
    return bound(methods, value as unknown[], name, none)
  }
  if (value instanceof Callable) return known(value.members?.get(name), value, name)
  if (value instanceof Markup) throw refused(`members of text that is marked as safe (.${name})`)
  if (value instanceof PyRange) {
    if (name === 'start' || name === 'stop' || name === 'step') return value[name]
    return bound(tupleMethods, rangeItems(value), name, none)
  }
  if (value instanceof DictView) {
    if (name === 'mapping' || name === 'isdisjoint')
      throw refused(`.${name} of a dictionary's view`)
    return refuseHidden(value, name)
  }
  return numberAttribute(value, name)
}

function known(found: unknown, value: unknown, name: string): unknown {
  return found === undefined ? refuseHidden(value, name) : found
}

const none: ReadonlySet<string> = new Set()
const refusedDictMethods: ReadonlySet<string> = new Set(['fromkeys'])

function rangeItems(range: PyRange): unknown[] {
  return range.length > 100_000 ? [] : Array.from({ length: range.length }, (_, at) => range.at(at))
}

function bound<Value>(
  methods: ReadonlyMap<string, (value: Value, args: CallArguments) => unknown>,
  value: Value,
  name: string,
  refusedNames: ReadonlySet<string>,
): unknown {
  const run = methods.get(name)
  if (run !== undefined) return new Callable((args) => run(value, args))
  if (refusedNames.has(name)) throw refused(`.${name}() of ${typeName(value)}`)
  return refuseHidden(value, name)
}

/** Every Python object has members with two underscores; templates here have the length. */
function refuseHidden(value: unknown, name: string): unknown {
  if (name === '__len__' && (isIterable(value) || value instanceof PyDict)) {
    return new Callable(() => length(value))
  }
  if (
    name.startsWith('__') &&
    name.endsWith('__') &&
    name.length > 4 &&
    pythonInternals.has(name)
  ) {
    throw refused(`.${name} of ${typeName(value)}`)
  }
  return undefined
}

const pythonInternals = new Set([
  '__class__', '__doc__', '__dict__', '__module__', '__init__', '__new__', '__call__', '__str__', '__repr__', '__hash__', '__eq__',
  '__ne__', '__lt__', '__le__', '__gt__', '__ge__', '__len__', '__iter__', '__getitem__', '__setitem__', '__delitem__',
  '__contains__', '__add__', '__mul__', '__mod__', '__rmul__', '__rmod__', '__reduce__', '__reduce_ex__', '__getattribute__',
  '__setattr__', '__delattr__', '__dir__', '__format__', '__sizeof__', '__subclasshook__', '__init_subclass__', '__bases__',
  '__mro__', '__subclasses__', '__globals__', '__code__', '__name__', '__self__', '__func__', '__getnewargs__', '__html__',
  '__reversed__', '__or__', '__ror__', '__ior__', '__iadd__', '__imul__', '__bool__', '__int__', '__float__', '__index__', '__abs__',
  '__neg__', '__pos__', '__and__', '__xor__', '__sub__', '__pow__', '__round__', '__class_getitem__',
]) // biome-ignore format: a list of names

/** `(5).real` and the like, for what has them: numbers and booleans. */
function numberAttribute(value: unknown, name: string): unknown {
  const number = asNumber(value)
  if (number === undefined) return refuseHidden(value, name)
  if (refusedNumberMembers.has(name) || (name === 'imag' && isFloat(number))) {
    throw refused(`.${name} of a number`)
  }
  const make = numberMembers.get(name)
  return make === undefined ? refuseHidden(value, name) : make(number)
}

function constant(result: unknown): Callable {
  return new Callable((args) => {
    placeInOrder('a method of a number', [], args)
    return result
  })
}

/** Members of a number by name; undefined for a float or an integer that does not have it. */
export const numberMembers: ReadonlyMap<string, (number: PyNumber) => unknown> = new Map<
  string,
  (number: PyNumber) => unknown
>([
  ['real', (number) => number],
  ['imag', () => 0],
  ['conjugate', (number) => constant(number)],
  ['bit_length', (number) => (isFloat(number) ? undefined : constant(bitLength(number)))],
  [
    'is_integer',
    (number) => (isFloat(number) ? constant(Number.isInteger(toDouble(number))) : undefined),
  ],
  ['numerator', (number) => (isFloat(number) ? undefined : number)],
  ['denominator', (number) => (isFloat(number) ? undefined : 1)],
])

function bitLength(number: PyNumber): number {
  const integer = toBigInt(number as number | bigint)
  return integer === 0n ? 0 : (integer < 0n ? -integer : integer).toString(2).length
}

const refusedNumberMembers: ReadonlySet<string> = new Set([
  'as_integer_ratio',
  'to_bytes',
  'from_bytes',
  'bit_count',
  'hex',
  'fromhex',
])

/** Calls what a template may call. */
export function invoke(fn: unknown, args: CallArguments): unknown {
  if (fn instanceof Callable) return fn.call(args)
  if (fn instanceof Thing) return fn.call(args)
  throw new ValueFault(`${typeName(fn)} cannot be called`)
}
