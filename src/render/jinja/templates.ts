/**
 * Templates that use each other: include, import, extends, and what blocks know of themselves.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { ValueFault } from '../python/fault.ts'
import { listOf } from '../python/iterate.ts'
import { quoted } from '../python/text.ts'
import { Callable, defined, Thing, typeName, Undefined } from '../python/values.ts'
import { TemplateFault } from '../template-fault.ts'
import type { CompiledJinja } from './compiled.ts'
import { type Block, Context, type GivenNames } from './frame.ts'
import { globalNames } from './globals.ts'
import { headerMark } from './header.ts'
import { placeOf } from './place.ts'
import { capture, type Site, state } from './run-state.ts'

/** The fault at a site. */
export function faultAt(
  site: Site,
  kind: TemplateFault['kind'],
  message: string,
  fix?: string,
): TemplateFault {
  const { template, offset, text } = site
  const key = text === '' ? undefined : text
  return new TemplateFault(kind, message, placeOf(template.name, template.text, offset), {
    key,
    fix,
  })
}

/** The template that a value names, or the first that is there of a list of names. */
export function findTemplate(value: unknown, site: Site): CompiledJinja
export function findTemplate(
  value: unknown,
  site: Site,
  ignoreMissing: boolean,
): CompiledJinja | undefined
export function findTemplate(
  value: unknown,
  site: Site,
  ignoreMissing = false,
): CompiledJinja | undefined {
  state.site = site
  defined(value)
  const names = typeof value === 'string' ? [value] : listOf(value)
  for (const name of names) {
    if (typeof name !== 'string') {
      defined(name)
      throw new ValueFault(`the name of a template is a text, found ${typeName(name)}`)
    }
    const found = lookUp(name, site)
    if (found !== undefined) return found
  }
  if (ignoreMissing) return undefined
  const shown = names.map((name) => JSON.stringify(name)).join(' or ')
  throw faultAt(site, 'missing', `there is no template ${shown}`)
}

function lookUp(name: string, site: Site): CompiledJinja | undefined {
  if (name.startsWith('/') || /[\0\\]/.test(name) || name.split('/').includes('..')) {
    throw faultAt(
      site,
      'missing',
      `the template name ${JSON.stringify(name)} leaves the templates folder`,
      'name a file inside of the templates folder',
    )
  }
  const path = name.split('/').filter((part) => part !== '' && part !== '.')
  const resolved = path.join('/')
  if (/\.njk$/i.test(resolved)) {
    throw faultAt(
      site,
      'dialect',
      `${JSON.stringify(name)} is Nunjucks; a Jinja2 template cannot use it`,
    )
  }
  const found = resolved === '' ? undefined : state.find?.(resolved)
  if (found instanceof TemplateFault) throw found
  if (found?.text.startsWith(headerMark) === true) {
    throw faultAt(
      site,
      'dialect',
      `not for templates here: the line "${headerMark}" in a template that another one uses`,
      `take it out of ${JSON.stringify(resolved)}`,
    )
  }
  return found
}

/** Runs another template where this one stands. `names` is what it sees besides the globals; undefined: nothing. */
export function include(template: CompiledJinja, names: GivenNames | undefined): void {
  enter(() => template.run(contextOf(template, names)))
}

function contextOf(template: CompiledJinja, names: GivenNames | undefined): Context {
  const context = new Context(template.name, names ?? globalNames)
  context.addBlocks(template)
  return context
}

function enter(run: () => void): void {
  const meter = currentMeter()
  meter.step(20)
  meter.enter()
  run()
  meter.leave()
}

/** An imported template: what it has set at its top, and what it prints. */
class Module extends Thing {
  private readonly context: Context
  private readonly text: string

  constructor(context: Context, text: string) {
    super()
    this.context = context
    this.text = text
  }

  override member(name: string): unknown {
    const hidden = name.startsWith('_') || this.context.imported.has(name)
    return hidden ? undefined : this.context.set.get(name)
  }

  override print(): string {
    return this.text
  }

  override show(): string {
    return `<TemplateModule ${quoted(this.context.name)}>`
  }
}

/** Runs a template for what it sets. */
export function importModule(template: CompiledJinja, names: GivenNames | undefined): Thing {
  const known = names === undefined ? state.modules.get(template) : undefined
  if (known instanceof Thing) return known
  const context = contextOf(template, names)
  const text = capture(() => enter(() => template.run(context)))
  const module = new Module(context, text)
  if (names === undefined) state.modules.set(template, module)
  return module
}

/** What `from … import name` gives. */
export function importName(module: Thing, template: CompiledJinja, name: string): unknown {
  const value = module.member(name)
  if (value !== undefined) return value
  return new Undefined(`"${name}", which ${JSON.stringify(template.name)} does not set,`)
}

/** Runs the block that counts for a name. */
export function runBlock(name: string, context: Context): void {
  const block = context.blocks.get(name)?.[0]
  if (block === undefined) throw new ValueFault(`there is no block "${name}"`)
  if (block.required)
    throw new ValueFault(`the block "${name}" is required, and no template fills it`)
  enter(() => block.run(context))
}

/** `self`: the blocks of the template, to print them again. */
export class SelfBlocks extends Thing {
  private readonly context: Context
  constructor(context: Context) {
    super()
    this.context = context
  }

  override member(name: string): unknown {
    const { context } = this
    if (!context.blocks.has(name)) return undefined
    return new Callable(() => capture(() => runBlock(name, context)))
  }

  override print(): string {
    return `<TemplateReference ${quoted(this.context.name)}>`
  }
}

/** `super`: what the template that this one extends has in the same block. */
export function superBlock(name: string, block: Block, context: Context): unknown {
  const versions = context.blocks.get(name) ?? []
  const next = versions[versions.indexOf(block) + 1]
  return next === undefined
    ? new Undefined(`a block "${name}" further up`)
    : new SuperBlock(name, next, context)
}

class SuperBlock extends Thing {
  private readonly name: string
  private readonly block: Block
  private readonly context: Context
  constructor(name: string, block: Block, context: Context) {
    super()
    this.name = name
    this.block = block
    this.context = context
  }

  override member(name: string): unknown {
    return name === 'super' ? superBlock(this.name, this.block, this.context) : undefined
  }

  override call(): unknown {
    return capture(() => enter(() => this.block.run(this.context)))
  }
}
