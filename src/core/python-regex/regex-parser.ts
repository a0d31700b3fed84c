/**
 * Reads Python's regular expression syntax (the `re` module of Python 3.11, for texts).
 * @module
 */
import { findDifference } from './regex-difference.ts'
import { parseEscape } from './regex-escape.ts'
import { parseSet } from './regex-set.ts'
import { RegexSource } from './regex-source.ts'
import type { Assertion, CharacterSet, RegexNode, RegexTree } from './regex-syntax.ts'

/** Flags given beside the pattern. */
export interface RegexFlags {
  readonly ignoreCase?: boolean
  readonly multiline?: boolean
}

/** The flags in force at one place of a pattern. */
export interface LocalFlags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly verbose: boolean
  readonly ascii: boolean
}

const MAX_PATTERN = 10_000
const MAX_NESTING = 100
const MAX_REPEAT = 1_000_000

/**
 * The tree of a pattern.
 * @throws {RegexFault} for what Python refuses, and for what this server does not support, by name
 */
export function parseRegex(pattern: string, flags: RegexFlags = {}): RegexTree {
  const source = new RegexSource(pattern)
  if (pattern.length > MAX_PATTERN)
    throw source.fault(`it is longer than ${MAX_PATTERN} characters`)
  const parser = new RegexParser(source)
  const { root, ignoreCase } = parser.parse({
    ignoreCase: flags.ignoreCase ?? false,
    multiline: flags.multiline ?? false,
    dotAll: false,
    verbose: false,
    ascii: false,
  })
  const difference = findDifference(root)
  if (difference !== undefined) throw source.fault(difference)
  return { root, ignoreCase, groupCount: parser.groupCount, groupNames: parser.groupNames }
}

class RegexParser {
  readonly #source: RegexSource
  readonly groupNames = new Map<string, number>()
  groupCount = 0
  readonly #openGroups = new Set<number>()
  #depth = 0

  constructor(source: RegexSource) {
    this.#source = source
  }

  parse(given: LocalFlags): { root: RegexNode; ignoreCase: boolean } {
    const flags = this.#leadingFlags(given)
    const root = this.#choice(flags)
    if (!this.#source.atEnd)
      throw this.#source.fault('a parenthesis is closed that was never opened')
    return { root, ignoreCase: flags.ignoreCase }
  }

  #leadingFlags(given: LocalFlags): LocalFlags {
    let flags = given
    for (;;) {
      const letters = this.#source.match(/\(\?([a-zA-Z]+)\)/y)?.[1]
      if (letters === undefined) return flags
      flags = this.#withFlags(flags, letters, true)
    }
  }

