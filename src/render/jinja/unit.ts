/**
 * What the statements of one template share while they are compiled.
 * @module
 */
import type { Body } from './ast.ts'
import type { Unit } from './expression-unit.ts'
import type { Block, Frame } from './frame.ts'
import { goOn, type Signal } from './run-state.ts'
import type { Scope } from './scope.ts'

export type Execute = (frame: Frame) => Signal

/** What the statements of one template share while they are compiled. */
export interface TemplateUnit extends Unit {
  /** Compiles the statements of a body, those of all kinds. */
  readonly compileBody: (body: Body, scope: Scope, unit: TemplateUnit) => Execute
  readonly blocks: Map<string, Block>
  /**
   * Whether what stands outside of blocks is printed: a template that extends another prints only what comes before the tag.
   * `perhaps`: the tag stands in a condition.
   */
  prints: 'yes' | 'perhaps' | 'no'
  /** Above 0 within an `if` or a loop. */
  nested: number
  /** Above 0 within what is kept as a text before it is printed: a macro, a `set`, a `filter`, a recursive loop. */
  kept: number
}

/** Text outside of blocks is left out behind an "extends". */
export function printing(unit: TemplateUnit, compile: () => Execute): Execute | undefined {
  if (unit.prints === 'no') return undefined
  const execute = compile()
  if (unit.prints === 'yes') return execute
  return (frame) => (frame.root.extended === undefined ? execute(frame) : goOn)
}

/** Compiles what is printed in any case: the body of a macro, of a block, of a `set`. */
export function alwaysPrinting<T>(unit: TemplateUnit, compile: () => T): T {
  const { prints, nested } = unit
  unit.prints = 'yes'
  const result = compile()
  unit.prints = prints
  unit.nested = nested
  return result
}

/** Compiles what is kept as a text before it is printed. */
export function keeping<T>(unit: TemplateUnit, compile: () => T): T {
  unit.kept++
  const result = within(unit, compile)
  unit.kept--
  return result
}

/** Compiles what has a scope of its own: a condition around it no longer excuses a filter that is missing. */
export function within<T>(unit: TemplateUnit, compile: () => T): T {
  const { conditional } = unit
  unit.conditional = 0
  const result = compile()
  unit.conditional = conditional
  return result
}
