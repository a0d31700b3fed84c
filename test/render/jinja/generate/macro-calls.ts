/**
 * Calls of the macros that a place can call.
 * @module
 */
import type { Growth, Macro } from './growth.ts'

/** A call that mostly fits the macro; undefined where there is none. */
export function callMacro(growth: Growth): string | undefined {
  if (growth.macros.length === 0) return undefined
  const macro = growth.pick(growth.macros)
  if (growth.chance(2))
    return `${macro.name}.${growth.pick(['name', 'arguments', 'catch_kwargs', 'catch_varargs', 'caller'])}`
  return `${macro.name}(${callArguments(growth, macro)})`
}

export function callArguments(growth: Growth, macro: Macro): string {
  const given: string[] = []
  let named = false
  for (const { name, kind, optional } of macro.parameters) {
    if (growth.chance(optional ? 40 : 3)) named = true
    else {
      named ||= growth.chance(25)
      given.push(named ? `${name}=${growth.any(kind)}` : growth.any(kind))
    }
  }
  if (!named && growth.chance(macro.varargs ? 60 : 2))
    given.push(growth.any('int'), growth.any('str'))
  else if (macro.varargs && !named && growth.chance(20)) given.push('*ws')
  if (growth.chance(macro.kwargs ? 60 : 2)) given.push(`extra=${growth.any('int')}`)
  else if (macro.kwargs && growth.chance(20)) given.push("**{'o': 1, 'p': 'q'}")
  return given.join(', ')
}
