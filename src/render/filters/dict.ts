/**
 * Dictionaries: plain objects read and built by own keys only, so that a key such as `__proto__` is a key like any
 * other.
 * @module
 */

/** A template's dictionary. */
export type Dict = Readonly<Record<string, unknown>>

/** Whether `value` is a dictionary: a plain object, not a list, not an instance of a class. */
export function isDict(value: unknown): value is Dict {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** What `dict` itself holds under `key`, undefined when it holds nothing. */
export function ownValue(dict: Dict, key: string): unknown {
  return Object.hasOwn(dict, key) ? dict[key] : undefined
}

/** A new dictionary with these entries; of two with the same key the later one's value stays. */
export function dictOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const dict: Record<string, unknown> = {}
  for (const [key, value] of entries) setOwn(dict, key, value)
  return dict
}

/** Sets `dict[key]`, for a dictionary that is still being built. */
export function setOwn(dict: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    // an assignment would change the prototype instead
    Object.defineProperty(dict, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
    return
  }
  dict[key] = value
}

/** Orders texts by code point, as Python does; `<` would order by UTF-16 unit. */
export function compareCodePoints(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length)
  for (let index = 0; index < shorter; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) {
      // surrogates stand for code points above every other unit
      const aIsSurrogate = a >= 0xd800 && a <= 0xdfff
      const bIsSurrogate = b >= 0xd800 && b <= 0xdfff
      if (aIsSurrogate !== bIsSurrogate) return aIsSurrogate ? 1 : -1
      return a - b
    }
  }
  return left.length - right.length
}
