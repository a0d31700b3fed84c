/**
 * Where Python and JavaScript disagree about what a group holds. Such patterns are refused rather than run with
 * another result.
 * @module
 */
import type { RegexNode } from './regex-syntax.ts'
import { fixedWidth } from './regex-width.ts'

/** What is wrong with the pattern, undefined when both languages agree on it. */
export function findDifference(root: RegexNode): string | undefined {
  const checker = new DifferenceChecker()
  checker.visit(root, new Set())
  return checker.found
}

type Groups = ReadonlySet<number>

class DifferenceChecker {
  found: string | undefined

  /** @returns the groups that surely hold something after `node`, given those before it */
  visit(node: RegexNode, before: Groups): Groups {
    switch (node.kind) {
      case 'sequence':
        return node.items.reduce((groups, item) => this.visit(item, groups), before)
      case 'choice': {
        const after = node.branches.map((branch) => this.visit(branch, before))
        return new Set(
          [...(after[0] ?? before)].filter((group) => after.every((each) => each.has(group))),
        )
      }
      case 'repeat': {
        const after = this.visit(node.body, before)
        if (node.max > 1) this.#checkRepeated(node.body, after)
        // an empty turn ends a repeat in Python and fails in JavaScript
        if (isNullable(node.body) && hasEmptyFirst(node.body)) {
          this.found = 'a repeated part may prefer to be empty; write the quantifier inside it only'
        }
        return node.min > 0 ? after : before
      }
      case 'group': {
        const after = this.visit(node.body, before)
        return node.index === undefined ? after : new Set([...after, node.index])
      }
      case 'look': {
        const after = this.visit(node.body, before)
        if (node.behind) this.#checkBehind(node.body)
        return node.negative ? before : after
      }
      case 'reference':
        // of a group that took no part Python makes a failure, JavaScript an empty text
        if (!before.has(node.index)) {
          this.found = `the reference to group ${node.index} is not supported, for that group is optional`
        }
        return before
      default:
        return before
    }
  }

  // Python wants to know how far to go back, and then reads forwards; JavaScript reads backwards
  #checkBehind(body: RegexNode): void {
    if (fixedWidth(body) === undefined) {
      this.found = 'what (?<=…) and (?<!…) look for needs a fixed width, without references'
    } else if (hasRepeatedGroup(body)) {
      this.found = 'a repeated part within (?<=…) holds a group; use (?:…) in place of (…)'
    }
  }

  // JavaScript empties the groups at each turn of a repeat, Python keeps what an earlier turn put into them
  #checkRepeated(body: RegexNode, after: Groups): void {
    const groups = groupsIn(body)
    if (groups.length > 0 && (isNullable(body) || groups.some((group) => !after.has(group)))) {
      this.found =
        'a repeated part holds a group that not every turn fills; use (?:…) in place of (…)'
    }
  }
}

function groupsIn(node: RegexNode): readonly number[] {
  switch (node.kind) {
    case 'sequence':
      return node.items.flatMap(groupsIn)
    case 'choice':
      return node.branches.flatMap(groupsIn)
    case 'group':
      return node.index === undefined ? groupsIn(node.body) : [node.index, ...groupsIn(node.body)]
    case 'repeat':
    case 'look':
      return groupsIn(node.body)
    default:
      return []
  }
}

function hasRepeatedGroup(node: RegexNode): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.some(hasRepeatedGroup)
    case 'choice':
      return node.branches.some(hasRepeatedGroup)
    case 'repeat':
      return groupsIn(node.body).length > 0
    case 'group':
    case 'look':
      return hasRepeatedGroup(node.body)
    default:
      return false
  }
}

/** Whether the pattern may match the empty text at a place where it could match more. */
export function prefersEmpty(root: RegexNode): boolean {
  return isNullable(root) && hasEmptyFirst(root)
}

function hasEmptyFirst(node: RegexNode): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.some(hasEmptyFirst)
    case 'choice':
      return node.branches.some((branch) => isNullable(branch) || hasEmptyFirst(branch))
    case 'repeat':
      return node.lazy || hasEmptyFirst(node.body)
    case 'group':
      return hasEmptyFirst(node.body)
    default:
      return false
  }
}

/** Whether the part can match the empty text. */
export function isNullable(node: RegexNode): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.every(isNullable)
    case 'choice':
      return node.branches.some(isNullable)
    case 'repeat':
      return node.min === 0 || isNullable(node.body)
    case 'group':
      return isNullable(node.body)
    case 'set':
      return false
    default:
      return true
  }
}
