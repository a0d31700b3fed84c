/**
 * How long a regular expression can take when it has to go back and try again.
 *
 * The measure is a *degree*, the power of the text's length that one attempt at a match can take, and *choices*, a
 * constant in front of it. A quantifier that can end in one place only – for what follows cannot begin with a
 * character that it takes – is gone through once for each way to get to it. One whose end is open multiplies what
 * follows by the length of the text. One with nothing after it ends the attempt with a match, and costs nothing.
 * @module
 */
import { isNullable } from './regex-difference.ts'
import {
  charactersOf,
  disjoint,
  everyCharacter,
  noCharacter,
  type Reach,
  union,
} from './regex-reach.ts'
import type { RegexNode } from './regex-syntax.ts'

/** What can come after a part of the pattern. */
interface Follow {
  /** The characters it can begin with. */
  readonly first: Reach
  /** Whether it can match without taking a character. */
  readonly nullable: boolean
  /** Whether nothing comes after it, so that reaching it ends the attempt with a match. */
  readonly final: boolean
}

const UNSAFE = Number.POSITIVE_INFINITY
const MAX_CHOICES = 1000
const MAX_SIZE = 5000
const MAX_DEGREE = 2

/** Whether a search with the pattern takes at most quadratic time. */
export function isSafeTree(root: RegexNode): boolean {
  const end: Follow = { first: noCharacter, nullable: true, final: true }
  if (sizeOf(root) > MAX_SIZE || choicesOf(root, end) > MAX_CHOICES) return false
  // a search tries every place of the text, unless the pattern is bound to the start
  const attempts = isAnchored(root) ? 0 : 1
  return attempts + Math.max(1, degreeOf(root, end, 0)) <= MAX_DEGREE
}

function isAnchored(node: RegexNode): boolean {
  if (node.kind === 'assertion') return node.type === 'start'
  if (node.kind === 'group') return isAnchored(node.body)
  if (node.kind === 'choice') return node.branches.every(isAnchored)
  if (node.kind !== 'sequence') return false
  const [first] = node.items
  return first !== undefined && isAnchored(first)
}

/** The degree of a part, given that of the rest of the pattern. */
function degreeOf(node: RegexNode, follow: Follow, rest: number): number {
  switch (node.kind) {
    case 'set':
    case 'assertion':
      return rest
    case 'reference':
      return UNSAFE
    case 'look':
      // it is tried at every place, and one that looks behind runs backwards
      return hasUnbounded(node.body) ? UNSAFE : rest
    case 'group':
      return degreeOf(node.body, follow, rest)
    case 'choice':
      return Math.max(...node.branches.map((branch) => degreeOf(branch, follow, rest)))
    case 'sequence':
      return inOrder(node.items, follow, rest, degreeOf)
    case 'repeat':
      return repeatDegree(node, follow, rest)
  }
}

/** Goes through a sequence from its end, telling each part what comes after it. */
function inOrder(
  items: readonly RegexNode[],
  follow: Follow,
  rest: number,
  measure: (node: RegexNode, follow: Follow, rest: number) => number,
): number {
  let after = follow
  let measured = rest
  for (const item of items.toReversed()) {
    measured = measure(item, after, measured)
    after = before(item, after)
  }
  return measured
}

type Repeat = RegexNode & { readonly kind: 'repeat' }

function repeatDegree(node: Repeat, follow: Follow, rest: number): number {
  const { body, max } = node
  const loop = followInLoop(node, follow)
  if (max !== Number.POSITIVE_INFINITY) {
    let degree = rest
    for (let turn = 0; turn < max && degree <= MAX_DEGREE; turn++) {
      const longer = Math.max(degree, degreeOf(body, loop, degree))
      if (longer === degree) break
      degree = longer
    }
    return degree
  }
  // each turn must have one way to match, else the ways multiply from turn to turn
  const hasOneWay = degreeOf(body, loop, 1) <= 1 && choicesOf(body, loop) <= 1
  if (isNullable(body) || !hasOneWay) return UNSAFE
  if (follow.final) return rest
  return endsInOnePlace(node, follow) ? Math.max(rest, 1) : rest + 1
}

function endsInOnePlace({ body }: Repeat, follow: Follow): boolean {
  return follow.final || (!follow.nullable && disjoint(firstOf(body), follow.first))
}

