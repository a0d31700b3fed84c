/**
 * `to_yaml`, `to_nice_yaml` and `from_yaml`, as Ansible has them.
 * @module
 */
import { flag, requireCount } from './arguments.ts'
import type { Filter } from './filter.ts'
import { isTruthy } from './python-value.ts'
import { emitYaml, type YamlStyle } from './yaml-emitter.ts'
import { parseYaml, parseYamlDocuments } from './yaml-reader.ts'

/** `to_yaml`, `to_nice_yaml`, `from_yaml`, `from_yaml_all`. */
export const yamlFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  [
    'to_yaml',
    {
      params: [],
      keywordOnly: [
        'indent',
        'width',
        'sort_keys',
        'explicit_start',
        'explicit_end',
        'default_flow_style',
      ],
      run: (value, ...[indent, width, sortKeys, explicitStart, explicitEnd, flow]) => {
        const style = styleOf('to_yaml', { indent, width, sortKeys, explicitStart, explicitEnd })
        return emitYaml('to_yaml', value, { ...style, flow: flowOf(flow) })
      },
    },
  ],
  [
    'to_nice_yaml',
    {
      params: ['indent'],
      keywordOnly: ['width', 'sort_keys', 'explicit_start', 'explicit_end'],
      run: (value, ...[indent, width, sortKeys, explicitStart, explicitEnd]) => {
        const given = { indent: indent ?? 4, width, sortKeys, explicitStart, explicitEnd }
        return emitYaml('to_nice_yaml', value, { ...styleOf('to_nice_yaml', given), flow: 'none' })
      },
    },
  ],
  [
    'from_yaml',
    { params: [], run: (value) => readText(value, (text) => parseYaml('from_yaml', text)) },
  ],
  [
    'from_yaml_all',
    {
      params: [],
      run: (value) => readText(value, (text) => parseYamlDocuments('from_yaml_all', text)),
    },
  ],
])

interface Given {
  readonly indent: unknown
  readonly width: unknown
  readonly sortKeys: unknown
  readonly explicitStart: unknown
  readonly explicitEnd: unknown
}

const DEFAULT_INDENT = 2
const DEFAULT_WIDTH = 80

function styleOf(filter: string, given: Given): Omit<YamlStyle, 'flow'> {
  const indent = requireCount(filter, 'indent', given.indent ?? DEFAULT_INDENT, [0, 1000])
  const width = requireWidth(filter, given.width)
  // libyaml falls back to its defaults where it cannot follow
  const usedIndent = indent < 2 || indent > 9 ? DEFAULT_INDENT : indent
  const usedWidth = width <= usedIndent * 2 ? DEFAULT_WIDTH : width
  return {
    indent: usedIndent,
    width: usedWidth,
    sortKeys: flag(given.sortKeys, true),
    explicitStart: flag(given.explicitStart),
    explicitEnd: flag(given.explicitEnd),
  }
}

function requireWidth(filter: string, width: unknown): number {
  // `width=float('inf')` is how playbooks switch folding off
  if (width === Number.POSITIVE_INFINITY) return width
  const columns = requireCount(filter, 'width', width ?? DEFAULT_WIDTH, [-1, 2 ** 31 - 1])
  return columns < 0 ? Number.POSITIVE_INFINITY : columns
}

function flowOf(value: unknown): YamlStyle['flow'] {
  if (value === undefined || value === null) return 'leaves'
  return isTruthy(value) ? 'all' : 'none'
}

/** What is no text has been read already. */
function readText(value: unknown, read: (text: string) => unknown): unknown {
  return typeof value === 'string' ? read(value) : value
}
