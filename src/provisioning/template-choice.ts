/**
 * Which template a switch is rendered with, and why that one.
 * @module
 */
import { entryAt, switchName } from '../core/inventory.ts'
import { Problem } from '../core/problem.ts'
import { statedTemplate } from '../core/variables.ts'
import type { Snapshot, TemplateSet } from '../ports.ts'

export interface TemplateChoice {
  readonly name: string
  /** The variable `template`, the model of the switch, or neither. */
  readonly by: 'variable' | 'model' | 'default'
}

/**
 * The template of a switch: the merged `template` variable; else `<model>.njk` or `.j2`, if there is one; else the default, or its
 * Jinja2 twin when only that one is there.
 */
export function chooseTemplate(
  snapshot: Snapshot,
  ordinal: number,
  model: string | undefined,
  defaultTemplate: string,
): TemplateChoice | Problem {
  const { inventory, templates } = snapshot
  const stated = statedTemplate(inventory, ordinal)
  if (typeof stated === 'string') return { name: stated, by: 'variable' }
  if (model !== undefined && /^[A-Za-z0-9._+-]+$/.test(model)) {
    const ofModel = [`${model}.njk`, `${model}.j2`].find((name) => hasTemplate(templates, name))
    if (ofModel !== undefined) return { name: ofModel, by: 'model' }
  }
  const twin = defaultTemplate.replace(/\.njk$/, '.j2')
  const chosen = [defaultTemplate, twin].find((name) => hasTemplate(templates, name))
  if (chosen !== undefined) return { name: chosen, by: 'default' }
  return new Problem('template-missing', `there is no template "${defaultTemplate}"`, {
    key: '[dynconfig] template',
    switch: switchName(entryAt(inventory, ordinal)),
    fix: 'add it to the templates folder, or name another in the inventory ("template")',
  })
}

/** Whether there is a template of a name, good or broken. */
export function hasTemplate(templates: TemplateSet, name: string): boolean {
  return templates.templates.has(name) || templates.broken.has(name)
}
