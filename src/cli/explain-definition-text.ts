/**
 * The part of an explanation about actions and their attributes, for people.
 * @module
 */
import type {
  ExplainedAction,
  ExplainedAttribute,
  ExplainedDefinition,
} from '../core/explanation.ts'
import type { Place } from '../core/place.ts'
import { printable } from '../core/printable.ts'
import { aligned } from './aligned.ts'
import { type Paint, placeText, problemText, valueText } from './explain-text.ts'

const sources = {
  node: 'its own',
  pattern: 'by the pattern',
  'startup-config': 'its startup-config alone',
}

export function definitionLines(definition: ExplainedDefinition | null, paint: Paint): string[] {
  if (definition === null) return []
  const { from, file, actions, problem } = definition
  const lines = [
    `${paint('Definition', 'bold')}  ${sources[from]}  ${paint(printable(file ?? ''), 'dim')}`.trimEnd(),
  ]
  if (problem !== null) lines.push(`  ${problemText(problem, paint)}`)
  actions.forEach((action, at) => {
    lines.push(`  ${at + 1}  ${actionTitle(action, paint)}`)
    lines.push(
      ...aligned(
        action.attributes.flatMap((each) => attributeRows(each, paint)),
        '     ',
      ),
    )
  })
  return lines
}

function actionTitle({ name, action, always, origin, at }: ExplainedAction, paint: Paint): string {
  const parts = [
    printable(name ?? action ?? 'nameless'),
    name === null ? '' : printable(action ?? 'no action'),
    always ? 'always' : '',
    origin === 'startup-config' ? 'because of its startup-config' : '',
    paint(at?.line ? `line ${at.line}` : '', 'dim'),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

const scopes = {
  action: 'action',
  definition: 'definition',
  node: 'attributes',
  inventory: 'inventory',
}

function attributeRows(attribute: ExplainedAttribute, paint: Paint): string[][] {
  const { path, value, scope, at, written, overrides, reference, calls } = attribute
  const notRun = calls.some((call) => call.value === null && call.problem === null)
  const origin = [
    sourceText(scope, at),
    ...(reference === null ? [] : [referenceText(written, reference)]),
    ...calls
      .filter((call) => call.value !== null)
      .map(({ plugin, argument }) => printable(`by ${plugin}('${argument}')`)),
    ...(notRun ? ['a plugin that was not run'] : []),
  ]
  return [
    [printable(path.join('.')), valueText(value), paint(origin.join(', '), 'dim')],
    ...overrides.map((each) => [
      '',
      paint(`overrides ${valueText(each.value)}`, 'dim'),
      paint(sourceText(each.scope, each.at), 'dim'),
    ]),
    ...calls.flatMap(({ problem }) =>
      problem === null ? [] : [['', problemText(problem, paint)]],
    ),
  ]
}

function referenceText(
  written: unknown,
  { scope, at }: NonNullable<ExplainedAttribute['reference']>,
): string {
  const source = scope === null ? 'nobody sets' : `from ${sourceText(scope, at)}`
  return `${valueText(written)} ${source}`
}

/** The file of a definition stands above its actions; that of the inventory may be any of several. */
function sourceText(scope: ExplainedAttribute['scope'], at: Place | null): string {
  if (scope === 'inventory') return `inventory ${placeText(at)}`.trimEnd()
  return at?.line ? `${scopes[scope]} line ${at.line}` : scopes[scope]
}
