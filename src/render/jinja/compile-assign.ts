/**
 * Assignments as functions of a frame.
 * @module
 */
import { ValueFault } from '../python/fault.ts'
import { listOf } from '../python/iterate.ts'
import { Namespace, typeName, Undefined } from '../python/values.ts'
import type { Target } from './ast.ts'
import { compileExpression } from './compile-expression.ts'
import type { Unit } from './expression-unit.ts'
import type { Frame } from './frame.ts'
import type { Site } from './run-state.ts'
import type { Scope } from './scope.ts'
import { faultAt } from './templates.ts'

export type Assign = (frame: Frame, value: unknown) => void

export function assignTo(name: string, scope: Scope): Assign {
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

export function compileAssign(target: Target, scope: Scope, unit: Unit): Assign {
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
