/**
 * Grows the text of a template, choice by choice.
 * @module
 */
import type { Random } from 'fast-check'

/** What an expression is meant to give. */
export type Kind = 'int' | 'float' | 'str' | 'bool' | 'ints' | 'strs' | 'dict' | 'rows' | 'any'

/** How tightly an expression holds together: what may follow it without parentheses. */
export type Level = 'open' | 'filtered' | 'primary'

export type Rule = readonly [weight: number, level: Level, make: (growth: Growth) => string]

/** Leaves need no further expression. */
export interface Rules {
  readonly leaves: readonly Rule[]
  readonly branches: readonly Rule[]
}

export type Grammar = Readonly<Record<Kind, Rules>>

export interface Parameter {
  readonly name: string
  readonly kind: Kind
  readonly optional: boolean
}

/** A macro that can be called here. */
export interface Macro {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly varargs: boolean
  readonly kwargs: boolean
  readonly caller: boolean
}

export class Growth {
  /** How many levels an expression may still have. */
  depth = 3
  /** True where `loop` is a loop's. */
  inLoop = false
  /** True where `ns` is a namespace. */
  hasNamespace = false
  macros: readonly Macro[] = []
  /** The templates that are done, by name. */
  readonly templates = new Map<string, string>()
  private readonly random: Random
  private readonly grammar: Grammar
  private counter = 0

  constructor(random: Random, grammar: Grammar) {
    this.random = random
    this.grammar = grammar
  }

  /** Both ends are included. */
  int(low: number, high: number): number {
    return this.random.nextInt(low, high)
  }

  chance(percent: number): boolean {
    return this.random.nextInt(1, 100) <= percent
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.nextInt(0, items.length - 1)] as T
  }

  weighted<T extends readonly [weight: number, ...rest: unknown[]]>(items: readonly T[]): T {
    let sum = 0
    for (const [weight] of items) sum += weight
    let left = this.random.nextInt(1, sum)
    for (const item of items) {
      left -= item[0]
      if (left <= 0) return item
    }
    throw new Error('nothing has a weight')
  }

  /** A number that this template has not had. */
  next(): number {
    return ++this.counter
  }

  list(low: number, high: number, make: () => string): string[] {
    return Array.from({ length: this.int(low, high) }, make)
  }

  /** An expression that stands alone: between commas, in parentheses, behind `{{`. */
  any(kind: Kind): string {
    return this.grow(kind)[1]
  }

  /** An operand. Left without parentheses it may become part of something else. */
  term(kind: Kind): string {
    return this.held(kind, ['filtered', 'primary'], 70)
  }

  /** Something that a filter or a test can follow. */
  value(kind: Kind): string {
    return this.held(kind, ['filtered', 'primary'], 92)
  }

  /** Something that `.`, `[` and `(` can follow. */
  owner(kind: Kind): string {
    return this.held(kind, ['primary'], 98)
  }

  /** Makes a part with other circumstances. */
  within(change: Partial<Pick<Growth, 'inLoop' | 'hasNamespace' | 'macros' | 'depth'>>) {
    return (make: () => string): string => {
      const { inLoop, hasNamespace, macros, depth } = this
      Object.assign(this, change)
      const text = make()
      Object.assign(this, { inLoop, hasNamespace, macros, depth })
      return text
    }
  }

  private held(kind: Kind, levels: readonly Level[], percent: number): string {
    const [level, text] = this.grow(kind)
    if (levels.includes(level)) return text
    return this.chance(percent) ? `(${text})` : text
  }

  private grow(kind: Kind): readonly [Level, string] {
    const wanted = this.chance(1) ? this.pick(kinds) : kind
    const { leaves, branches } = this.grammar[wanted]
    const leaf = this.depth <= 0 || this.chance(25)
    const [, level, make] = this.weighted(leaf ? leaves : branches)
    this.depth--
    const text = make(this)
    this.depth++
    return this.chance(2) ? ['primary', `(${text})`] : [level, text]
  }
}

const kinds: readonly Kind[] = [
  'int',
  'float',
  'str',
  'bool',
  'ints',
  'strs',
  'dict',
  'rows',
  'any',
]
