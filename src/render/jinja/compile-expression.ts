/**
 * Expressions as functions of a frame.
 * @module
 */
import { currentMeter } from '../current-meter.ts'
import { contains, equal, ordered, truth } from '../python/compare.ts'
import { undefinedFault, ValueFault } from '../python/fault.ts'
import { item, Slice, slice } from '../python/item.ts'
import { listOf } from '../python/iterate.ts'
import { attribute, invoke } from '../python/member.ts'
import { asNumber, negate } from '../python/number.ts'
import { binary } from '../python/operators.ts'
import { str } from '../python/text.ts'
import {
  type CallArguments,
  defined,
  Nothing,
  PyDict,
  Tuple,
  typeName,
  Undefined,
} from '../python/values.ts'
import type { Arguments, CompareOperator, Expression } from './ast.ts'
import { compileName } from './compile-name.ts'
import { type Evaluate, missing, siteOf, type Unit } from './expression-unit.ts'
import type { Frame } from './frame.ts'
import { type Site, state } from './run-state.ts'
import type { Scope } from './scope.ts'

export function compileExpression(node: Expression, scope: Scope, unit: Unit): Evaluate {
  const sub = (inner: Expression) => compileExpression(inner, scope, unit)
  switch (node.kind) {
    case 'const': {
      const { value } = node
      return () => value
    }
    case 'name':
      return compileName(node.name, scope)
    case 'attribute':
      return compileAttribute(node, scope, unit)
    case 'item':
      return compileItem(node, scope, unit)
    case 'slice': {
      const [start, stop, step] = [node.start, node.stop, node.step].map((part) =>
        part === undefined ? () => null : sub(part),
      ) as [Evaluate, Evaluate, Evaluate]
      return (frame) => new Slice(start(frame), stop(frame), step(frame))
    }
    case 'tuple': {
      const items = node.items.map(sub)
      return (frame) => Tuple.with(items.map((each) => each(frame)))
    }
    case 'list': {
      const items = node.items.map(sub)
      return (frame) => {
        currentMeter().grow(items.length << 3)
        return items.map((each) => each(frame))
      }
    }
    case 'dict':
      return compileDict(node, scope, unit)
    case 'concat': {
      const parts = node.parts.map(sub)
      const site = siteOf(unit, node)
      return (frame) => {
        let text = ''
        for (const part of parts) {
          const value = part(frame)
          state.site = site
          text += typeof value === 'string' ? value : str(value)
        }
        currentMeter().grow(text.length)
        return text
      }
    }
    case 'and': {
      const [left, right] = [sub(node.left), sub(node.right)]
      const site = siteOf(unit, node.left)
      return (frame) => {
        const value = left(frame)
        return isTrue(value, site) ? right(frame) : value
      }
    }
    case 'or': {
      const [left, right] = [sub(node.left), sub(node.right)]
      const site = siteOf(unit, node.left)
      return (frame) => {
        const value = left(frame)
        return isTrue(value, site) ? value : right(frame)
      }
    }
    case 'not': {
      const value = sub(node.value)
      const site = siteOf(unit, node.value)
      return (frame) => !isTrue(value(frame), site)
    }
    case 'negative':
    case 'positive':
      return compileSign(node.kind, node.value, scope, unit)
    case 'binary': {
      const [left, right] = [sub(node.left), sub(node.right)]
      const { operator } = node
      const site = siteOf(unit, node)
      return (frame) => {
        const one = left(frame)
        const other = right(frame)
        state.site = site
        return binary(operator, one, other)
      }
    }
    case 'compare':
      return compileCompare(node, scope, unit)
    case 'condition':
      return compileCondition(node, scope, unit)
    case 'call':
      return compileCall(node, scope, unit)
    case 'filter':
      return compileFilter(node, scope, unit)
    case 'test':
      return compileTest(node, scope, unit)
  }
}

function isTrue(value: unknown, site: Site): boolean {
  if (typeof value === 'boolean') return value
  state.site = site
  return truth(value)
}

/** An attribute of something undefined is undefined, as in Ansible. */
function memberOf(value: Undefined, what: string): Undefined {
  if (value instanceof Nothing) throw undefinedFault(value.what)
  return new Undefined(what)
}

