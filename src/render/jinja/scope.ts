/**
 * Which names a part of a template sets, found before it runs, so that a render looks names up by place.
 * @module
 */
import type { Body, Expression, Statement, Target } from './ast.ts'

/** The names of one stretch of a template that has its own: a loop's body, a macro, a `with`. */
export class Scope {
  /** Undefined at the top of a template and of a block. */
  readonly parent: Scope | undefined
  /** What is set at the top of a template is kept in its context, where blocks, includes and importers find it. */
  readonly isTop: boolean
  private readonly slots = new Map<string, number>()

  constructor(parent: Scope | undefined, names: Iterable<string> = [], isTop = false) {
    this.parent = parent
    this.isTop = isTop
    for (const name of names) this.add(name)
  }

  get size(): number {
    return this.slots.size
  }

  add(name: string): number {
    const known = this.slots.get(name)
    if (known !== undefined) return known
    const slot = this.slots.size
    this.slots.set(name, slot)
    return slot
  }

  slotOf(name: string): number | undefined {
    return this.slots.get(name)
  }

  /** Where a name may be found: how many scopes out, and in which slot; nearest first. */
  placesOf(name: string): readonly { readonly depth: number; readonly slot: number }[] {
    const places: { depth: number; slot: number }[] = []
    let depth = 0
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const slot = scope.slots.get(name)
      if (slot !== undefined) places.push({ depth, slot })
      depth++
    }
    return places
  }

  /** Every name that can be seen from here, with its nearest place. */
  visible(): ReadonlyMap<string, { readonly depth: number; readonly slot: number }[]> {
    const names = new Map<string, { depth: number; slot: number }[]>()
    let depth = 0
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      for (const [name, slot] of scope.slots) {
        const places = names.get(name) ?? []
        places.push({ depth, slot })
        names.set(name, places)
      }
      depth++
    }
    return names
  }
}

/** The names that a body sets in its own scope, and not in one inside of it. */
export function namesSet(body: Body, names: Set<string> = new Set()): Set<string> {
  for (const statement of body) addNames(statement, names)
  return names
}

function addNames(statement: Statement, names: Set<string>): void {
  switch (statement.kind) {
    case 'set':
    case 'set_block':
      targetNames(statement.target, names)
      break
    case 'if':
      for (const { body } of statement.branches) namesSet(body, names)
      namesSet(statement.otherwise, names)
      break
    case 'macro':
    case 'import':
      names.add(statement.name)
      break
    case 'from':
      for (const [, alias] of statement.names) names.add(alias)
      break
    default:
  }
}

/** The names that an assignment gives values to. */
export function targetNames(target: Target, names: Set<string> = new Set()): Set<string> {
  if (target.kind === 'name') names.add(target.name)
  else if (target.kind === 'tuple') for (const item of target.items) targetNames(item, names)
  return names
}

/** Whether a name is read anywhere in a body, blocks left out: they see none of the names around them. */
export function readsName(body: Body, name: string): boolean {
  return body.some((statement) => statementReads(statement, name))
}

function statementReads(statement: Statement, name: string): boolean {
  if (statement.kind === 'block' && !statement.scoped) return false
  return mentions(statement, name)
}

/** Looks through a node and all below it. */
function mentions(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((each) => mentions(each, name))
  if (typeof node !== 'object' || node === null) return false
  const { kind } = node as { kind?: string }
  if (kind === 'name') return (node as Expression & { kind: 'name' }).name === name
  if (kind === 'block') return statementReads(node as Statement, name)
  return Object.values(node).some((each) => mentions(each, name))
}
