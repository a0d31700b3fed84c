/**
 * The templates of a folder, compiled, and how they find and run each other.
 * @module
 */
import tests from 'nunjucks/src/tests.js'
import { BudgetExceeded, Elsewhere, type Meter } from '../bounds.ts'
import type { Filter } from '../filters/filter.ts'
import { TemplateFault } from '../template-fault.ts'
import type { WhitespaceRules } from '../whitespace-rules.ts'
import { findBuiltinFilter } from './builtin-filters.ts'
import { compileTemplate } from './compiler.ts'
import { globals } from './globals.ts'
import { parseTemplate } from './parse.ts'
import { fromPlain, toPlain } from './plain.ts'
import { prepareTemplate } from './prepare.ts'
import type { Vocabulary } from './refusals.ts'
import { currentMeter, currentPlace, withMeter } from './render-state.ts'
import { createRuntime } from './runtime.ts'
import { type BlockCode, Context, Frame, type GivenNames } from './scope.ts'
import type { Site } from './site.ts'

/** A compiled template, in the form that the compiler's code expects of another template. */
export interface Compiled {
  readonly name: string
  readonly blocks: Readonly<Record<string, BlockCode>>
  readonly rootRenderFunc: BlockCode
}

/** Makes the vocabulary of the dialect: Nunjucks' filters and those given, Nunjucks' tests. */
export function vocabularyWith(findFilter: (name: string) => Filter | undefined): Vocabulary {
  return {
    findFilter: (name) => {
      const builtin = findBuiltinFilter(name)
      if (builtin !== undefined) return builtin
      const shared = findFilter(name)
      return shared === undefined ? undefined : onPlainValues(shared)
    },
    hasTest: (name) => Object.hasOwn(tests, name),
  }
}

/** A shared filter as Nunjucks' values reach it. */
function onPlainValues(filter: Filter): Filter {
  return {
    ...filter,
    run: (value, ...args) => toPlain(filter.run(fromPlain(value), ...args.map(fromPlain))),
  }
}

/**
 * Compiles one template.
 * @throws {TemplateFault}
 */
export function compile(
  name: string,
  text: string,
  rules: WhitespaceRules,
  vocabulary: Vocabulary,
): Compiled {
  const root = prepareTemplate(name, parseTemplate(name, text, rules), vocabulary)
  const { code, sites } = (() => {
    try {
      return compileTemplate(name, root, vocabulary)
    } catch (error) {
      if (error instanceof TemplateFault) throw error
      const {
        lineno = 0,
        colno = 0,
        message,
      } = error as { lineno?: number; colno?: number; message: string }
      throw new TemplateFault('syntax', message, {
        template: name,
        line: lineno + 1,
        column: colno + 1,
      })
    }
  })()
  const { root: rootRenderFunc, ...rest } = new Function('$', code)(sites) as Record<
    string,
    BlockCode
  >
  if (rootRenderFunc === undefined) throw new Error('compiled without a root')
  const blocks = Object.create(null) as Record<string, BlockCode>
  for (const [key, block] of Object.entries(rest)) blocks[key.replace(/^b_/, '')] = block
  return { name, blocks, rootRenderFunc }
}

/** Finds a template by name: compiled, or the reason why there is none. */
export type FindTemplate = (name: string) => Compiled | TemplateFault | undefined

/**
 * Renders a template with the variables given.
 * @throws {TemplateFault}, and what the meter throws
 */
export function render(
  find: FindTemplate,
  template: Compiled,
  given: GivenNames,
  meter: Meter,
): string {
  return withMeter(meter, () =>
    runTemplate(find, template, new Context(given, globals), new Frame()),
  )
}

function runTemplate(
  find: FindTemplate,
  template: Compiled,
  context: Context,
  frame: Frame,
): string {
  for (const name of Object.keys(template.blocks)) {
    const block = template.blocks[name]
    if (block !== undefined) context.addBlock(name, block)
  }
  frame.topLevel = true
  const meter = currentMeter()
  meter.enter()
  let text: string | undefined
  let failure: unknown
  template.rootRenderFunc(environment(find), context, frame, runtime, (error, result) => {
    // a fault inside of nested callbacks is told more than once; the first one is the cause
    if (error) failure ??= error
    else text ??= result
  })
  meter.leave()
  if (failure !== undefined) throw asFault(failure, template.name)
  return text ?? ''
}

