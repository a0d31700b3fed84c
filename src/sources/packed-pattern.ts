/**
 * Patterns as they cross between threads. Hundreds of thousands of small objects that arrive at once keep the memory's collector busy for
 * longer than a switch should wait, so most patterns arrive as one text and are opened when a node may match them.
 * @module
 */

import { compileExpression, type Expression, type Matcher } from '../core/matcher.ts'
import type { PatternPlace } from '../core/neighbordb.ts'
import type { Pattern, PatternVariables } from '../core/pattern.ts'
import { type Problem, type ProblemJson, problemFromJson, problemToJson } from '../core/problem.ts'
import type { Rule } from '../core/topology-rule.ts'

/** A pattern on its way, and where the index has it. */
export interface PackedPattern {
  readonly place: PatternPlace
  /** Patterns of one batch share what they shared before. */
  readonly variables: PatternVariables
  readonly text: string
  /** Many nodes may match it: it is opened as soon as it arrives. */
  readonly isCommon: boolean
}

type Content = Omit<Pattern, 'variables' | 'bogus'> & { readonly bogus: ProblemJson | undefined }

/** Makes a pattern ready to cross. */
export function packPattern(
  pattern: Pattern,
  place: PatternPlace,
  isCommon: boolean,
): PackedPattern {
  const { variables, bogus, ...rest } = pattern
  const content: Content = { ...rest, bogus: bogus && problemToJson(bogus) }
  return { place, variables, text: JSON.stringify(content), isCommon }
}

/** The pattern that has crossed. */
export function unpackPattern(packed: PackedPattern): Pattern {
  const pattern = new UnpackedPattern(packed)
  return packed.isCommon ? pattern.open() : pattern
}

class UnpackedPattern implements Pattern {
  readonly node: string | undefined
  readonly variables: PatternVariables
  readonly #text: string
  #opened: Pattern | undefined

  constructor({ place, variables, text }: PackedPattern) {
    this.node = place.node
    this.variables = variables
    this.#text = text
  }

  open(): Pattern {
    this.#opened ??= openPattern(this.#text, this.variables)
    return this.#opened
  }

  get name(): string | undefined {
    return this.open().name
  }
  get definition(): string | undefined {
    return this.open().definition
  }
  get model(): Expression | undefined {
    return this.open().model
  }
  get rules(): readonly Rule[] {
    return this.open().rules
  }
  get bogus(): Problem | undefined {
    return this.open().bogus
  }
  get configHandler(): string | undefined {
    return this.open().configHandler
  }
  get written(): Pattern['written'] {
    return this.open().written
  }
  get start(): number {
    return this.open().start
  }
}

function openPattern(text: string, variables: PatternVariables): Pattern {
  const content = JSON.parse(text) as Content
  return {
    ...content,
    variables,
    bogus: content.bogus && problemFromJson(content.bogus),
    model: content.model && compileExpression(content.model.pattern),
    rules: content.rules.map((rule) => ({
      ...rule,
      device: openMatcher(rule.device),
      port: openMatcher(rule.port),
    })),
  }
}

/** A regular expression does not cross; its text does. */
function openMatcher(matcher: Matcher): Matcher {
  if (matcher.kind !== 'regex') return matcher
  return { kind: 'regex', expression: compileExpression(matcher.expression.pattern) }
}
