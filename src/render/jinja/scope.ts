/**
 * Which names a part of a template sets, found before it runs, so that a render looks names up by place.
 * @module
 */
import type { Body, Expression, Statement, Target } from './ast.ts'
import { FirstUses } from './first-uses.ts'

/** What a scope is made of. */
export interface ScopeParts {
  /** Names that have their values from the beginning. */
  readonly parameters?: Iterable<string>
  /** Expressions that are evaluated in the scope before its body. */
  readonly reads?: readonly Expression[]
  readonly body?: Body
}

/** The names of one stretch of a template that has its own: a loop's body, a macro, a `with`. */
export class Scope {
  /** Undefined at the top of a template and of a block. */
  readonly parent: Scope | undefined
  /** What is set at the top of a template is kept in its context, where blocks, includes and importers find it. */
  readonly isTop: boolean
  private readonly slots = new Map<string, number>()
  private readonly uses: FirstUses
  /** Names that mean nothing else here: parameters, and what is undefined until the scope sets it. */
  private readonly own: Set<string>

  constructor(parent: Scope | undefined, parts: ScopeParts, isTop = false) {
    const { parameters = [], reads = [], body = [] } = parts
    this.parent = parent
    this.isTop = isTop
    this.uses = new FirstUses((name) => parent?.knows(name) === true)
    for (const name of parameters) {
      this.slot(name)
      this.uses.declare(name)
    }
    for (const read of reads) this.uses.expression(read)
    this.uses.body(body)
    const blanks = this.uses.blanks()
    this.own = new Set([...parameters, ...blanks])
    // at the top only a name that must not be looked for in the context needs a slot
    for (const name of isTop ? blanks : namesSet(body)) this.slot(name)
  }

  get size(): number {
    return this.slots.size
  }

  /** Gives a name that the scope has from its beginning its slot. */
  add(name: string): number {
    this.uses.declare(name)
    this.own.add(name)
    return this.slot(name)
  }

  private slot(name: string): number {
    const known = this.slots.get(name)
    if (known !== undefined) return known
    const slot = this.slots.size
    this.slots.set(name, slot)
    return slot
  }

  slotOf(name: string): number | undefined {
    return this.slots.get(name)
  }

  /** Where a name may be found, nearest first; `open`: and else in the context. */
  placesOf(name: string): { readonly places: readonly Place[]; readonly open: boolean } {
    const places: Place[] = []
    let depth = 0
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const slot = scope.slots.get(name)
      if (slot !== undefined) places.push({ depth, slot })
      if (scope.own.has(name)) return { places, open: false }
      depth++
    }
    return { places, open: true }
  }

  /** Every name that can be seen from here, with its places, nearest first. */
  visible(): ReadonlyMap<string, readonly Place[]> {
    const names = new Map<string, Place[]>()
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

  /** A name in an expression that neither this scope nor one around it mentions elsewhere. */
  unknownName(node: Expression): string | undefined {
    const own = new FirstUses((name) => this.knows(name))
    own.expression(node)
    return own.names()[0]
  }

  /** Whether this scope or one around it mentions the name. */
  private knows(name: string): boolean {
    return this.uses.knows(name) || this.parent?.knows(name) === true
  }
}

/** How many scopes out, and in which slot. */
export interface Place {
  readonly depth: number
  readonly slot: number
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
  return mentions(body, name)
}

/** The same without any blocks, also those that see the names around them. */
export function readsOutsideBlocks(body: Body, name: string): boolean {
  return mentions(body, name, false)
}

/** Looks through a node and all below it. */
function mentions(node: unknown, name: string, scopedBlocks = true): boolean {
  if (Array.isArray(node)) return node.some((each) => mentions(each, name, scopedBlocks))
  if (typeof node !== 'object' || node === null) return false
  const { kind } = node as { kind?: string }
  if (kind === 'name') return (node as Expression & { kind: 'name' }).name === name
  if (kind === 'block' && !(scopedBlocks && (node as Statement & { kind: 'block' }).scoped)) {
    return false
  }
  return Object.values(node).some((each) => mentions(each, name, scopedBlocks))
}

/** Whether a block somewhere in a body sees the names around it. */
export function hasScopedBlock(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasScopedBlock)
  if (typeof node !== 'object' || node === null) return false
  const { kind, scoped } = node as { kind?: string; scoped?: boolean }
  return (kind === 'block' && scoped === true) || Object.values(node).some(hasScopedBlock)
}
