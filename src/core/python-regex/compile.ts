/**
 * Python's regular expressions on JavaScript's engine: patterns, and which of them surely end soon.
 *
 * What JavaScript cannot do the same way is refused with a `RegexFault` that names it.
 * @module
 */
import { prefersEmpty } from './regex-difference.ts'
import { emitRegex } from './regex-emitter.ts'
import { parseRegex, type RegexFlags } from './regex-parser.ts'
import { isSafeTree } from './regex-safety.ts'
import { RegexFault, shownPattern } from './regex-source.ts'

/** A Python pattern that can be run. */
export interface PythonRegex {
  /** As the template has it. */
  readonly pattern: string
  /** Global, with the flag `u`. Groups keep Python's numbers and have no names. */
  readonly regex: RegExp
  /** Finds a match of at least one character at one place; for patterns that may prefer an empty one there. */
  readonly nonEmpty: RegExp | undefined
  readonly groupCount: number
  readonly groupNames: ReadonlyMap<string, number>
}

/**
 * Translates a pattern of Python's `re` module.
 * @throws {RegexFault} for what Python refuses, and for what JavaScript has no equal for
 */
export function compilePythonRegex(pattern: string, flags: RegexFlags = {}): PythonRegex {
  const tree = parseRegex(pattern, flags)
  try {
    const flagLetters = tree.ignoreCase ? 'iu' : 'u'
    const regex = new RegExp(emitRegex(tree.root), `g${flagLetters}`)
    const nonEmpty = prefersEmpty(tree.root)
      ? // what is left of the text at the end of the match must not be all that was left at its start
        new RegExp(`(?=([^]*))(?:${emitRegex(tree.root, 1)})(?!\\1$)`, `y${flagLetters}`)
      : undefined
    return { pattern, regex, nonEmpty, groupCount: tree.groupCount, groupNames: tree.groupNames }
  } catch (error) {
    throw new RegexFault(`regular expression ${shownPattern(pattern)} is not supported`, {
      cause: error,
    })
  }
}

/**
 * Whether the pattern surely takes no more than quadratic time in the length of the text, over a whole search,
 * replacement or `findall`. True promises at most about `1,000 × length²` steps, mostly far fewer: with texts of a
 * few thousand characters it may run on the main thread, where nothing can interrupt it. False promises nothing: run
 * such a pattern in a worker, under a time limit.
 *
 * Quadratic is what any search for `a+b` takes. Quantifiers that can end in one place only (`\d+\.`) may stand one
 * after another. One whose end is open (`.*x`) may come last among the unbounded ones, but for those that end the
 * pattern; a further one only after `\A` (or `^`, if the flags say `multiline: false`). Lookarounds with unbounded
 * quantifiers, backreferences, and loops over what can match in two ways never count as safe, and neither does a
 * pattern that cannot be read.
 */
export function isBacktrackingSafe(pattern: string, flags: RegexFlags = {}): boolean {
  try {
    const { root } = parseRegex(pattern, { multiline: true, ...flags })
    // what may prefer an empty match is searched for a longer one too, which takes longer
    return !prefersEmpty(root) && isSafeTree(root)
  } catch (error) {
    if (error instanceof RegexFault) return false
    throw error
  }
}
