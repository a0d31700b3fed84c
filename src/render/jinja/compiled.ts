/**
 * A template that can be run.
 * @module
 */
import type { Block, Context } from './frame.ts'

/** A compiled template. */
export interface CompiledJinja {
  readonly name: string
  readonly text: string
  readonly blocks: ReadonlyMap<string, Block>
  /** Runs the template at the top of a context; what it prints goes to the output. */
  readonly run: (context: Context) => void
}
