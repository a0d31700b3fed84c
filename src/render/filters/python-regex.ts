/**
 * Python's regular expressions on JavaScript's engine: what is replaced and found, as Python's `re` does it.
 * @module
 */
import {
  compilePythonRegex as compileRegex,
  type PythonRegex,
} from '../../core/python-regex/compile.ts'
import type { RegexFlags } from '../../core/python-regex/regex-parser.ts'
import { RegexFault } from '../../core/python-regex/regex-source.ts'
import { Tuple } from '../python/values.ts'
import { shown } from './arguments.ts'
import { checkCharacters, checkItems } from './bounds.ts'
import { FilterError } from './filter.ts'
import { parseTemplate, type Template } from './regex-template.ts'

export type { PythonRegex }

/**
 * Translates a pattern of Python's `re` module.
 * @throws {FilterError} for what Python refuses, and for what JavaScript has no equal for
 */
export function compilePythonRegex(pattern: string, flags: RegexFlags = {}): PythonRegex {
  try {
    return compileRegex(pattern, flags)
  } catch (error) {
    if (error instanceof RegexFault) throw new FilterError(error.message, { cause: error })
    throw error
  }
}

/** A match: its groups, the whole of it first, and where it begins. */
interface Match {
  readonly groups: readonly (string | undefined)[]
  readonly text: string
  readonly index: number
}

/** The matches in Python's order: at the place of an empty one, a match of some length may follow. */
function* matchesOf(python: PythonRegex, text: string): Generator<Match> {
  const { regex, nonEmpty } = python
  let position = 0
  let isAfterEmpty = false
  for (;;) {
    const again: Match | undefined =
      isAfterEmpty && nonEmpty ? matchAt(python, nonEmpty, text, position) : undefined
    const match: Match | undefined =
      again ?? matchAt(python, regex, text, isAfterEmpty ? nextIndex(text, position) : position)
    if (match === undefined) return
    yield match
    position = match.index + match.text.length
    isAfterEmpty = match.text === ''
  }
}

function matchAt(
  python: PythonRegex,
  regex: RegExp,
  text: string,
  from: number,
): Match | undefined {
  if (from > text.length) return undefined
  regex.lastIndex = from
  const match = execute(python, regex, text)
  if (match === null) return undefined
  const ownGroups = regex === python.nonEmpty ? 1 : 0
  return { groups: [match[0], ...match.slice(1 + ownGroups)], text: match[0], index: match.index }
}

function execute({ pattern }: PythonRegex, regex: RegExp, text: string): RegExpExecArray | null {
  try {
    return regex.exec(text)
  } catch (error) {
    // V8 translates a pattern when it is first used, and says only then that it is too large for it
    throw new FilterError(`regular expression ${shown(pattern)} is too large for this text`, {
      cause: error,
    })
  }
}

function nextIndex(text: string, index: number): number {
  return index + ((text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1)
}

/** Python's `re.sub`: replaces the first `count` matches, or all of them when it is 0. */
export function replacePython(
  python: PythonRegex,
  replacement: string,
  text: string,
  count = 0,
): string {
  const template = parseTemplate(replacement, python.groupCount, python.groupNames)
  const parts: string[] = []
  let end = 0
  let length = 0
  let replaced = 0
  for (const match of matchesOf(python, text)) {
    if (count > 0 && replaced++ >= count) break
    const inserted = fill(template, match)
    parts.push(text.slice(end, match.index), inserted)
    length += match.index - end + inserted.length
    checkCharacters('regex_replace', length)
    end = match.index + match.text.length
  }
  checkCharacters('regex_replace', length + text.length - end)
  return parts.join('') + text.slice(end)
}

function fill(template: Template, { groups }: Match): string {
  // a group that took no part counts as empty
  return template.map((part) => (typeof part === 'string' ? part : (groups[part] ?? ''))).join('')
}

/** Python's `re.search`: the groups of the first match, the whole of it first. */
export function searchPython(
  python: PythonRegex,
  text: string,
): readonly (string | undefined)[] | undefined {
  return matchAt(python, python.regex, text, 0)?.groups
}

/** Whether Python's `re.match` finds the pattern at the beginning of the text. */
export function matchesAtStart(python: PythonRegex, text: string): boolean {
  const { source, flags } = python.regex
  const anchored = new RegExp(source, flags.replace('g', 'y'))
  return matchAt(python, anchored, text, 0) !== undefined
}

/** Python's `re.findall`: the matches, or their one group, or a tuple of their groups. */
export function findAllPython(python: PythonRegex, text: string): readonly unknown[] {
  const found: unknown[] = []
  for (const { groups } of matchesOf(python, text)) {
    const texts = groups.map((group) => group ?? '')
    found.push(python.groupCount < 2 ? texts.at(-1) : Tuple.with(texts.slice(1)))
    checkItems('regex_findall', found.length)
  }
  return found
}

const specials = /[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g

/** Python's `re.escape`. */
export function escapePython(text: string): string {
  return text.replace(specials, '\\$&')
}
