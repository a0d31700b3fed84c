/**
 * Which template a switch gets, why that one, and whether it renders.
 * @module
 */
import type { ExplainedTemplate } from '../core/explanation.ts'
import { toPlace } from '../core/place.ts'
import { Problem, problemToJson } from '../core/problem.ts'
import { traceVariables } from '../core/provenance.ts'
import type { Snapshot, SwitchFacts } from '../ports.ts'
import type { AllocationOptions } from './config-allocations.ts'
import { renderSwitch, switchFacts } from './config-answer.ts'
import { chooseTemplate } from './template-choice.ts'

interface TemplateSources {
  readonly snapshot: Snapshot
  readonly defaultTemplate: string
  readonly serverUrl: string
}

/**
 * The template as the server would choose it.
 * @param asking what the switch says of itself
 */
export async function explainTemplate(
  { snapshot, defaultTemplate, serverUrl }: TemplateSources,
  ordinal: number,
  asking: Partial<SwitchFacts>,
  allocations: AllocationOptions,
): Promise<ExplainedTemplate> {
  const { inventory, templates } = snapshot
  const { model } = switchFacts(inventory, ordinal, asking)
  const choice = chooseTemplate(snapshot, ordinal, model, defaultTemplate)
  const options = { ...allocations, defaultTemplate }
  const answer = await renderSwitch(snapshot, ordinal, asking, serverUrl, options)
  const end = {
    renders: answer.kind === 'config',
    bytes: answer.kind === 'config' ? new TextEncoder().encode(answer.text).length : null,
    problem: answer.kind === 'config' ? null : problemToJson(answer.problem),
  }
  if (choice instanceof Problem) return { name: null, by: null, at: null, file: null, ...end }
  const stated =
    choice.by === 'variable'
      ? traceVariables(inventory, ordinal).find(({ path }) => path[0] === 'template')
      : undefined
  const file = templates.templates.get(choice.name)?.source.file
  return {
    ...choice,
    at: stated === undefined ? null : toPlace(stated.from.at),
    file: file ?? templates.broken.get(choice.name)?.at?.file ?? null,
    ...end,
  }
}
