/**
 * Which names a template sees: frames for loops, macros and `set`; a context for the variables of the switch, blocks and exports.
 * Only names that were put there are found, never what a prototype holds.
 * @module
 */
import { TemplateFault } from '../template-fault.ts'

/** A scope inside of a template, as Nunjucks nests them. */
export class Frame {
  readonly variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  readonly parent: Frame | undefined
  /** True in the outermost frame of a template: `set` reaches the context there. */
  topLevel = false
  private readonly isolateWrites: boolean

  constructor(parent?: Frame, isolateWrites?: boolean) {
    this.parent = parent
    this.isolateWrites = isolateWrites === true
  }

  set(name: string, value: unknown, resolveUp?: boolean): void {
    const frame = resolveUp === true ? (this.resolve(name) ?? this) : this
    frame.variables[name] = value
  }

  /** The nearest frame that has the name and may be written to from here. */
  private resolve(name: string): Frame | undefined {
    if (name in this.variables) return this
    return this.isolateWrites ? undefined : this.parent?.resolve(name)
  }

  push(isolateWrites?: boolean): Frame {
    return new Frame(this, isolateWrites)
  }

  pop(): Frame | undefined {
    return this.parent
  }
}

/** The code of a block, as the compiler defines it. */
export type BlockCode = (
  env: unknown,
  context: Context,
  frame: Frame,
  runtime: unknown,
  done: (error: unknown, text?: string) => void,
) => void

/** The names that a render begins with: the switch's variables, and what no variable may be called. */
export interface GivenNames {
  readonly variables: Readonly<Record<string, unknown>>
  readonly reserved: Readonly<Record<string, unknown>>
}

/** What one run of a template knows. An included template gets one of its own on top of its parent's. */
export class Context {
  extendsCount = 0
  private readonly own: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  private readonly blocks = new Map<string, BlockCode[]>()
  private readonly exported = new Set<string>()
  private readonly outer: Context | undefined
  private readonly given: GivenNames
  private readonly globals: Readonly<Record<string, unknown>>

  constructor(given: GivenNames, globals: Readonly<Record<string, unknown>>, outer?: Context) {
    this.given = given
    this.globals = globals
    this.outer = outer
  }

  lookup(name: string): unknown {
    if (name in this.own) return this.own[name]
    if (this.outer !== undefined) return this.outer.lookup(name)
    const { variables, reserved } = this.given
    if (Object.hasOwn(reserved, name)) return reserved[name]
    if (Object.hasOwn(variables, name)) return variables[name]
    return Object.hasOwn(this.globals, name) ? this.globals[name] : undefined
  }

  setVariable(name: string, value: unknown): void {
    this.own[name] = value
  }

  /** A context for a template that sees what this one sees. The compiler asks for it under this name. */
  getVariables(): Context {
    return this
  }

  inner(): Context {
    return new Context(this.given, this.globals, this)
  }

  addBlock(name: string, code: BlockCode): void {
    const blocks = this.blocks.get(name)
    if (blocks === undefined) this.blocks.set(name, [code])
    else blocks.push(code)
  }

  getBlock(name: string): BlockCode {
    const code = this.blocks.get(name)?.[0]
    if (code === undefined) throw new Error(`there is no block "${name}"`)
    return code
  }

  getSuper(
    env: unknown,
    name: string,
    block: BlockCode,
    frame: Frame,
    runtime: unknown,
    done: (error: unknown, text?: string) => void,
  ): void {
    const blocks = this.blocks.get(name) ?? []
    const above = blocks[blocks.indexOf(block) + 1]
    if (above === undefined) {
      throw new TemplateFault('failed', `super(): no template above has a block "${name}"`, {
        template: '',
        line: 1,
        column: 1,
      })
    }
    above(env, this, frame, runtime, done)
  }

  addExport(name: string): void {
    this.exported.add(name)
  }

  /** What `import` gives: the names that the template set at its top level. */
  getExported(): Record<string, unknown> {
    const result = Object.create(null) as Record<string, unknown>
    for (const name of this.exported) result[name] = this.own[name]
    return result
  }
}