function followInLoop({ body, max }: Repeat, follow: Follow): Follow {
  return max <= 1 ? follow : { ...follow, first: union(firstOf(body), follow.first) }
}

/** In how many ways a part can match in one place, its unbounded quantifiers aside. */
function choicesOf(node: RegexNode, follow: Follow): number {
  switch (node.kind) {
    case 'group':
      return choicesOf(node.body, follow)
    case 'look':
      return choicesOf(node.body, { first: everyCharacter, nullable: true, final: false })
    case 'sequence':
      return inOrder(node.items, follow, 1, (item, after, rest) => choicesOf(item, after) * rest)
    case 'choice': {
      const choices = node.branches.map((branch) => choicesOf(branch, follow))
      return areExclusive(node.branches) ? Math.max(...choices) : choices.reduce((a, b) => a + b, 0)
    }
    case 'repeat': {
      const { min, max } = node
      const turn = choicesOf(node.body, followInLoop(node, follow))
      if (max === Number.POSITIVE_INFINITY) return turn
      return turn ** max * (endsInOnePlace(node, follow) ? 1 : max - min + 1)
    }
    default:
      return 1
  }
}

/** How long the part is with its bounded repeats written out. */
function sizeOf(node: RegexNode): number {
  switch (node.kind) {
    case 'sequence':
      return node.items.reduce((size, item) => size + sizeOf(item), 0)
    case 'choice':
      return node.branches.reduce((size, branch) => size + sizeOf(branch), 0)
    case 'repeat':
      return (
        sizeOf(node.body) * Math.max(1, node.max === Number.POSITIVE_INFINITY ? node.min : node.max)
      )
    case 'group':
    case 'look':
      return sizeOf(node.body)
    default:
      return 1
  }
}

/** What comes after the part before `node`. */
function before(node: RegexNode, follow: Follow): Follow {
  if (node.kind === 'assertion' && node.type === 'end') {
    // only a last line end may come, and nothing after it
    return { first: newline, nullable: false, final: false }
  }
  if (node.kind === 'assertion' && node.type === 'text-end') {
    return { first: noCharacter, nullable: false, final: false }
  }
  if (node.kind === 'assertion' && node.type === 'line-end') {
    return { first: newline, nullable: false, final: false }
  }
  if (!isNullable(node)) return { first: firstOf(node), nullable: false, final: false }
  const isSkipped = node.kind === 'repeat' || node.kind === 'choice'
  return {
    first: union(firstOf(node), follow.first),
    nullable: follow.nullable,
    // a part that may be left out can fail without harm; an assertion cannot
    final: follow.final && isSkipped && !hasAssertion(node),
  }
}

const newline = charactersOf({ negated: false, items: [{ from: 10, to: 10 }] })

/** The characters the part can begin with. */
function firstOf(node: RegexNode): Reach {
  switch (node.kind) {
    case 'set':
      return charactersOf(node.set)
    case 'sequence': {
      let first = noCharacter
      for (const item of node.items) {
        first = union(first, firstOf(item))
        if (!isNullable(item)) break
      }
      return first
    }
    case 'choice':
      return node.branches.map(firstOf).reduce(union, noCharacter)
    case 'repeat':
    case 'group':
      return firstOf(node.body)
    case 'reference':
      return everyCharacter
    default:
      return noCharacter
  }
}

function areExclusive(branches: readonly RegexNode[]): boolean {
  if (branches.some(isNullable)) return false
  const firsts = branches.map(firstOf)
  return firsts.every((first, index) =>
    firsts.slice(index + 1).every((other) => disjoint(first, other)),
  )
}

function hasUnbounded(node: RegexNode): boolean {
  return some(node, (each) => each.kind === 'repeat' && each.max === Number.POSITIVE_INFINITY)
}

function hasAssertion(node: RegexNode): boolean {
  return some(node, (each) => each.kind === 'assertion' || each.kind === 'look')
}

function some(node: RegexNode, test: (node: RegexNode) => boolean): boolean {
  if (test(node)) return true
  if (node.kind === 'sequence') return node.items.some((item) => some(item, test))
  if (node.kind === 'choice') return node.branches.some((branch) => some(branch, test))
  return 'body' in node && some(node.body, test)
}
