/**
 * What the expressions of one template share while they are compiled, and how messages name them.
 * @module
 */
import { TemplateFault } from '../template-fault.ts'
import type { Expression } from './ast.ts'
import { describe } from './describe.ts'
import type { Frame } from './frame.ts'
import { placeOf } from './place.ts'
import type { CompiledText, Site } from './run-state.ts'
import type { Vocabulary } from './vocabulary.ts'

export type Evaluate = (frame: Frame) => unknown

/** What the parts of one template share while it is compiled. */
export interface Unit {
  readonly source: CompiledText
  readonly vocabulary: Vocabulary
  /** What the template names and nobody has, outside of conditions. */
  readonly missing: TemplateFault[]
  /** Above 0 within a condition: a filter that is missing there is told when it is come to, as in Jinja2. */
  conditional: number
}

export function siteOf({ source }: Unit, node: Expression): Site {
  return { template: source, offset: startOf(node), text: describe(node) }
}

/** Where an expression begins in the text: the parser notes an operator's, a dot's or a filter's place. */
function startOf(node: Expression): number {
  switch (node.kind) {
    case 'attribute':
    case 'item':
    case 'test':
      return startOf(node.value)
    case 'filter':
      return node.value === undefined ? node.offset : startOf(node.value)
    case 'call':
      return startOf(node.callee)
    case 'binary':
    case 'and':
    case 'or':
      return startOf(node.left)
    case 'compare':
      return startOf(node.first)
    default:
      return node.offset
  }
}

/** What a template names and nobody has: told when it is loaded or, within a condition, when it is come to. */
export function missing(unit: Unit, node: Expression, message: string): Evaluate {
  const { name, text } = unit.source
  const fault = () =>
    new TemplateFault('dialect', message, placeOf(name, text, node.offset), { key: describe(node) })
  if (unit.conditional === 0) unit.missing.push(fault())
  return () => {
    throw fault()
  }
}

/** One fault for all that a template names and nobody has. */
export function missingTogether(faults: readonly TemplateFault[]): TemplateFault | undefined {
  const [first, ...more] = faults
  if (first === undefined || more.length === 0) return first
  const others = more.map(({ message, site }) => `${message} (line ${site.line})`)
  const shown = [first.message, ...others.slice(0, 9)].join('; ')
  const left = others.length > 9 ? `; and ${others.length - 9} more` : ''
  return new TemplateFault(first.kind, `${shown}${left}`, first.site, { key: first.key })
}
