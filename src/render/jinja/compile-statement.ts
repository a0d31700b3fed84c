/**
 * Statements as functions of a frame.
 * @module
 */
import { maxConfigLength } from '../bounds.ts'
import { currentMeter } from '../current-meter.ts'
import { truth } from '../python/compare.ts'
import { ValueFault } from '../python/fault.ts'
import { iterate, listOf } from '../python/iterate.ts'
import { str } from '../python/text.ts'
import {
  type Callable,
  DictView,
  Markup,
  Namespace,
  PyRange,
  Tuple,
  typeName,
  Undefined,
} from '../python/values.ts'
import { TemplateFault } from '../template-fault.ts'
import type { Body, Expression, Macro, Statement, Target } from './ast.ts'
import {
  call,
  compileArguments,
  compileExpression,
  compileFilter,
  siteOf,
  slotReader,
  type Unit,
} from './compile-expression.ts'
import { type Block, Frame, type GivenNames } from './frame.ts'
import { knownLength, Loop } from './loop.ts'
import { type MacroShape, makeMacro, specialNames } from './macro.ts'
import { placeOf } from './place.ts'
import { capture, goOn, leaveLoop, nextTurn, type Signal, type Site, state } from './run-state.ts'
import { hasScopedBlock, readsName, Scope, targetNames } from './scope.ts'
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

export type Execute = (frame: Frame) => Signal

/** What the statements of one template share while they are compiled. */
export interface TemplateUnit extends Unit {
  readonly blocks: Map<string, Block>
  /**
   * Whether what stands outside of blocks is printed: a template that extends another prints only what comes before the tag.
   * `perhaps`: the tag stands in a condition.
   */
  prints: 'yes' | 'perhaps' | 'no'
  /** Above 0 within an `if` or a loop. */
  nested: number
  /** Above 0 within what is kept as a text before it is printed: a macro, a `set`, a `filter`, a recursive loop. */
  kept: number
}

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

/** Text outside of blocks is left out behind an "extends". */
function printing(unit: TemplateUnit, compile: () => Execute): Execute | undefined {
  if (unit.prints === 'no') return undefined
  const execute = compile()
  if (unit.prints === 'yes') return execute
  return (frame) => (frame.root.extended === undefined ? execute(frame) : goOn)
}

/** Compiles what is printed in any case: the body of a macro, of a block, of a `set`. */
function alwaysPrinting<T>(unit: TemplateUnit, compile: () => T): T {
  const { prints, nested } = unit
  unit.prints = 'yes'
  const result = compile()
  unit.prints = prints
  unit.nested = nested
  return result
}

/** Compiles what is kept as a text before it is printed. */
function keeping<T>(unit: TemplateUnit, compile: () => T): T {
  unit.kept++
  const result = within(unit, compile)
  unit.kept--
  return result
}

/** Compiles what has a scope of its own: a condition around it no longer excuses a filter that is missing. */
function within<T>(unit: TemplateUnit, compile: () => T): T {
  const { conditional } = unit
  unit.conditional = 0
  const result = compile()
  unit.conditional = conditional
  return result
}

function write(text: string): void {
  currentMeter().grow(text.length)
  state.output += text
  if (state.output.length > maxConfigLength) {
    throw new ValueFault('a text too long for a configuration', 'refused')
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

/** None prints as nothing, and what Python walks over as a list, as in Ansible. */
function printed(value: unknown): string {
  if (value === null) return ''
  // Ansible would make a list of it, and run the loop to its end doing so
  if (value instanceof Loop) throw new ValueFault('"loop" itself cannot be printed', 'refused')
  if (value instanceof DictView || value instanceof PyRange) return str(listOf(value))
  return str(value)
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

function compileFor(
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
  const body = within(unit, () => compileBody(statement.body, inner, unit))
  const elseScope = new Scope(scope, { body: statement.otherwise })
  const otherwise = within(unit, () => compileBody(statement.otherwise, elseScope, unit))
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

type Assign = (frame: Frame, value: unknown) => void

function assignTo(name: string, scope: Scope): Assign {
  const slot = scope.slotOf(name)
  if (slot !== undefined && !scope.isTop) {
    return (frame, value) => {
      frame.slots[slot] = value
    }
  }
  return ({ context, slots }, value) => {
    if (slot !== undefined) slots[slot] = value
    context.set.set(name, value)
    context.imported.delete(name)
  }
}

function compileAssign(target: Target, scope: Scope, unit: Unit): Assign {
  if (target.kind === 'name') return assignTo(target.name, scope)
  if (target.kind === 'member') return compileMemberAssign(target, scope, unit)
  const items = target.items.map((each) => compileAssign(each, scope, unit))
  return (frame, value) => {
    const values = listOf(value)
    if (values.length !== items.length) {
      throw new ValueFault(
        `${items.length} names need ${items.length} values, found ${values.length}`,
      )
    }
    for (let at = 0; at < items.length; at++) (items[at] as Assign)(frame, values[at])
  }
}

function compileMemberAssign(
  { name, member, offset }: Target & { kind: 'member' },
  scope: Scope,
  unit: Unit,
): Assign {
  const read = compileExpression({ kind: 'name', name, offset }, scope, unit)
  const site: Site = { template: unit.source, offset, text: `${name}.${member}` }
  return (frame, value) => {
    const namespace = read(frame)
    if (!(namespace instanceof Namespace)) {
      const found = namespace instanceof Undefined ? 'something undefined' : typeName(namespace)
      throw faultAt(site, 'failed', `only members of a namespace() can be set, found ${found}`)
    }
    namespace.members.set(member, value)
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

/** A body that is run in a scope of its own for its text. */
function compileText(body: Body, scope: Scope, unit: TemplateUnit): (frame: Frame) => string {
  const inner = new Scope(scope, { body })
  const execute = keeping(unit, () => compileBody(body, inner, unit))
  return (frame) => capture(() => execute(frame.inner(inner.size)))
}

function compileSetBlock(
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

function compileFilterBlock(
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

/** Gives what makes the macro in the frame that defines it. */
function compileMacro(macro: Macro, scope: Scope, unit: TemplateUnit): (frame: Frame) => Callable {
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
  const body = keeping(unit, () => alwaysPrinting(unit, () => compileBody(macro.body, inner, unit)))
  return (frame) => makeMacro(shape, body, frame)
}

function compileCallBlock(
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

/** Jinja2 joins what these give, and does not print it: anything but a text fails. */
function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  throw new ValueFault(`${what} must give a text, found ${typeName(value)}`)
}

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

function compileBlock(
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
  const execute = within(unit, () => alwaysPrinting(unit, () => compileBody(body, inner, unit)))
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

function compileExtends(
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

function compileInclude(
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

function compileImport(
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
