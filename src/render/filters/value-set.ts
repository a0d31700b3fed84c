/**
 * A set of template values, equal as Python sees it: by content, and `1 == True`.
 * @module
 */
import { hashKey, PyDict, Tuple, Undefined } from '../python/values.ts'
import { checkCharacters, checkDepth } from './bounds.ts'
import { FilterError } from './filter.ts'

/** Looking up takes time by the size of the value, however many there are. */
export class ValueSet {
  readonly #filter: string
  readonly #scalars = new Set<unknown>()
  readonly #collections = new Set<string>()

  constructor(filter: string, values: Iterable<unknown> = []) {
    this.#filter = filter
    for (const value of values) this.add(value)
  }

  has(value: unknown): boolean {
    if (!isCollection(value)) return this.#scalars.has(hashKey(value))
    return this.#collections.has(contentKey(this.#filter, value, 0))
  }

  add(value: unknown): void {
    if (isCollection(value)) this.#collections.add(contentKey(this.#filter, value, 0))
    else this.#scalars.add(hashKey(value))
  }
}

function isCollection(value: unknown): boolean {
  return Array.isArray(value) || value instanceof PyDict
}

/** A text that two values share if and only if they are equal. */
function contentKey(filter: string, value: unknown, depth: number): string {
  checkDepth(filter, depth)
  if (value instanceof Undefined) throw new FilterError(`${filter}: ${value.what} is undefined`)
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => contentKey(filter, item, depth + 1))
    return bounded(filter, value instanceof Tuple ? `(${items})` : `[${items}]`)
  }
  if (value instanceof PyDict) {
    const pairs = value
      .entries()
      .map(([key, item]) => `${contentKey(filter, key, 0)}:${contentKey(filter, item, depth + 1)}`)
    return bounded(filter, `{${pairs.sort()}}`)
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(hashKey(value))
}

function bounded(filter: string, text: string): string {
  checkCharacters(filter, text.length)
  return text
}
