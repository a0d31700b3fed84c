/**
 * A set of template values, equal as Python sees it: by content, and `1 == True`.
 * @module
 */
import { checkCharacters, checkDepth } from './bounds.ts'
import { compareCodePoints, isDict } from './dict.ts'

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
    if (!isCollection(value)) return this.#scalars.has(scalarKey(value))
    return this.#collections.has(contentKey(this.#filter, value, 0))
  }

  add(value: unknown): void {
    if (isCollection(value)) this.#collections.add(contentKey(this.#filter, value, 0))
    else this.#scalars.add(scalarKey(value))
  }
}

function isCollection(value: unknown): boolean {
  return Array.isArray(value) || isDict(value)
}

function scalarKey(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'bigint' ? Number(value) : value
}

/** A text that two values share if and only if they are equal. */
function contentKey(filter: string, value: unknown, depth: number): string {
  checkDepth(filter, depth)
  if (Array.isArray(value)) {
    return bounded(filter, `[${value.map((item) => contentKey(filter, item, depth + 1))}]`)
  }
  if (isDict(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => compareCodePoints(a, b))
    const pairs = entries.map(([key, item]) => {
      return `${JSON.stringify(key)}:${contentKey(filter, item, depth + 1)}`
    })
    return bounded(filter, `{${pairs}}`)
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(scalarKey(value))
}

function bounded(filter: string, text: string): string {
  checkCharacters(filter, text.length)
  return text
}
