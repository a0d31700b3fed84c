/**
 * Loops as functions of a frame.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { truth } from '../python/compare.ts'
import { ValueFault } from '../python/fault.ts'
import { iterate } from '../python/iterate.ts'
import { Tuple } from '../python/values.ts'
import { TemplateFault } from '../template-fault.ts'
import type { Statement, Target } from './ast.ts'
import { compileAssign } from './compile-assign.ts'
import { compileExpression } from './compile-expression.ts'
import { siteOf, type Unit } from './expression-unit.ts'
import type { Frame } from './frame.ts'
import { knownLength, Loop } from './loop.ts'
import { placeOf } from './place.ts'
import { capture, goOn, leaveLoop, type Signal, state } from './run-state.ts'
import { hasScopedBlock, readsName, Scope, targetNames } from './scope.ts'
import { type Execute, type TemplateUnit, within } from './unit.ts'

export function compileFor(
  statement: Statement & { kind: 'for' },
  scope: Scope,
  unit: TemplateUnit,
): Execute {
  const { target, recursive } = statement
  const iterable = compileExpression(statement.iterable, scope, unit)
  const site = siteOf(unit, statement.iterable)
  const names = targetNames(target)
  if (names.has('loop')) throw assigned(statement, unit)
  const extended =
    recursive ||
    readsName(statement.body, 'loop') ||
    hasScopedBlock([statement.body, statement.otherwise])
  const inner = new Scope(scope, { parameters: names, body: statement.body })
  if (extended && inner.slotOf('loop') !== undefined) throw assigned(statement, unit)
  const loopSlot = extended ? inner.add('loop') : undefined
  const assign = compileAssign(target, inner, unit)
  const test = compileLoopTest(statement, scope, unit)
  unit.nested++
  unit.kept += recursive ? 1 : 0
  const body = within(unit, () => unit.compileBody(statement.body, inner, unit))
  const elseScope = new Scope(scope, { body: statement.otherwise })
  const otherwise = within(unit, () => unit.compileBody(statement.otherwise, elseScope, unit))
  unit.kept -= recursive ? 1 : 0
  unit.nested--

  const turn = (frame: Frame, value: unknown, loop: Loop | undefined): Signal => {
    currentMeter().step(2)
    const own = frame.inner(inner.size)
    if (loopSlot !== undefined) own.slots[loopSlot] = loop
    state.site = site
    assign(own, value)
    return body(own)
  }
  const runLoop = (items: unknown, frame: Frame, depth: number): Signal => {
    state.site = site
    const all = iterate(items)
    const source = test === undefined ? all : filtered(all, test, frame)
    let finished = 0
    if (loopSlot === undefined) {
      for (let next = source.next(); next.done !== true; next = source.next()) {
        const signal = turn(frame, next.value, undefined)
        if (signal === leaveLoop) break
        if (signal === goOn) finished++
      }
    } else {
      const again = recursive
        ? (others: unknown, below: number) => repeat(others, frame, below)
        : undefined
      const loop = new Loop(
        source,
        test === undefined ? knownLength(items) : undefined,
        depth,
        again,
      )
      while (loop.next()) {
        const signal = turn(frame, loop.value, loop)
        if (signal === leaveLoop) break
        if (signal === goOn) finished++
      }
    }
    // as in Jinja2, "else" is also for a loop of which no turn came to its end
    if (finished > 0) return goOn
    const signal = otherwise(frame.inner(elseScope.size))
    // a "break" there is one of the loop around
    if (recursive && signal !== goOn) throw new ValueFault('"break" outside of a loop')
    return signal
  }
  const repeat = (items: unknown, frame: Frame, depth: number): string => {
    const meter = currentMeter()
    meter.enter()
    const text = capture(() => {
      runLoop(items, frame, depth)
    })
    meter.leave()
    return text
  }
  return (frame) => runLoop(iterable(frame), frame, 0)
}

function assigned({ offset }: Statement, { source }: Unit): TemplateFault {
  const place = placeOf(source.name, source.text, offset)
  return new TemplateFault('syntax', '"loop" cannot be assigned to within a loop', place)
}

/** Gives the value of a turn; undefined where the turn is left out. */
type LoopTest = (frame: Frame, value: unknown) => unknown

/** The `if` of a loop. It sees the loop's names, and not its `loop`. */
function compileLoopTest(
  { target, test }: Statement & { kind: 'for' },
  scope: Scope,
  unit: TemplateUnit,
): LoopTest | undefined {
  if (test === undefined) return undefined
  const inner = new Scope(scope, { parameters: targetNames(target), reads: [test] })
  const assign = compileAssign(target, inner, unit)
  const evaluate = within(unit, () => compileExpression(test, inner, unit))
  const again = compileTargetValue(target, inner)
  const site = siteOf(unit, test)
  return (frame, value) => {
    const own = frame.inner(inner.size)
    assign(own, value)
    const result = evaluate(own)
    state.site = site
    return truth(result) ? again(own) : undefined
  }
}

/** Puts together what was assigned: behind a test, a list that was taken apart is a tuple. */
function compileTargetValue(target: Target, scope: Scope): (frame: Frame) => unknown {
  if (target.kind === 'tuple') {
    const items = target.items.map((each) => compileTargetValue(each, scope))
    return (frame) => Tuple.with(items.map((each) => each(frame)))
  }
  const slot = scope.slotOf(target.name) ?? 0
  return (frame) => frame.slots[slot]
}

function* filtered(items: Iterator<unknown>, test: LoopTest, frame: Frame): Iterator<unknown> {
  for (let next = items.next(); next.done !== true; next = items.next()) {
    currentMeter().step()
    const value = test(frame, next.value)
    if (value !== undefined) yield value
  }
}
