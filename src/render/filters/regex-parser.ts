/**
 * Reads Python's regular expression syntax (the `re` module of Python 3.11, for texts).
 * @module
 */
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
 * @throws {FilterError} for what Python refuses, and for what this server does not support, by name
 */
export function parseRegex(pattern: string, flags: RegexFlags = {}): RegexTree {
  const source = new RegexSource(pattern)
  if (pattern.length > MAX_PATTERN) throw source.fault(`it is longer than ${MAX_PATTERN} characters`)
  const parser = new RegexParser(source)
  const { root, ignoreCase } = parser.parse({
    ignoreCase: flags.ignoreCase ?? false,
    multiline: flags.multiline ?? false,
    dotAll: false,
    verbose: false,
    ascii: false,
  })
  return { root, ignoreCase, groupCount: parser.groupCount, groupNames: parser.groupNames }
}

class RegexParser {
  readonly #source: RegexSource
  readonly groupNames = new Map<string, number>()
  groupCount = 0
  readonly #openGroups = new Set<number>()
  /** Where a group stands: the optional parts around it, outermost first. */
  readonly #scopesOf = new Map<number, readonly number[]>()
  #scopes: readonly number[] = []
  #scopeCount = 0
  #depth = 0

  constructor(source: RegexSource) {
    this.#source = source
  }

  parse(given: LocalFlags): { root: RegexNode; ignoreCase: boolean } {
    const flags = this.#leadingFlags(given)
    const root = this.#choice(flags)
    if (!this.#source.atEnd) throw this.#source.fault('a parenthesis is closed that was never opened')
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
    const names: Record<string, Partial<LocalFlags>> = {
      i: { ignoreCase: on },
      m: { multiline: on },
      s: { dotAll: on },
      x: { verbose: on },
      a: { ascii: on },
      u: { ascii: false },
    }
    return [...letters].reduce((all, letter) => {
      if (!Object.hasOwn(names, letter)) throw this.#source.fault(`the flag (?${letter}) is not supported`)
      return { ...all, ...names[letter] }
    }, flags)
  }

  /** Reads `read` as a part that a match may pass by. */
  #optional<T>(read: () => T): T {
    const scopes = this.#scopes
    this.#scopes = [...scopes, ++this.#scopeCount]
    const result = read()
    this.#scopes = scopes
    return result
  }

  #choice(flags: LocalFlags): RegexNode {
    if (++this.#depth > MAX_NESTING) throw this.#source.fault('its groups are nested too deep')
    const start = this.#source.position
    const isChoice = this.#source.hasAlternativeAhead(flags.verbose)
    const branches = [isChoice ? this.#optional(() => this.#sequence(flags)) : this.#sequence(flags)]
    while (this.#source.take('|')) branches.push(this.#optional(() => this.#sequence(flags)))
    this.#depth--
    const [only] = branches
    if (branches.length === 1 && only !== undefined) return only
    if (start === this.#source.position) throw this.#source.fault('it is empty')
    return { kind: 'choice', branches }
  }

  #sequence(flags: LocalFlags): RegexNode {
    const items: RegexNode[] = []
    for (;;) {
      if (flags.verbose) this.#source.match(/(?:\s|#[^\n]*)+/y)
      if (this.#source.atEnd || this.#source.sees('|') || this.#source.sees(')')) break
      const scopes = this.#scopes
      const item = this.#source.isOptionalAhead()
        ? this.#optional(() => this.#quantified(flags))
        : this.#quantified(flags)
      this.#scopes = scopes
      if (item !== undefined) items.push(item)
    }
    return { kind: 'sequence', items }
  }

  #quantified(flags: LocalFlags): RegexNode | undefined {
    const before = this.groupCount
    const scopeOfAtom = ++this.#scopeCount
    const outer = this.#scopes
    this.#scopes = [...outer, scopeOfAtom]
    const atom = this.#atom(flags)
    this.#scopes = outer
    if (flags.verbose) this.#source.match(/(?:\s|#[^\n]*)+/y)
    const quantifier = this.#quantifier()
    if (quantifier === undefined || quantifier.min > 0) this.#dropScope(before, scopeOfAtom)
    if (quantifier === undefined || atom === undefined) {
      if (quantifier !== undefined) throw this.#source.fault('there is nothing to repeat')
      return atom
    }
    if (atom.kind === 'assertion') throw this.#source.fault('there is nothing to repeat')
    if (this.#quantifier() !== undefined) {
      throw this.#source.fault('two quantifiers follow each other (possessive ones are not supported)')
    }
    const repeat: RegexNode = { kind: 'repeat', body: atom, ...quantifier }
    this.#checkCaptures(repeat)
    return repeat
  }

  /** What was read as optional turns out to be a certain part of the match. */
  #dropScope(groupsBefore: number, scope: number): void {
    for (let index = groupsBefore + 1; index <= this.groupCount; index++) {
      const scopes = this.#scopesOf.get(index) ?? []
      this.#scopesOf.set(
        index,
        scopes.filter((each) => each !== scope),
      )
    }
  }

  // JavaScript forgets a group at each turn of a repeat, Python keeps what an earlier turn put into it
  #checkCaptures(repeat: RegexNode & { readonly kind: 'repeat' }): void {
    if (repeat.max > 1 && hasGroup(repeat.body) && (isNullable(repeat.body) || hasUnsureGroup(repeat.body, false))) {
      throw this.#source.fault(
        'a repeated part holds a group that not every turn fills; use (?:…) in place of (…)',
      )
    }
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
    if (character === '.') return set({ negated: true, items: dotAll ? [] : [{ from: 10, to: 10 }] })
    if (character === '^') return assertion(multiline ? 'line-start' : 'start')
    if (character === '$') return assertion(multiline ? 'line-end' : 'end')
    if (character === '*' || character === '+' || character === '?') {
      throw this.#source.fault('there is nothing to repeat')
    }
    return literal(character)
  }

  #escape(ascii: boolean): RegexNode {
    const escape = parseEscape(this.#source, ascii)
    if ('assertion' in escape) return assertion(escape.assertion)
    if ('reference' in escape) return this.#reference(escape.reference)
    return set({ negated: false, items: [escape] })
  }

  #reference(index: number): RegexNode {
    if (index > this.groupCount) throw this.#source.fault(`there is no group ${index} before the reference to it`)
    if (this.#openGroups.has(index)) throw this.#source.fault(`group ${index} refers to itself`)
    const scopes = this.#scopesOf.get(index) ?? []
    // where the group took no part Python fails, JavaScript goes on
    if (scopes.some((scope, place) => this.#scopes[place] !== scope)) {
      throw this.#source.fault(`the reference to group ${index} is not supported, for the group is optional`)
    }
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
      const body = this.#optional(() => this.#closed(flags, undefined))
      return { kind: 'look', body, behind: look[1] === '<', negative: look[2] === '!' }
    }
    const [all, on = '', off = ''] = this.#source.match(/\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?:/y) ?? []
    if (all !== undefined) {
      const inner = this.#withFlags(this.#withFlags(flags, on, true), off, false)
      if (inner.ignoreCase !== flags.ignoreCase) {
        throw this.#source.fault('(?i:…) for a part is not supported. Use ignorecase=true for all of it')
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
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw this.#source.fault(`'${name}' is no name for a group`)
      if (this.groupNames.has(name)) throw this.#source.fault(`the group '${name}' is there twice`)
      this.groupNames.set(name, index)
    }
    this.#scopesOf.set(index, this.#scopes)
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
