/**
 * The faults of a render, with their fixes.
 * @module
 */
import { TemplateFault, type TemplatePlace } from '../template-fault.ts'
import type { Site } from './site.ts'

/** What Jinja2's users write, and how Nunjucks has it. */
export const pythonMethods: ReadonlyMap<string, string> = new Map([
  ['items', 'write {% for key, value in d %}'],
  ['keys', 'write {% for key, value in d %}'],
  ['values', 'write {% for key, value in d %}'],
  ['get', 'write (d.key | default(…))'],
  ['upper', 'write | upper'],
  ['lower', 'write | lower'],
  ['strip', 'write | trim'],
  ['format', 'write ~ between the parts'],
  ['append', 'write .push(…)'],
  ['startswith', 'write .startsWith(…)'],
  ['endswith', 'write .endsWith(…)'],
])

/** A value that is not there was used at a place. */
export function undefinedFault(site: Site): TemplateFault {
  if (/\[-\d+\]$/.test(site.text)) {
    return new TemplateFault('undefined', `"${site.text}" is undefined`, site, {
      key: site.text,
      fix: 'Nunjucks does not count from the end: write "| last", or .at(-2)',
    })
  }
  const hint = pythonMethods.has(site.text.split('.').at(-1) ?? '')
  return new TemplateFault('undefined', `"${site.text}" is undefined`, site, {
    key: site.text,
    fix: hint
      ? 'Nunjucks has no Python methods: rename the template to .j2, which is Jinja2'
      : 'state it in the inventory, or write "| default(…)"',
  })
}

/** Nunjucks would read a construct otherwise than Jinja2. `fix` is Nunjucks' way to write it. */
export function misread(
  message: string,
  place: TemplatePlace,
  key: string,
  fix: string,
): TemplateFault {
  return new TemplateFault('misread', message, place, { key, fix: orRename(fix) })
}

/** A fix that leads from Jinja2 to Nunjucks, with the one that does not. */
export function orRename(fix: string): string {
  return `${fix}; or rename the template to .j2, which is Jinja2`
}

/** Something else went wrong at a place. */
export function failed(message: string, site: Site, fix?: string): TemplateFault {
  return new TemplateFault('failed', message, site, { key: site.text, fix })
}
