/**
 * What an action is sent as `attributes`: three scopes merged, references replaced, plugins called.
 * @module
 */
import { type Exact, type ExactMap, isExactList, isExactMap } from './exact-value.ts'

/** Overlays mappings, farthest first: dictionaries of the same name merge at every depth, anything else of a nearer one replaces. */
export function mergeScopes(...scopes: readonly ExactMap[]): ExactMap {
  const merged = new Map<string, Exact>()
  for (const scope of scopes) {
    for (const [name, value] of scope) {
      const before = merged.get(name)
      const both = isExactMap(before) && isExactMap(value)
      merged.set(name, both ? mergeScopes(before, value) : value)
    }
  }
  return merged
}

/** Where the value of a name comes from: the first scope that has it, even if it is null there. */
export interface ReferenceScopes {
  /** The file `attributes` of the node. */
  readonly node: ExactMap
  /** The definition's global attributes. */
  readonly global: ExactMap
  /** The action's own. */
  readonly own: ExactMap
  /** The merged variables of the switch in the inventory. */
  readonly inventory: () => ExactMap
}

/**
 * What a name means, dictionaries of the node's and the global attributes merged; undefined: nobody sets it.
 * @param self the attribute that asks: it is not what it asks for
 */
export function findReference(
  scopes: ReferenceScopes,
  name: string,
  self: string,
): Exact | undefined {
  const { node, global, own, inventory } = scopes
  const near = node.get(name)
  const far = global.get(name)
  if (isExactMap(near) && isExactMap(far)) return mergeScopes(far, near)
  const stated = near === undefined ? far : near
  if (stated !== undefined) return stated
  return name !== self && own.has(name) ? own.get(name) : inventory().get(name)
}

/**
 * Replaces texts that begin with `$`, right in the attributes and right in a dictionary of them. One level only: a value that is
 * found is taken as it is.
 */
export function replaceReferences(attributes: ExactMap, scopes: ReferenceScopes): ExactMap {
  const replaced = new Map<string, Exact>()
  for (const [name, value] of attributes) {
    const replace = (item: Exact): Exact =>
      typeof item === 'string' && item.startsWith('$')
        ? (findReference(scopes, item.slice(1), name) ?? null)
        : item
    const isNested = isExactMap(value)
    replaced.set(
      name,
      isNested ? new Map([...value].map(([key, item]) => [key, replace(item)])) : replace(value),
    )
  }
  return replaced
}

/** A call of a plugin, as a text begins with one. */
export interface PluginCall {
  readonly name: string
  readonly argument: string
}

const call = /^([A-Za-z0-9_]+)\((?:'(\S*?)'|"(\S*?)")\)/

/** The call that a text begins with; undefined: it is plain text. */
export function parsePluginCall(text: string): PluginCall | undefined {
  const match = call.exec(text)
  if (match === null) return undefined
  const [, name = '', single, double] = match
  return { name, argument: single ?? double ?? '' }
}

/**
 * Replaces the plugin calls in attributes by what `run` gives for them, one after the other in the order of the file: texts at any
 * depth of dictionaries, and in lists of texts.
 */
export async function runPlugins(
  attributes: ExactMap,
  run: (call: PluginCall) => Promise<string>,
): Promise<ExactMap> {
  const results = new Map<string, Exact>()
  for (const [name, value] of attributes) results.set(name, await runIn(value, run))
  return results
}

async function runIn(value: Exact, run: (call: PluginCall) => Promise<string>): Promise<Exact> {
  if (typeof value === 'string') {
    const found = parsePluginCall(value)
    return found === undefined ? value : await run(found)
  }
  if (isExactMap(value)) return runPlugins(value, run)
  if (!isExactList(value)) return value
  const items: Exact[] = []
  for (const item of value) items.push(typeof item === 'string' ? await runIn(item, run) : item)
  return items
}

/** Every plugin call in attributes. */
export function pluginCalls(value: Exact): readonly PluginCall[] {
  if (typeof value === 'string') {
    const found = parsePluginCall(value)
    return found === undefined ? [] : [found]
  }
  if (isExactMap(value)) return [...value.values()].flatMap(pluginCalls)
  if (!isExactList(value)) return []
  return value.flatMap((item) => (typeof item === 'string' ? pluginCalls(item) : []))
}
