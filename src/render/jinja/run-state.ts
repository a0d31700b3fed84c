/**
 * The render that is going on: where in its templates it is, and what it has written. Renders are synchronous, so a thread has one at
 * a time.
 * @module
 */

import type { TemplateFault } from '../template-fault.ts'
import type { CompiledJinja } from './compiled.ts'

/** A place that a message can point at. */
export interface Site {
  readonly template: CompiledText
  readonly offset: number
  /** The expression as an engineer would write it, shortened; empty where there is none. */
  readonly text: string
}

/** The text that a template was made of. */
export interface CompiledText {
  readonly name: string
  readonly text: string
}

/** What the parts of a running template share. */
export const state = {
  /** What was written last to the innermost output. */
  output: '',
  /** Where something that can fail is being done. */
  site: undefined as Site | undefined,
  /** Finds the templates that others name. */
  find: undefined as FindTemplate | undefined,
  /** What was imported without context: one copy for all who import it. */
  modules: new Map<CompiledJinja, unknown>(),
}

/** Finds a template by name: compiled, or the reason why it is broken. */
export type FindTemplate = (name: string) => CompiledJinja | TemplateFault | undefined

/** Runs something and gives what it wrote. */
export function capture(run: () => void): string {
  const before = state.output
  state.output = ''
  run()
  const text = state.output
  state.output = before
  return text
}

/** What a statement tells the loop around it. */
export type Signal = 0 | 1 | 2
export const goOn = 0
export const leaveLoop = 1
export const nextTurn = 2
