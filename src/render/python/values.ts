/**
 * Python's values as this program holds them. Text, `None` and booleans are JavaScript's own. An integer is a whole `number`, or a
 * `bigint` beyond what a number holds exactly; a float is a `number` with a fraction (or one that is not finite), or a
 * {@link WholeFloat}. A list is an array, a tuple a {@link Tuple}, a dictionary a {@link PyDict}.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { undefinedFault, ValueFault } from './fault.ts'

/** A float without a fraction: `1.0`, which Python prints with its point. */
export class WholeFloat {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** A float of either form. */
export function toFloat(value: number): number | WholeFloat {
  return Number.isInteger(value) ? new WholeFloat(value) : value
}

/** An integer of either form. */
export function toInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** A list that cannot be changed. What is made of one by `map` and `slice` is a list. */
export class Tuple extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  static with(items: readonly unknown[]): Tuple {
    const tuple = new Tuple(items.length)
    for (let at = 0; at < items.length; at++) tuple[at] = items[at]
    return tuple
  }
}

/** A tuple whose items have names as well. */
export class NamedTuple extends Tuple {
  names: readonly string[] = []

  static named(names: readonly string[], items: readonly unknown[]): NamedTuple {
    const tuple = new NamedTuple(items.length)
    for (let at = 0; at < items.length; at++) tuple[at] = items[at]
    tuple.names = names
    return tuple
  }
}

/** A value that is not there. `what` is how messages name it, in quotes where it is an expression. */
export class Undefined {
  readonly what: string
  constructor(what: string) {
    this.what = what
  }
}

/** What an `if` without `else` gives when its condition is false: it prints as nothing, is false and empty. */
export class Nothing extends Undefined {}

/** Refuses what is not there; what may stand for nothing is let through. */
export function defined(value: unknown): unknown {
  if (value instanceof Undefined && !(value instanceof Nothing)) throw undefinedFault(value.what)
  return value
}

/** What `range()` gives. */
export class PyRange {
  readonly start: number
  readonly stop: number
  readonly step: number
  readonly length: number
  constructor(start: number, stop: number, step: number) {
    this.start = start
    this.stop = stop
    this.step = step
    this.length = Math.max(0, Math.ceil((stop - start) / step))
  }

  at(index: number): number {
    return this.start + index * this.step
  }
}

/** What `namespace()` gives: the one thing that a template may assign members of. */
export class Namespace {
  readonly members = new Map<string, unknown>()
}

/** Arguments of a call, as Python tells them apart. */
export interface CallArguments {
  readonly positional: readonly unknown[]
  /** Undefined where nothing is given by name. */
  readonly named: ReadonlyMap<string, unknown> | undefined
}

/** Something that a template can call: a macro, a method, a global function. */
export class Callable {
  /** How it prints, as far as that has a fixed form. */
  readonly shown: string | undefined
  readonly call: (args: CallArguments) => unknown
  /** What `.name` and the like give; undefined: it has no members. */
  readonly members: ReadonlyMap<string, unknown> | undefined

  constructor(
    call: (args: CallArguments) => unknown,
    shown?: string,
    members?: ReadonlyMap<string, unknown>,
  ) {
    this.call = call
    this.shown = shown
    this.members = members
  }
}

/** Something with members and, where it can be called or printed, a way to do so: `loop`, `self`, an imported template. */
export abstract class Thing {
  /** What Python calls its type. */
  get type(): string {
    return 'object'
  }
  /** The member of a name; undefined where it has none. */
  abstract member(name: string): unknown
  /** What it prints as; undefined: nothing with a fixed form. */
  print(): string | undefined {
    return undefined
  }
  /** What it prints as within a list. */
  show(): string | undefined {
    return this.print()
  }
  /** Calls it. */
  call(_args: CallArguments): unknown {
    throw new ValueFault(`${typeName(this)} cannot be called`)
  }
}

/** Text that is marked as safe in HTML. It prints as it is; nothing here escapes. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Whether Python calls it a list; a tuple is none. */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !(value instanceof Tuple)
}

/** A view of a dictionary: `d.keys()`, `d.values()`, `d.items()`. */
export class DictView {
  readonly kind: 'keys' | 'values' | 'items'
  readonly dict: PyDict
  constructor(kind: 'keys' | 'values' | 'items', dict: PyDict) {
    this.kind = kind
    this.dict = dict
  }

