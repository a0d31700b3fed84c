/**
 * Runs compiled templates.
 * @module
 */
import { BudgetExceeded, Elsewhere, type Meter } from '../bounds.ts'
import { withMeter } from '../current-meter.ts'
import { ValueFault } from '../python/fault.ts'
import { TemplateFault } from '../template-fault.ts'
import type { CompiledJinja } from './compiled.ts'
import { Context, type GivenNames } from './frame.ts'
import { globalNames } from './globals.ts'
import { type FindTemplate, state } from './run-state.ts'
import { faultAt } from './templates.ts'

/**
 * Renders a template with the names given.
 * @throws {TemplateFault}, and what the meter throws
 */
export function renderJinja(
  find: FindTemplate,
  template: CompiledJinja,
  given: GivenNames,
  meter: Meter,
): string {
  state.output = ''
  state.site = undefined
  state.find = find
  state.modules = new Map()
  const context = new Context(template.name, (name) => {
    const value = given(name)
    return value === undefined ? globalNames(name) : value
  })
  context.addBlocks(template)
  try {
    return withMeter(meter, () => {
      meter.enter()
      template.run(context)
      meter.leave()
      return state.output
    })
  } catch (error) {
    throw asFault(error, template)
  } finally {
    state.output = ''
    state.modules = new Map()
  }
}

function asFault(error: unknown, template: CompiledJinja): unknown {
  const site = state.site ?? { template, offset: 0, text: '' }
  if (error instanceof ValueFault) {
    const kind = error.kind === 'refused' ? 'dialect' : error.kind
    return faultAt(site, kind, error.message, error.fix)
  }
  if (error instanceof BudgetExceeded) return faultAt(site, 'bounds', error.message)
  if (error instanceof RangeError) return faultAt(site, 'bounds', error.message)
  if (error instanceof Elsewhere || error instanceof TemplateFault) return error
  return error
}
