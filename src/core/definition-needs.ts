/**
 * What a definition needs to be there: actions, files, plugins, pools, attributes; each with its place.
 * @module
 */
import { type PluginCall, parsePluginCall } from './attributes.ts'
import { locateIn, type OperatorFile } from './operator-file.ts'
import type { SourceLocation } from './problem.ts'
import type { SourceNode } from './source-text.ts'

/** A thing that a definition names. */
export type Need = { readonly at: SourceLocation; readonly key: string } & (
  | { readonly kind: 'action'; readonly name: string }
  /** Below `files/`. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'plugin'; readonly call: PluginCall }
  /** An attribute that neither the definition nor the action sets. */
  | { readonly kind: 'attribute'; readonly name: string }
)

type Fields = ReadonlyMap<string, SourceNode>

/** Everything that a definition names, in the order of the file. What is malformed in it is left out. */
export function definitionNeeds(file: OperatorFile): readonly Need[] {
  const fields = fieldsOf(file.root)
  const global = fieldsOf(fields.get('attributes'))
  const needs: Need[] = []
  const place = (node: SourceNode, key: string) => ({
    at: locateIn(file, node.start),
    key,
  })
  const actions = fields.get('actions')
  const items = actions?.kind === 'list' ? actions.items : []
  for (const [number, item] of items.entries()) {
    const path = `actions[${number}]`
    const own = fieldsOf(item)
    const action = own.get('action')
    const name = textOf(action)
    if (action !== undefined && name !== undefined) {
      needs.push({ ...place(action, `${path}.action`), kind: 'action', name })
    }
    const attributes = fieldsOf(own.get('attributes'))
    for (const [key, node] of [...global, ...attributes]) {
      // a global attribute is looked at once
      if (number > 0 && global.get(key) === node) continue
      const where = global.get(key) === node ? `attributes.${key}` : `${path}.attributes.${key}`
      needs.push(...needsOf(node, where, key, { global, attributes }, place))
    }
  }
  return needs
}

function needsOf(
  node: SourceNode,
  where: string,
  name: string,
  scopes: { readonly global: Fields; readonly attributes: Fields },
  place: (node: SourceNode, key: string) => { at: SourceLocation; key: string },
): readonly Need[] {
  const needs: Need[] = []
  const look = (each: SourceNode, key: string, depth: number): void => {
    if (each.kind === 'dictionary') {
      for (const pair of each.pairs) look(pair.value, `${key}.${pair.key}`, depth + 1)
    } else if (each.kind === 'list') {
      // references are not looked for in lists
      each.items.forEach((item, at) => {
        if (item.kind === 'scalar') look(item, `${key}[${at}]`, 2)
      })
    } else {
      const text = textOf(each)
      if (text === undefined) return
      const call = parsePluginCall(text)
      const reference = depth < 2 && text.startsWith('$') ? text.slice(1) : undefined
      const file = name === 'url' || name === 'src_url' ? filePath(text) : undefined
      if (call !== undefined) needs.push({ ...place(each, key), kind: 'plugin', call })
      if (file !== undefined) needs.push({ ...place(each, key), kind: 'file', path: file })
      if (reference !== undefined && !isSet(scopes, reference, name)) {
        needs.push({ ...place(each, key), kind: 'attribute', name: reference })
      }
    }
  }
  look(node, where, 0)
  return needs
}

function isSet(
  { global, attributes }: { readonly global: Fields; readonly attributes: Fields },
  name: string,
  self: string,
): boolean {
  return global.has(name) || (name !== self && attributes.has(name))
}

/** The path below `files/` of a URL on this server; undefined for others. */
function filePath(url: string): string | undefined {
  const match = /^\/?files\/([^?#]+)$/.exec(url)
  return match?.[1]
}

function fieldsOf(node: SourceNode | undefined): Fields {
  const pairs = node?.kind === 'dictionary' ? node.pairs : []
  return new Map(pairs.map(({ key, value }) => [key, value]))
}

function textOf(node: SourceNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}
