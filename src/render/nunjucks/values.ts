/**
 * What templates may do with values: look into them, call what is meant to be called, print them. The allow-lists are what keeps
 * a template inside of its data: nothing of a prototype can be reached by name.
 * @module
 */

/** Functions that a template may call: macros, globals, methods of the lists below. */
const callables = new WeakSet<object>()

/** Lets templates call a function. */
export function callable<Fn extends (...args: never[]) => unknown>(fn: Fn): Fn {
  callables.add(fn)
  return fn
}

export function isCallable(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function' && callables.has(value)
}

const stringMethods = new Set([
  'at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'localeCompare',
  'match', 'padEnd', 'padStart', 'repeat', 'replace', 'replaceAll', 'search', 'slice', 'split', 'startsWith', 'substr',
  'substring', 'toLowerCase', 'toString', 'toUpperCase', 'trim', 'trimEnd', 'trimStart',
]) // biome-ignore format: a list of names
const listMethods = new Set([
  'at', 'concat', 'flat', 'includes', 'indexOf', 'join', 'lastIndexOf', 'pop', 'push', 'reverse', 'shift', 'slice', 'sort',
  'toString', 'unshift',
]) // biome-ignore format: a list of names
const numberMethods = new Set(['toFixed', 'toPrecision', 'toString'])
const regexMethods = new Set(['test', 'exec'])

/** `target.name` or `target[name]`; undefined where there is no such thing, and for everything that is not data. */
export function member(target: unknown, name: unknown): unknown {
  if (target === undefined || target === null) return undefined
  if (typeof target === 'string') {
    if (name === 'length') return target.length
    const index = indexOf(name)
    return index === undefined ? method(target, name, stringMethods) : target[index]
  }
  if (Array.isArray(target)) {
    if (name === 'length') return target.length
    const index = indexOf(name)
    return index === undefined ? method(target, name, listMethods) : (target[index] as unknown)
  }
  if (typeof target === 'number') return method(target, name, numberMethods)
  if (target instanceof RegExp) return method(target, name, regexMethods)
  if (typeof target !== 'object') return undefined
  const key = typeof name === 'number' ? String(name) : name
  if (typeof key !== 'string' || !Object.hasOwn(target, key)) return undefined
  return (target as Record<string, unknown>)[key]
}

/** The index that a name stands for, where it is one. */
function indexOf(name: unknown): number | undefined {
  const index = typeof name === 'string' && /^\d{1,9}$/.test(name) ? Number(name) : name
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : undefined
}

/** A method of a list above, bound to its value; {@link boundMethod} tells which one it is. */
function method(target: unknown, name: unknown, allowed: ReadonlySet<string>): unknown {
  if (typeof name !== 'string' || !allowed.has(name)) return undefined
  const fn = (target as Record<string, (...args: unknown[]) => unknown>)[name]
  if (fn === undefined) return undefined
  const bound = callable((...args: unknown[]) => fn.apply(target, args))
  bindings.set(bound, { target, name })
  return bound
}

const bindings = new WeakMap<object, { readonly target: unknown; readonly name: string }>()

/** Which method of which value a function is that {@link member} gave. */
export function boundMethod(
  fn: object,
): { readonly target: unknown; readonly name: string } | undefined {
  return bindings.get(fn)
}

/** What a value is called in a message. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a macro or method'
  if (typeof value === 'object')
    return value instanceof RegExp ? 'a regular expression' : 'a dictionary'
  return (
    { string: 'a text', number: 'a number', boolean: 'a boolean' }[typeof value as string] ??
    'undefined'
  )
}
