/**
 * An explanation for people on a terminal.
 * @module
 */
import type { EventView } from '../core/api-schemas.ts'
import type { ExplainedVariable, Explanation } from '../core/explanation.ts'
import type { Place } from '../core/place.ts'
import { printable } from '../core/printable.ts'
import { describeProblem, type ProblemJson, problemFromJson } from '../core/problem.ts'
import { aligned } from './aligned.ts'
import { definitionLines } from './explain-definition-text.ts'
import { topologyLines } from './explain-topology-text.ts'

/** Gives a text a colour, where there are colours. */
export type Paint = (text: string, colour: 'bold' | 'dim' | 'red' | 'green' | 'yellow') => string

const codes = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33' }

/** What switches and operators wrote is made harmless for terminals. */
export function explanationText(explanation: Explanation, colour: boolean): string {
  const paint: Paint = (text, name) =>
    colour && text !== '' ? `\u001b[${codes[name]}m${text}\u001b[0m` : text
  const parts = [
    identityLines(explanation, paint),
    variableLines(explanation.variables, paint),
    templateLines(explanation, paint),
    topologyLines(explanation, paint),
    definitionLines(explanation.definition, paint),
    eventLines(explanation.events, paint),
  ]
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** `file:line`, printable. */
export function placeText(place: Place | null): string {
  if (place === null) return ''
  return printable(place.line === null ? place.file : `${place.file}:${place.line}`)
}

/** One line that tells of a problem. */
export function problemText(problem: ProblemJson, paint: Paint): string {
  const mark = paint(problem.severity, problem.severity === 'error' ? 'red' : 'yellow')
  return `${mark}: ${printable(describeProblem(problemFromJson(problem)))}`
}

/** Longer values are cut; `--json` has them whole. */
const maxValue = 44

/** A value as an operator would write it, on one line. */
export function valueText(value: unknown): string {
  const plain =
    typeof value === 'string' &&
    value !== '' &&
    value.trim() === value &&
    !/^(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|true|false|null|yes|no|on|off)$/i.test(value)
  const text = printable(plain ? value : JSON.stringify(value))
  return text.length <= maxValue ? text : `${text.slice(0, maxValue - 1)}…`
}

function identityLines(explanation: Explanation, paint: Paint): string[] {
  const { name, identity, entry, node } = explanation
  const rows: string[][] = []
  const add = (what: string, ...cells: (string | null)[]) => {
    const told = cells.filter((cell) => cell !== null && cell !== '').map((cell) => cell ?? '')
    if (told.length > 0) rows.push([paint(what, 'dim'), told.join('  ')])
  }
  const groups = entry?.groups.length ? `groups ${printable(entry.groups.join(', '))}` : null
  if (entry === null) add('inventory', 'no entry')
  else add('inventory', printable(entry.id), paint(placeText(entry.at), 'dim'), groups)
  if (node !== null) add('data root', nodeText(node))
  add('system MAC', identity.systemMac)
  add('serial number', identity.serialNumber && printable(identity.serialNumber))
  add('model', identity.model && printable(identity.model))
  add('EOS', identity.eosVersion && printable(identity.eosVersion))
  const lines = [paint(printable(name), 'bold'), ...aligned(rows, '  ')]
  for (const problem of [entry?.problem, node?.problem]) {
    if (problem) lines.push(`  ${problemText(problem, paint)}`)
  }
  return lines
}

function nodeText({
  id,
  state,
  startupConfig,
  report,
  neighbors,
}: NonNullable<Explanation['node']>) {
  const folder = `nodes/${printable(id)}`
  const what = {
    known: startupConfig ? `${folder}, with a startup-config` : folder,
    unfinished: `${folder}, with neither definition nor startup-config: it is refused`,
    absent: `no folder yet; it would be ${folder}`,
  }[state]
  const seen =
    report === null
      ? 'no report'
      : `sees ${neighbors.length} neighbor${neighbors.length === 1 ? '' : 's'}`
  return `${what}; ${seen}`
}

function variableLines(variables: readonly ExplainedVariable[], paint: Paint): string[] {
  if (variables.length === 0) return []
  const rows = variables.flatMap(({ path, value, layer, at, overrides, allocations }) => [
    [printable(path.join('.')), valueText(value), printable(layer), paint(placeText(at), 'dim')],
    ...overrides.map((each) => [
      '',
      paint(`overrides ${valueText(each.value)}`, 'dim'),
      paint(printable(each.layer), 'dim'),
      paint(placeText(each.at), 'dim'),
    ]),
    ...allocations.map(({ pool, value: given, problem }) => [
      '',
      problem === null
        ? `pool ${printable(pool)} would give ${given === null ? '?' : printable(given)}`
        : problemText(problem, paint),
    ]),
  ])
  return [paint('Variables', 'bold'), ...aligned(rows, '  ')]
}

const reasons = {
  variable: 'the variable "template"',
  model: 'named like the model',
  default: 'the default',
}

function templateLines({ template }: Explanation, paint: Paint): string[] {
  if (template === null) return []
  const { name, by, at, file, bytes, problem } = template
  const reason = by === null ? '' : reasons[by]
  const place =
    at === null ? placeText((file && { file, line: null, column: null }) || null) : placeText(at)
  const lines = [paint('Template', 'bold')]
  if (name !== null) lines.push(`  ${printable(name)}  ${reason}  ${paint(place, 'dim')}`.trimEnd())
  lines.push(
    problem === null
      ? `  ${paint('renders', 'green')} ${bytes} bytes`
      : `  ${problemText(problem, paint)}`,
  )
  return lines
}

function eventLines(events: readonly EventView[] | null, paint: Paint): string[] {
  if (events === null || events.length === 0) return []
  const rows = events.map(({ at, kind, request, status, from, problem, action, message }) => [
    paint(at, 'dim'),
    kind,
    [request, status, action, problem, message]
      .filter((part) => part !== null)
      .map((part) => printable(String(part)))
      .join(' '),
    paint(from === null ? '' : `from ${printable(from)}`, 'dim'),
  ])
  return [paint('Latest requests', 'bold'), ...aligned(rows, '  ')]
}
