/**
 * The files that a new node's folder begins with.
 * @module
 */
import type { NodeReport } from '../core/node-report.ts'
import type { Pattern } from '../core/pattern.ts'
import type { SourceNode, SourcePair } from '../core/source-text.ts'
import { yaml11Node } from '../core/yaml11-writer.ts'

/**
 * The `pattern` file: what the node matched, so that it is checked against the same again. Names of variables stay, `definition`
 * is left out. A pattern without interfaces is written as an open one.
 */
export function patternFileText(pattern: Pattern, report: NodeReport): string {
  const { written, variables } = pattern
  const open = report.interfaces.some(({ peers }) => peers.length > 0)
    ? list(dictionary([['any', text('any:any')]]))
    : // "any: any:any" needs a neighbour: it would shut out the very node that it is written for
      list()
  const fields: readonly (readonly [string, SourceNode | undefined])[] = [
    ['name', written.name],
    ['node', written.node],
    ['model', written.model],
    ['config-handler', written.configHandler],
    ['variables', variables.size === 0 ? undefined : dictionary([...variables])],
    ['interfaces', written.interfaces ?? open],
  ]
  const given = fields.filter((field): field is readonly [string, SourceNode] => {
    const [, node] = field
    return node !== undefined
  })
  return yaml11Node(dictionary(given))
}

function text(value: string): SourceNode {
  return { kind: 'scalar', start: 0, value, text: undefined }
}

function list(...items: readonly SourceNode[]): SourceNode {
  return { kind: 'list', start: 0, items }
}

function dictionary(entries: readonly (readonly [string, SourceNode])[]): SourceNode {
  const pairs: SourcePair[] = entries.map(([key, value]) => ({ key, keyStart: 0, value }))
  return { kind: 'dictionary', start: 0, pairs }
}
