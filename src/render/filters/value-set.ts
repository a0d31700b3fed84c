/**
 * A set of template values, equal as Python sees it. Looking up takes the same time however many there are, unless
 * the values are lists or dictionaries.
 * @module
 */
import { isEqual } from './python-value.ts'

export class ValueSet {
  readonly #scalars = new Set<unknown>()
  readonly #collections = new Map<string, unknown[]>()

  constructor(values: Iterable<unknown> = []) {
    for (const value of values) this.add(value)
  }

  has(value: unknown): boolean {
    if (!isCollection(value)) return this.#scalars.has(scalarKey(value))
    return this.#collections.get(shapeOf(value))?.some((each) => isEqual(each, value)) ?? false
  }

  add(value: unknown): void {
    if (!isCollection(value)) {
      this.#scalars.add(scalarKey(value))
      return
    }
    const shape = shapeOf(value)
    const alike = this.#collections.get(shape)
    if (alike === undefined) this.#collections.set(shape, [value])
    else alike.push(value)
  }
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function scalarKey(value: unknown): unknown {
  // 1 == True, and a bigint equals a number of the same size
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'bigint' ? Number(value) : value
}

/** Something that equal collections have in common and others seldom do. */
function shapeOf(value: object): string {
  const texts = Object.entries(value).filter(([, item]) => typeof item === 'string')
  return `${Array.isArray(value)} ${Object.keys(value).length} ${texts.flat().sort().join('\0').slice(0, 200)}`
}
