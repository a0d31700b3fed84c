/**
 * What a Jinja2 template sees before it sets anything: the switch's variables, all of them as `sw`, and `switch` and `server`.
 * @module
 */
import type { Exact, ExactMap } from '../../core/exact-value.ts'
import { fromExact } from '../python/json.ts'
import { PyDict } from '../python/values.ts'
import type { GivenNames } from './frame.ts'

/** The variables of a switch as they come: from the inventory, or read from JSON already. */
export interface JinjaVariables {
  readonly variables: ExactMap | PyDict
  readonly facts: Readonly<Record<string, unknown>>
  readonly serverUrl: string
}

/**
 * Each value is made when a template asks for it: its own copy, which no render can share with another.
 * @param onServer called when it asks for `server`
 */
export function givenNames(
  { variables, facts, serverUrl }: JinjaVariables,
  onServer: () => void,
): GivenNames {
  const made = new Map<string, unknown>()
  const make = (name: string): unknown => {
    const value = variables.get(name)
    return value === undefined || variables instanceof PyDict ? value : fromExact(value as Exact)
  }
  const special: Readonly<Record<string, () => unknown>> = {
    sw: () => PyDict.from([...variables.keys()].map((key) => [key, names(String(key))] as const)),
    switch: () => PyDict.from(Object.entries(facts).filter(([, value]) => value !== undefined)),
    server: () => {
      onServer()
      return PyDict.from([['url', serverUrl]])
    },
  }
  const names: GivenNames = (name) => {
    const known = made.get(name)
    if (known !== undefined) return known
    const value = Object.hasOwn(special, name) ? special[name]?.() : make(name)
    if (value !== undefined) made.set(name, value)
    return value
  }
  return names
}
