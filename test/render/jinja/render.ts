/**
 * One template rendered without a server, within the bounds of the render process.
 * @module
 */
import { workerBudget } from '../../../src/render/bounds.ts'
import { compileTemplate } from '../../../src/render/dialects.ts'
import { readJson } from '../../../src/render/python/json.ts'
import type { PyDict } from '../../../src/render/python/values.ts'
import type { Fault } from '../../../src/render/render-job.ts'
import { faultOf, runRender } from '../../../src/render/run-render.ts'

/** `main.j2` of a set; a single text is that template. Variables go as JSON. */
export function renderJinja(
  templates: string | Readonly<Record<string, string>>,
  variables: unknown = {},
): { text: string } | { fault: Fault } {
  const set = typeof templates === 'string' ? { 'main.j2': templates } : templates
  try {
    const compiled = new Map(
      Object.entries(set).map(([name, text]) => [
        name,
        compileTemplate({ name, file: name, text }, { trimBlocks: false, lstripBlocks: false }),
      ]),
    )
    const main = compiled.get('main.j2')
    if (main === undefined) throw new Error('no main.j2')
    const end = runRender(
      main,
      {
        dialect: 'jinja',
        variables: {
          variables: readJson(JSON.stringify(variables)) as PyDict,
          facts: {},
          serverUrl: 'http://ztpush.example',
        },
      },
      {
        find: (name) => compiled.get(name),
        hashes: new Map(),
        budget: workerBudget,
        now: () => performance.now(),
      },
    )
    if (end.kind === 'text') return { text: end.text }
    if (end.kind === 'fault') return { fault: end.fault }
    throw new Error(`the render ended with ${end.kind}`)
  } catch (error) {
    return { fault: faultOf(error, 'main.j2') }
  }
}

/** The text that a template renders to. */
export function textOf(...args: Parameters<typeof renderJinja>): string {
  const end = renderJinja(...args)
  if ('text' in end) return end.text
  throw new Error(`it does not render: ${end.fault.message}`)
}

/** Why a template does not render. */
export function faultIn(...args: Parameters<typeof renderJinja>): Fault {
  const end = renderJinja(...args)
  if ('fault' in end) return end.fault
  throw new Error(`it renders: ${end.text}`)
}