  list(): unknown[] {
    if (this.kind === 'keys') return [...this.dict.keys()]
    if (this.kind === 'values') return [...this.dict.values()]
    return this.dict.entries().map(([key, value]) => Tuple.with([key, value]))
  }
}

/** A dictionary: keys of any kind that Python can hash, in the order in which they came. */
export class PyDict {
  private readonly map = new Map<unknown, unknown>()
  /** Keys that are not what they are found by: `True`, floats, tuples. */
  private odd: Map<unknown, unknown> | undefined

  static from(entries: Iterable<readonly [unknown, unknown]>): PyDict {
    const dict = new PyDict()
    for (const [key, value] of entries) dict.set(key, value)
    return dict
  }

  get size(): number {
    return this.map.size
  }

  /** The value of a key; JavaScript's undefined where there is none. */
  get(key: unknown): unknown {
    return this.map.get(isPlainKey(key) ? key : hashKey(key))
  }

  has(key: unknown): boolean {
    return this.map.has(isPlainKey(key) ? key : hashKey(key))
  }

  set(key: unknown, value: unknown): void {
    if (isPlainKey(key)) {
      this.map.set(key, value)
      return
    }
    const hash = hashKey(key)
    if (hash !== key && !this.map.has(hash)) {
      this.odd ??= new Map()
      this.odd.set(hash, key)
    }
    this.map.set(hash, value)
  }

  delete(key: unknown): boolean {
    const hash = hashKey(key)
    this.odd?.delete(hash)
    return this.map.delete(hash)
  }

  clear(): void {
    this.map.clear()
    this.odd = undefined
  }

  *keys(): IterableIterator<unknown> {
    const { odd } = this
    if (odd === undefined) yield* this.map.keys()
    else for (const hash of this.map.keys()) yield odd.has(hash) ? odd.get(hash) : hash
  }

  values(): IterableIterator<unknown> {
    return this.map.values()
  }

  entries(): [unknown, unknown][] {
    const { odd } = this
    if (odd === undefined) return [...this.map]
    return [...this.map].map(([hash, value]) => [odd.has(hash) ? odd.get(hash) : hash, value])
  }

  copy(): PyDict {
    return PyDict.from(this.entries())
  }
}

/** Keys that are found by themselves. A text that begins like the hash of a tuple is not. */
function isPlainKey(key: unknown): boolean {
  return typeof key === 'string' && key.charCodeAt(0) !== 0
}

/** What equal keys share and others do not: `1`, `1.0` and `True` are one key. */
export function hashKey(key: unknown): unknown {
  if (typeof key === 'string') return key.charCodeAt(0) === 0 ? `\0s${key}` : key
  if (typeof key === 'number' || typeof key === 'bigint' || key === null) return key
  if (typeof key === 'boolean') return Number(key)
  if (key instanceof WholeFloat) {
    return Number.isSafeInteger(key.value) ? key.value + 0 : toInteger(BigInt(key.value))
  }
  if (key instanceof Tuple) {
    const text = `\0t${key.map((item) => {
      const hash = hashKey(item)
      if (typeof hash === 'object' && hash !== null) throw unhashable(hash)
      return typeof hash === 'string' ? JSON.stringify(hash) : String(hash)
    })}`
    currentMeter().grow(text.length)
    return text
  }
  if (key instanceof Undefined) throw undefinedFault(key.what)
  if (key instanceof Markup) return hashKey(key.text)
  throw unhashable(key)
}

function unhashable(key: unknown): ValueFault {
  return new ValueFault(`unhashable type: ${typeName(key)} cannot be a key`)
}

/** Python's name of a value's type, in quotes. */
export function typeName(value: unknown): string {
  return `'${typeOf(value)}'`
}

/** Python's name of a value's type. */
export function typeOf(value: unknown): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'string' || value instanceof Markup) return 'str'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  if (value instanceof WholeFloat) return 'float'
  if (value instanceof Tuple) return 'tuple'
  if (Array.isArray(value)) return 'list'
  if (value instanceof PyDict) return 'dict'
  if (value instanceof Undefined) return 'AnsibleUndefined'
  if (value instanceof PyRange) return 'range'
  if (value instanceof DictView) return `dict_${value.kind}`
  if (value instanceof Namespace) return 'Namespace'
  if (value instanceof Thing) return value.type
  return value instanceof Callable ? 'function' : 'object'
}