  #withFlags(flags: LocalFlags, letters: string, on: boolean): LocalFlags {
    const changes: Partial<LocalFlags>[] = [...letters].map((letter) => {
      if (letter === 'i') return { ignoreCase: on }
      if (letter === 'm') return { multiline: on }
      if (letter === 's') return { dotAll: on }
      if (letter === 'x') return { verbose: on }
      if (letter === 'a') return { ascii: on }
      if (letter === 'u') return { ascii: false }
      throw this.#source.fault(`the flag (?${letter}) is not supported`)
    })
    return Object.assign({}, flags, ...changes)
  }

  #choice(flags: LocalFlags): RegexNode {
    if (++this.#depth > MAX_NESTING) throw this.#source.fault('its groups are nested too deep')
    const branches = [this.#sequence(flags)]
    while (this.#source.take('|')) branches.push(this.#sequence(flags))
    this.#depth--
    const [only] = branches
    return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches }
  }

  #sequence(flags: LocalFlags): RegexNode {
    const items: RegexNode[] = []
    for (;;) {
      if (flags.verbose) this.#skipSpace()
      if (this.#source.atEnd || this.#source.sees('|') || this.#source.sees(')')) break
      const item = this.#quantified(flags)
      if (item !== undefined) items.push(item)
    }
    return { kind: 'sequence', items }
  }

  #skipSpace(): void {
    this.#source.match(/(?:[ \t\n\r\f\v]|#[^\n]*)+/y)
  }

  #quantified(flags: LocalFlags): RegexNode | undefined {
    const atom = this.#atom(flags)
    if (flags.verbose) this.#skipSpace()
    const quantifier = this.#quantifier()
    if (quantifier === undefined) return atom
    if (atom === undefined || atom.kind === 'assertion')
      throw this.#source.fault('there is nothing to repeat')
    if (this.#quantifier() !== undefined || this.#source.sees('+')) {
      throw this.#source.fault(
        'two quantifiers follow each other (possessive ones are not supported)',
      )
    }
    return { kind: 'repeat', body: atom, ...quantifier }
  }

  #quantifier(): { min: number; max: number; lazy: boolean } | undefined {
    const simple = this.#source.match(/[*+?]/y)?.[0]
    let range: readonly [number, number]
    if (simple !== undefined) {
      range = [simple === '+' ? 1 : 0, simple === '?' ? 1 : Number.POSITIVE_INFINITY]
    } else {
      const [all, from = '', comma, to = ''] = this.#source.match(/\{(?!\})(\d*)(,?)(\d*)\}/y) ?? []
      if (all === undefined) return undefined
      const min = Number(from)
      range = [min, comma === '' ? min : to === '' ? Number.POSITIVE_INFINITY : Number(to)]
    }
    const [min, max] = range
    if (min > max) throw this.#source.fault('a quantifier has its least above its most')
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY)) {
      throw this.#source.fault('a quantifier is too large')
    }
    return { min, max, lazy: this.#source.take('?') }
  }

  #atom(flags: LocalFlags): RegexNode | undefined {
    const { multiline, dotAll, ascii } = flags
    if (this.#source.sees('(')) return this.#group(flags)
    if (this.#source.sees('[')) return set(parseSet(this.#source, ascii))
    if (this.#source.sees('\\')) return this.#escape(ascii)
    const character = this.#source.next()
    if (character === '.')
      return set({ negated: true, items: dotAll ? [] : [{ from: 10, to: 10 }] })
    if (character === '^') return assertion(multiline ? 'line-start' : 'start')
    if (character === '$') return assertion(multiline ? 'line-end' : 'end')
    if (character === '*' || character === '+' || character === '?') {
      throw this.#source.fault('there is nothing to repeat')
    }
    return literal(character)
  }

  #escape(ascii: boolean): RegexNode {
    const escaped = parseEscape(this.#source, ascii)
    if ('assertion' in escaped) return assertion(escaped.assertion)
    if ('reference' in escaped) return this.#reference(escaped.reference)
    return set({ negated: false, items: [escaped] })
  }

  #reference(index: number): RegexNode {
    if (index > this.groupCount)
      throw this.#source.fault(`there is no group ${index} before the reference to it`)
    if (this.#openGroups.has(index)) throw this.#source.fault(`group ${index} refers to itself`)
    return { kind: 'reference', index }
  }

  #group(flags: LocalFlags): RegexNode | undefined {
    if (this.#source.match(/\(\?#[^)]*\)/y) !== undefined) return undefined
    if (this.#source.match(/\(\?:/y)) return this.#closed(flags, undefined)
    const name = this.#source.match(/\(\?P<([^>)]*)>/y)?.[1]
    if (name !== undefined) return this.#capture(flags, name)
    const referred = this.#source.match(/\(\?P=([^)]*)\)/y)?.[1]
    if (referred !== undefined) {
      const index = this.groupNames.get(referred)
      if (index === undefined) throw this.#source.fault(`there is no group '${referred}'`)
      return this.#reference(index)
    }
    const look = this.#source.match(/\(\?(<?)([=!])/y)
    if (look !== undefined) {
      return {
        kind: 'look',
        body: this.#closed(flags, undefined),
        behind: look[1] === '<',
        negative: look[2] === '!',
      }
    }
    const [all, on = '', off = ''] = this.#source.match(/\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?:/y) ?? []
    if (all !== undefined) {
      const inner = this.#withFlags(this.#withFlags(flags, on, true), off, false)
      if (inner.ignoreCase !== flags.ignoreCase) {
        throw this.#source.fault(
          '(?i:…) for a part is not supported. Use ignorecase=true for all of it',
        )
      }
      return this.#closed(inner, undefined)
    }
    const unknown = this.#source.match(/\(\?(?:P?.)?/suy)?.[0]
    if (unknown !== undefined) throw this.#source.fault(`'${unknown}' is not supported here`)
    this.#source.take('(')
    return this.#capture(flags, undefined)
  }

  #capture(flags: LocalFlags, name: string | undefined): RegexNode {
    const index = ++this.groupCount
    if (name !== undefined) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name))
        throw this.#source.fault(`'${name}' is no name for a group`)
      if (this.groupNames.has(name)) throw this.#source.fault(`the group '${name}' is there twice`)
      this.groupNames.set(name, index)
    }
    this.#openGroups.add(index)
    const group = this.#closed(flags, index)
    this.#openGroups.delete(index)
    return group
  }

  #closed(flags: LocalFlags, index: number | undefined): RegexNode {
    const body = this.#choice(flags)
    if (!this.#source.take(')')) throw this.#source.fault('a parenthesis is not closed')
    return { kind: 'group', body, index }
  }
}

function set(characters: CharacterSet): RegexNode {
  return { kind: 'set', set: characters }
}

function literal(character: string): RegexNode {
  const code = character.codePointAt(0) ?? 0
  return set({ negated: false, items: [{ from: code, to: code }] })
}

function assertion(type: Assertion): RegexNode {
  return { kind: 'assertion', type }
}
