/**
 * Statements as functions of a frame.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { truth } from '../python/compare.ts'
import type { Body, Statement, Target } from './ast.ts'
import { assignTo, compileAssign } from './compile-assign.ts'
import { compileExpression } from './compile-expression.ts'
import { compileFor } from './compile-loop.ts'
import {
  compileCallBlock,
  compileFilterBlock,
  compileMacro,
  compileSetBlock,
} from './compile-text.ts'
import { compileBlock, compileExtends, compileImport, compileInclude } from './compile-uses.ts'
import { siteOf } from './expression-unit.ts'
import { goOn, leaveLoop, nextTurn, state } from './run-state.ts'
import { Scope, targetNames } from './scope.ts'
import { faultAt } from './templates.ts'
import { type Execute, printing, type TemplateUnit, within } from './unit.ts'
import { printed, write } from './write.ts'

export function compileBody(body: Body, scope: Scope, unit: TemplateUnit): Execute {
  const statements: Execute[] = []
  for (const statement of body) {
    const execute = compileStatement(statement, scope, unit)
    if (execute !== undefined) statements.push(execute)
  }
  const [only] = statements
  if (only === undefined) return () => goOn
  if (statements.length === 1) return only
  return (frame) => {
    for (let at = 0; at < statements.length; at++) {
      const signal = (statements[at] as Execute)(frame)
      if (signal !== goOn) return signal
    }
    return goOn
  }
}

/** Undefined where nothing is to be done. */
function compileStatement(
  statement: Statement,
  scope: Scope,
  unit: TemplateUnit,
): Execute | undefined {
  switch (statement.kind) {
    case 'data':
    case 'output':
      return printing(unit, () => compileOutput(statement, scope, unit))
    case 'if':
      return compileIf(statement, scope, unit)
    case 'for':
      return compileFor(statement, scope, unit)
    case 'set':
      return compileSet(statement, scope, unit)
    case 'set_block':
      return compileSetBlock(statement, scope, unit)
    case 'with':
      return compileWith(statement, scope, unit)
    case 'scope': {
      const inner = new Scope(scope, { body: statement.body })
      const body = within(unit, () => compileBody(statement.body, inner, unit))
      return (frame) => body(frame.inner(inner.size))
    }
    case 'filter_block':
      return compileFilterBlock(statement, scope, unit)
    case 'macro': {
      const make = compileMacro(statement, scope, unit)
      const assign = assignTo(statement.name, scope)
      return (frame) => {
        assign(frame, make(frame))
        return goOn
      }
    }
    case 'call_block':
      return compileCallBlock(statement, scope, unit)
    case 'block':
      return compileBlock(statement, scope, unit)
    case 'extends':
      return compileExtends(statement, scope, unit)
    case 'include':
      return compileInclude(statement, scope, unit)
    case 'import':
    case 'from':
      return compileImport(statement, scope, unit)
    case 'do': {
      const value = compileExpression(statement.value, scope, unit)
      return (frame) => {
        value(frame)
        return goOn
      }
    }
    case 'break':
      return () => leaveLoop
    case 'continue':
      return () => nextTurn
  }
}

function compileOutput(
  statement: Statement & { kind: 'data' | 'output' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  if (statement.kind === 'data') {
    const { text } = statement
    return () => {
      write(text)
      return goOn
    }
  }
  const values = statement.values.map((value) => {
    return [compileExpression(value, scope, unit), siteOf(unit, value)] as const
  })
  return (frame) => {
    for (const [evaluate, site] of values) {
      const value = evaluate(frame)
      state.site = site
      currentMeter().step()
      write(typeof value === 'string' ? value : printed(value))
    }
    return goOn
  }
}

function compileIf(
  statement: Statement & { kind: 'if' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  unit.nested++
  const branches = statement.branches.map(({ test, body }, at) => {
    // a filter that is missing in the first test is told when the template is loaded
    unit.conditional += at > 0 ? 1 : 0
    const compiled = compileExpression(test, scope, unit)
    unit.conditional -= at > 0 ? 1 : 0
    unit.conditional++
    const execute = compileBody(body, scope, unit)
    unit.conditional--
    return { test: compiled, site: siteOf(unit, test), execute }
  })
  unit.conditional++
  const otherwise = compileBody(statement.otherwise, scope, unit)
  unit.conditional--
  unit.nested--
  return (frame) => {
    for (const { test, site, execute } of branches) {
      const value = test(frame)
      state.site = site
      if (truth(value)) return execute(frame)
    }
    return otherwise(frame)
  }
}

function compileSet(
  statement: Statement & { kind: 'set' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const value = compileExpression(statement.value, scope, unit)
  const assign = compileAssign(statement.target, scope, unit)
  const site = siteOf(unit, statement.value)
  const twice = setTwice(statement.target)
  if (twice !== undefined) {
    // which of the values it keeps depends on how Python orders the assignments
    throw faultAt(site, 'dialect', `"${twice}" stands twice in one "set"`)
  }
  return (frame) => {
    const result = value(frame)
    state.site = site
    assign(frame, result)
    return goOn
  }
}

/** A name that an assignment gives two values. */
function setTwice(target: Target, seen: Set<string> = new Set()): string | undefined {
  if (target.kind === 'tuple') {
    for (const item of target.items) {
      const twice = setTwice(item, seen)
      if (twice !== undefined) return twice
    }
  } else if (target.kind === 'name') {
    if (seen.has(target.name)) return target.name
    seen.add(target.name)
  }
  return undefined
}

function compileWith(
  statement: Statement & { kind: 'with' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const parameters = new Set<string>()
  for (const [target] of statement.bindings) targetNames(target, parameters)
  const inner = new Scope(scope, { parameters, body: statement.body })
  const bindings = statement.bindings.map(([target, value]) => {
    const site = siteOf(unit, value)
    return {
      assign: compileAssign(target, inner, unit),
      value: compileExpression(value, scope, unit),
      site,
    }
  })
  const body = within(unit, () => compileBody(statement.body, inner, unit))
  return (frame) => {
    const own = frame.inner(inner.size)
    for (const { assign, value, site } of bindings) {
      const result = value(frame)
      state.site = site
      assign(own, result)
    }
    return body(own)
  }
}