function compileAttribute(
  node: Expression & { kind: 'attribute' },
  scope: Scope,
  unit: Unit,
): Evaluate {
  const target = compileExpression(node.value, scope, unit)
  const { name } = node
  const site = siteOf(unit, node)
  const what = `"${site.text}"`
  return (frame) => {
    const value = target(frame)
    state.site = site
    if (value instanceof Undefined) return memberOf(value, what)
    const found = attribute(value, name)
    if (found !== undefined) return found
    const entry = value instanceof PyDict ? value.get(name) : undefined
    return entry === undefined ? new Undefined(what) : entry
  }
}

function compileItem(node: Expression & { kind: 'item' }, scope: Scope, unit: Unit): Evaluate {
  const target = compileExpression(node.value, scope, unit)
  const key = compileExpression(node.key, scope, unit)
  const site = siteOf(unit, node)
  const what = `"${site.text}"`
  if (node.key.kind === 'slice') {
    return (frame) => {
      const value = target(frame)
      const places = key(frame) as Slice
      state.site = site
      return value instanceof Undefined ? memberOf(value, what) : slice(value, places)
    }
  }
  return (frame) => {
    const value = target(frame)
    const wanted = key(frame)
    state.site = site
    if (value instanceof Undefined) return memberOf(value, what)
    const found = item(value, wanted)
    if (found !== undefined) return found
    // what is no key may be the name of a method
    const member = typeof wanted === 'string' ? attribute(value, wanted) : undefined
    return member === undefined ? new Undefined(what) : member
  }
}

function compileDict(node: Expression & { kind: 'dict' }, scope: Scope, unit: Unit): Evaluate {
  const pairs = node.pairs.map(([key, value]) => {
    return [compileExpression(key, scope, unit), compileExpression(value, scope, unit)] as const
  })
  const site = siteOf(unit, node)
  return (frame) => {
    const dict = new PyDict()
    currentMeter().grow(pairs.length << 4)
    for (const [left, right] of pairs) {
      const key = left(frame)
      const value = right(frame)
      state.site = site
      dict.set(key, value)
    }
    return dict
  }
}

function compileSign(
  sign: 'negative' | 'positive',
  operand: Expression,
  scope: Scope,
  unit: Unit,
): Evaluate {
  const value = compileExpression(operand, scope, unit)
  const site = siteOf(unit, operand)
  return (frame) => {
    const found = value(frame)
    state.site = site
    defined(found)
    if (sign === 'negative') return negate(found)
    const number = asNumber(found)
    if (number === undefined) throw new ValueFault(`"+" is for numbers, found ${typeName(found)}`)
    return number
  }
}

function compileCompare(
  node: Expression & { kind: 'compare' },
  scope: Scope,
  unit: Unit,
): Evaluate {
  const first = compileExpression(node.first, scope, unit)
  const rest = node.rest.map(([operator, right]) => {
    return [operator, compileExpression(right, scope, unit)] as const
  })
  const site = siteOf(unit, node)
  const [only] = rest
  if (rest.length === 1 && only !== undefined) {
    const [operator, right] = only
    return (frame) => {
      const one = first(frame)
      const other = right(frame)
      state.site = site
      return compare(operator, one, other)
    }
  }
  return (frame) => {
    let left = first(frame)
    for (const [operator, next] of rest) {
      const right = next(frame)
      state.site = site
      if (!compare(operator, left, right)) return false
      left = right
    }
    return true
  }
}

function compare(operator: CompareOperator, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '==':
      return equal(left, right)
    case '!=':
      return !equal(left, right)
    case 'in':
      return contains(right, left)
    case 'not in':
      return !contains(right, left)
    default:
      return ordered(operator, left, right)
  }
}

function compileCondition(
  node: Expression & { kind: 'condition' },
  scope: Scope,
  unit: Unit,
): Evaluate {
  const test = compileExpression(node.test, scope, unit)
  const site = siteOf(unit, node.test)
  unit.conditional++
  const then = compileExpression(node.then, scope, unit)
  const otherwise =
    node.otherwise === undefined
      ? () => new Nothing('an "if" without "else" whose condition is false')
      : compileExpression(node.otherwise, scope, unit)
  unit.conditional--
  return (frame) => (isTrue(test(frame), site) ? then(frame) : otherwise(frame))
}

