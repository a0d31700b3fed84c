/**
 * Templates that use each other, as functions of a frame: blocks, `extends`, `include`, `import`.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import type { Statement } from './ast.ts'
import { type Assign, assignTo } from './compile-assign.ts'
import { compileExpression } from './compile-expression.ts'
import { slotReader } from './compile-name.ts'
import { siteOf } from './expression-unit.ts'
import { type Block, Frame, type GivenNames } from './frame.ts'
import { goOn, type Site, state } from './run-state.ts'
import { readsName, Scope } from './scope.ts'
import {
  faultAt,
  findTemplate,
  importModule,
  importName,
  include,
  runBlock,
  SelfBlocks,
  superBlock,
} from './templates.ts'
import { alwaysPrinting, type Execute, printing, type TemplateUnit, within } from './unit.ts'

/** All names that can be seen from a scope, as another template gets them. */
function compileNames(scope: Scope): (frame: Frame) => GivenNames {
  const readers = new Map(
    [...scope.visible()].map(([name, places]) => {
      return [name, places.map(({ depth, slot }) => slotReader(depth, slot))] as const
    }),
  )
  return (frame) => {
    const seen = new Map<string, unknown>()
    for (const [name, reads] of readers) {
      for (const read of reads) {
        const value = read(frame)
        if (value === undefined) continue
        seen.set(name, value)
        break
      }
    }
    const { context } = frame
    // what is set later on does not reach the template that was included before
    const set = new Map(context.set)
    return (name) => {
      const local = seen.get(name)
      if (local !== undefined) return local
      const value = set.get(name)
      return value === undefined ? context.given(name) : value
    }
  }
}

export function compileBlock(
  { name, scoped, required, body }: Statement & { kind: 'block' },
  scope: Scope,
  unit: TemplateUnit,
): Execute | undefined {
  const inner = new Scope(undefined, { body })
  const own = new Map(
    (['self', 'super'] as const)
      .filter((each) => inner.slotOf(each) === undefined && readsName(body, each))
      .map((each) => [each, inner.add(each)]),
  )
  const { kept } = unit
  unit.kept = 0
  const execute = within(unit, () =>
    alwaysPrinting(unit, () => unit.compileBody(body, inner, unit)),
  )
  unit.kept = kept
  const block: Block = {
    required,
    run: (context) => {
      const frame = new Frame(inner.size, undefined, context, { extended: undefined })
      const [self, parent] = [own.get('self'), own.get('super')]
      if (self !== undefined) frame.slots[self] = new SelfBlocks(context)
      if (parent !== undefined) frame.slots[parent] = superBlock(name, block, context)
      execute(frame)
    },
  }
  unit.blocks.set(name, block)
  const names = scoped ? compileNames(scope) : undefined
  const site: Site = { template: unit.source, offset: body[0]?.offset ?? 0, text: `block ${name}` }
  const run: Execute = (frame) => {
    state.site = site
    const { context } = frame
    runBlock(name, names === undefined ? context : context.derived(names(frame)))
    return goOn
  }
  // one in a loop or a "with" is printed there, also by a template that extends another
  return scope.isTop ? printing(unit, () => run) : run
}

export function compileExtends(
  statement: Statement & { kind: 'extends' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const template = compileExpression(statement.template, scope, unit)
  const site = siteOf(unit, statement.template)
  if (!scope.isTop) {
    throw faultAt(
      site,
      'syntax',
      '"extends" stands at the top of a template, in no loop and no block',
    )
  }
  unit.prints = unit.nested === 0 || unit.prints === 'no' ? 'no' : 'perhaps'
  return (frame) => {
    const value = template(frame)
    if (frame.root.extended !== undefined)
      throw faultAt(site, 'failed', 'the template extends two others')
    currentMeter().step(50)
    const extended = findTemplate(value, site)
    frame.root.extended = extended
    frame.context.addBlocks(extended)
    return goOn
  }
}

export function compileInclude(
  { template, ignoreMissing, withContext }: Statement & { kind: 'include' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const value = compileExpression(template, scope, unit)
  const site = siteOf(unit, template)
  const names = withContext ? compileNames(scope) : undefined
  if (!withContext && unit.kept > 0) {
    // Jinja2 prints it at another place there: before the text of a "set" or a "filter", beside that of a macro
    throw faultAt(
      site,
      'dialect',
      '"include … without context" within a macro, a "set", a "filter" or a recursive loop',
      'include it with context, or outside',
    )
  }
  return (frame) => {
    const found = findTemplate(value(frame), site, ignoreMissing)
    if (found !== undefined) include(found, names?.(frame))
    return goOn
  }
}

export function compileImport(
  statement: Statement & { kind: 'import' | 'from' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const template = compileExpression(statement.template, scope, unit)
  const site = siteOf(unit, statement.template)
  const names = statement.withContext ? compileNames(scope) : undefined
  const assign = (name: string): Assign => {
    const set = assignTo(name, scope)
    return (frame, value) => {
      set(frame, value)
      if (scope.isTop) frame.context.imported.add(name)
    }
  }
  if (statement.kind === 'import') {
    const set = assign(statement.name)
    return (frame) => {
      const found = findTemplate(template(frame), site)
      set(frame, importModule(found, names?.(frame)))
      return goOn
    }
  }
  const targets = statement.names.map(([name, alias]) => ({ name, set: assign(alias) }))
  return (frame) => {
    const found = findTemplate(template(frame), site)
    const module = importModule(found, names?.(frame))
    for (const { name, set } of targets) set(frame, importName(module, found, name))
    return goOn
  }
}