function asFault(error: unknown, template: string): unknown {
  if (
    error instanceof TemplateFault ||
    error instanceof Elsewhere ||
    error instanceof BudgetExceeded
  )
    return error
  const site = { template, line: 1, column: 1 }
  if (error instanceof RangeError) return new TemplateFault('bounds', error.message, site)
  return error instanceof Error && error.constructor === Error
    ? new TemplateFault('failed', error.message, currentPlace() ?? site)
    : error
}

const nothingGiven: GivenNames = { variables: {}, reserved: {} }

/** What compiled code knows as `env`. */
interface CodeEnvironment {
  getTemplate(
    name: unknown,
    eager: boolean,
    parent: string,
    ignoreMissing: boolean,
    done: (error: unknown, template?: unknown) => void,
  ): void
  readonly find: FindTemplate
}

const environments = new WeakMap<FindTemplate, CodeEnvironment>()

function environment(find: FindTemplate): CodeEnvironment {
  const known = environments.get(find)
  if (known !== undefined) return known
  const made: CodeEnvironment = {
    find,
    getTemplate(name, _eager, parent, _ignoreMissing, done) {
      const site = currentPlace() ?? { template: parent, line: 1, column: 1, text: String(name) }
      const template = findNamed(find, name, parent, site)
      done(null, {
        blocks: template.blocks,
        rootRenderFunc: template.rootRenderFunc,
        getExported: (...args: unknown[]) => exportNames(find, template, args),
      })
    },
  }
  environments.set(find, made)
  return made
}

/** `import` runs the other template for what it sets; with context it sees our variables, else none but the globals. */
function exportNames(find: FindTemplate, template: Compiled, args: readonly unknown[]): void {
  const done = args.at(-1) as (error: unknown, exported?: unknown) => void
  const [outer, frame] = args.length === 3 ? (args as [Context, Frame]) : []
  const context = outer?.inner() ?? new Context(nothingGiven, globals)
  runTemplate(find, template, context, frame?.push() ?? new Frame())
  done(null, context.getExported())
}

const runtime = createRuntime((env, name, ignoreMissing, context, frame, site) => {
  const { find } = env as CodeEnvironment
  currentMeter().step(20)
  const template = findNamed(find, name, site.template, site, ignoreMissing)
  return template === undefined
    ? ''
    : runTemplate(find, template, context.inner(), frame.push(true))
})

function findNamed(find: FindTemplate, name: unknown, parent: string, site: Site): Compiled
function findNamed(
  find: FindTemplate,
  name: unknown,
  parent: string,
  site: Site,
  ignoreMissing: boolean,
): Compiled | undefined
function findNamed(
  find: FindTemplate,
  name: unknown,
  parent: string,
  site: Site,
  ignoreMissing = false,
): Compiled | undefined {
  if (typeof name !== 'string') {
    throw new TemplateFault('failed', 'the name of a template must be a text', site, {
      key: site.text,
    })
  }
  const resolved = resolveTemplateName(name, parent)
  if (resolved === undefined) {
    throw new TemplateFault(
      'missing',
      `the template name ${JSON.stringify(name)} leaves the templates folder`,
      site,
      {
        key: name,
        fix: 'name a file inside of the templates folder',
      },
    )
  }
  if (/\.(?:j2|jinja2?)$/i.test(resolved)) {
    throw new TemplateFault(
      'dialect',
      `${JSON.stringify(name)} is Jinja2; a .njk template cannot use it`,
      site,
      { key: name },
    )
  }
  const found = find(resolved)
  if (found instanceof TemplateFault) throw found
  if (found === undefined && !ignoreMissing) {
    throw new TemplateFault('missing', `there is no template ${JSON.stringify(resolved)}`, site, {
      key: name,
    })
  }
  return found
}

/** The name of a template inside of the folder; names that begin with `./` or `../` are relative to the template that uses them. */
export function resolveTemplateName(name: string, parent: string): string | undefined {
  if (name.startsWith('/') || name.includes('\0') || name.includes('\\') || /^[A-Za-z]:/.test(name))
    return undefined
  const relative = name.startsWith('./') || name.startsWith('../')
  const path = relative ? [...parent.split('/').slice(0, -1), ...name.split('/')] : name.split('/')
  const resolved: string[] = []
  for (const part of path) {
    if (part === '..') {
      if (resolved.pop() === undefined) return undefined
    } else if (part !== '.' && part !== '') {
      resolved.push(part)
    }
  }
  return resolved.length === 0 ? undefined : resolved.join('/')
}
