/**
 * Names and their values while a template runs.
 * @module
 */
import type { CompiledJinja } from './compiled.ts'

/** Gives the value of a name that is there before the template sets anything; undefined: there is none. */
export type GivenNames = (name: string) => unknown

/** The names at the top of a template, and the blocks that it and those it extends have. */
export class Context {
  /** The template that is rendered: how `self` prints. */
  readonly name: string
  readonly given: GivenNames
  /** What the template has set at its top. */
  readonly set = new Map<string, unknown>()
  /** Names set at the top by an import: others cannot import them from here. */
  readonly imported = new Set<string>()
  /** Block name → its versions, the one that counts first. */
  blocks = new Map<string, readonly Block[]>()

  constructor(name: string, given: GivenNames) {
    this.name = name
    this.given = given
  }

  lookup(name: string): unknown {
    const value = this.set.get(name)
    return value === undefined ? this.given(name) : value
  }

  /** The same blocks, seen with other names: those around a scoped block. */
  derived(names: GivenNames): Context {
    const context = new Context(this.name, names)
    context.blocks = this.blocks
    return context
  }

  addBlocks({ blocks }: CompiledJinja): void {
    for (const [name, block] of blocks) {
      this.blocks.set(name, [...(this.blocks.get(name) ?? []), block])
    }
  }
}

/** A block of one template. */
export interface Block {
  readonly required: boolean
  /** Runs it; what it prints goes to the output. */
  readonly run: (context: Context) => void
}

/** The values of one scope. */
export class Frame {
  readonly slots: unknown[]
  readonly parent: Frame | undefined
  readonly context: Context
  readonly root: RootState

  constructor(size: number, parent: Frame | undefined, context: Context, root: RootState) {
    this.slots = new Array(size)
    this.parent = parent
    this.context = context
    this.root = root
  }

  /** A scope inside of this one. */
  inner(size: number): Frame {
    return new Frame(size, this, this.context, this.root)
  }
}

/** What the top of a running template knows of itself. */
export interface RootState {
  /** The template that it extends, from the tag on. */
  extended: CompiledJinja | undefined
}
