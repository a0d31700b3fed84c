/**
 * Bodies that are run for their text, as functions of a frame: macros, `call`, `filter`, and the long form of `set`.
 * @module
 */
import { ValueFault } from '../python/fault.ts'
import type { Callable } from '../python/values.ts'
import { TemplateFault } from '../template-fault.ts'
import type { Body, Expression, Macro, Statement } from './ast.ts'
import { compileAssign } from './compile-assign.ts'
import { call, compileArguments, compileExpression, compileFilter } from './compile-expression.ts'
import { siteOf } from './expression-unit.ts'
import type { Frame } from './frame.ts'
import { type MacroShape, makeMacro, specialNames } from './macro.ts'
import { placeOf } from './place.ts'
import { capture, goOn, state } from './run-state.ts'
import { Scope } from './scope.ts'
import { faultAt } from './templates.ts'
import { alwaysPrinting, type Execute, keeping, type TemplateUnit, within } from './unit.ts'
import { textOf, write } from './write.ts'

/** A body that is run in a scope of its own for its text. */
function compileText(body: Body, scope: Scope, unit: TemplateUnit): (frame: Frame) => string {
  const inner = new Scope(scope, { body })
  const execute = keeping(unit, () => unit.compileBody(body, inner, unit))
  return (frame) => capture(() => execute(frame.inner(inner.size)))
}

export function compileSetBlock(
  { target, filter, body }: Statement & { kind: 'set_block' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const text = alwaysPrinting(unit, () => compileText(body, scope, unit))
  const unknown = filter === undefined ? undefined : scope.unknownName(filter)
  if (filter !== undefined && unknown !== undefined) {
    // Jinja2 looks names up there that it has seen before, and has none for others
    const message = `"${unknown}" is not known to the filters of a "set"`
    throw faultAt(siteOf(unit, filter), 'syntax', message, 'use the name before, or set it')
  }
  const value =
    filter === undefined ? text : within(unit, () => compileFilter(filter, scope, unit, text))
  const assign = compileAssign(target, scope, unit)
  return (frame) => {
    assign(frame, value(frame))
    return goOn
  }
}

export function compileFilterBlock(
  { filter, body }: Statement & { kind: 'filter_block' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const text = compileText(body, scope, unit)
  const value = within(unit, () => compileFilter(filter, scope, unit, text))
  const site = siteOf(unit, filter)
  return (frame) => {
    const result = value(frame)
    state.site = site
    write(textOf(result, 'the filters of a block'))
    return goOn
  }
}

/** Gives what makes the macro in the frame that defines it. */
export function compileMacro(
  macro: Macro,
  scope: Scope,
  unit: TemplateUnit,
): (frame: Frame) => Callable {
  const inner = new Scope(scope, {
    parameters: macro.parameters.map(({ name }) => name),
    reads: macro.parameters.flatMap(({ otherwise }) => otherwise ?? []),
    body: macro.body,
  })
  const caller = macro.parameters.find(({ name }) => name === 'caller')
  if (caller !== undefined && caller.otherwise === undefined) {
    const place = placeOf(unit.source.name, unit.source.text, macro.offset)
    throw new TemplateFault('syntax', 'a parameter "caller" needs a default', place)
  }
  const special = specialNames(macro, inner)
  const shape: MacroShape = {
    name: macro.name,
    parameters: macro.parameters.map(({ name }) => ({ name, slot: inner.add(name) })),
    defaults: macro.parameters.map(({ otherwise }) => {
      if (otherwise === undefined) return undefined
      return within(unit, () => compileExpression(otherwise, inner, unit))
    }),
    special,
    acceptsCaller: caller !== undefined || special.has('caller'),
    size: () => inner.size,
  }
  const body = keeping(unit, () =>
    alwaysPrinting(unit, () => unit.compileBody(macro.body, inner, unit)),
  )
  return (frame) => makeMacro(shape, body, frame)
}

export function compileCallBlock(
  statement: Statement & { kind: 'call_block' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const node = statement.call as Expression & { kind: 'call' }
  const callee = compileExpression(node.callee, scope, unit)
  const args = compileArguments(node.args, scope, unit)
  const caller = compileMacro(statement.caller, scope, unit)
  const site = siteOf(unit, node)
  return (frame) => {
    const fn = callee(frame)
    const { positional, named } = args(frame)
    state.site = site
    if (named?.has('caller') === true) throw new ValueFault('"caller" is given twice')
    const withCaller = new Map([...(named ?? []), ['caller', caller(frame)]])
    const text = call(fn, { positional, named: withCaller }, site)
    write(textOf(text, '"call"'))
    return goOn
  }
}