function compileCall(node: Expression & { kind: 'call' }, scope: Scope, unit: Unit): Evaluate {
  const callee = compileExpression(node.callee, scope, unit)
  const args = compileArguments(node.args, scope, unit)
  const site = siteOf(unit, node)
  return (frame) => {
    const fn = callee(frame)
    const given = args(frame)
    state.site = site
    currentMeter().step(8)
    return call(fn, given, site)
  }
}

/** Calls a value. */
export function call(fn: unknown, args: CallArguments, site: Site): unknown {
  if (fn instanceof Undefined) {
    throw new ValueFault(`there is no ${site.text} to call: ${fn.what} is undefined`, 'undefined')
  }
  const result = invoke(fn, args)
  // what was called may have been elsewhere
  state.site = site
  return result
}

const nothing: readonly unknown[] = []

export function compileArguments(
  { positional, named, spread, spreadNamed }: Arguments,
  scope: Scope,
  unit: Unit,
): (frame: Frame) => CallArguments {
  const values = positional.map((each) => compileExpression(each, scope, unit))
  const pairs = named.map(([name, value]) => {
    return [name, compileExpression(value, scope, unit)] as const
  })
  const list = spread === undefined ? undefined : compileExpression(spread, scope, unit)
  const dict = spreadNamed === undefined ? undefined : compileExpression(spreadNamed, scope, unit)
  if (pairs.length === 0 && list === undefined && dict === undefined) {
    if (values.length === 0) return () => ({ positional: nothing, named: undefined })
    return (frame) => ({ positional: values.map((each) => each(frame)), named: undefined })
  }
  return (frame) => {
    const all = values.map((each) => each(frame))
    if (list !== undefined) all.push(...listOf(list(frame)))
    const byName = new Map<string, unknown>()
    for (const [name, value] of pairs) byName.set(name, value(frame))
    if (dict !== undefined) addNamed(byName, dict(frame))
    return { positional: all, named: byName }
  }
}

function addNamed(named: Map<string, unknown>, dict: unknown): void {
  if (!(defined(dict) instanceof PyDict)) {
    throw new ValueFault(`"**" needs a dictionary, found ${typeName(dict)}`)
  }
  for (const [name, value] of (dict as PyDict).entries()) {
    if (typeof name !== 'string') throw new ValueFault('"**" needs texts as keys')
    if (named.has(name)) throw new ValueFault(`the argument "${name}" is given twice`)
    named.set(name, value)
  }
}

export function compileFilter(
  node: Expression & { kind: 'filter' },
  scope: Scope,
  unit: Unit,
  input?: Evaluate,
): Evaluate {
  const value =
    node.value === undefined
      ? input
      : node.value.kind === 'filter'
        ? compileFilter(node.value, scope, unit, input)
        : compileExpression(node.value, scope, unit)
  if (value === undefined) throw new Error('a filter without a value')
  const { vocabulary } = unit
  const args = compileArguments(node.args, scope, unit)
  const site = siteOf(unit, node)
  const filter = vocabulary.filter(node.name)
  if (filter === undefined) return missing(unit, node, `there is no filter "${node.name}"`)
  return (frame) => {
    const left = value(frame)
    const given = args(frame)
    state.site = site
    currentMeter().step(4)
    return filter(left, given, vocabulary)
  }
}

function compileTest(node: Expression & { kind: 'test' }, scope: Scope, unit: Unit): Evaluate {
  const value = compileExpression(node.value, scope, unit)
  const args = compileArguments(node.args, scope, unit)
  const site = siteOf(unit, node)
  const test = unit.vocabulary.test(node.name)
  if (test === undefined) return missing(unit, node, `there is no test "${node.name}"`)
  return (frame) => {
    const left = value(frame)
    const given = args(frame)
    state.site = site
    currentMeter().step(2)
    return test(left, given)
  }
}
