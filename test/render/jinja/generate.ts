/**
 * Cases for a comparison of template engines: a few templates that call each other, with their variables.
 * @module
 */
import * as fc from 'fast-check'
import type { ExactMap } from '../../../src/core/exact-value.ts'
import { grammar } from './generate/grammar.ts'
import { Growth } from './generate/growth.ts'
import { extending } from './generate/several.ts'
import { body } from './generate/statements.ts'
import { variables } from './generate/values.ts'

export interface TemplateCase {
  readonly templates: ReadonlyMap<string, string>
  /** Which of them is rendered. */
  readonly template: string
  readonly variables: ExactMap
  readonly trimBlocks: boolean
  readonly lstripBlocks: boolean
}

const main = 'main.j2'

class TemplateCases extends fc.Arbitrary<TemplateCase> {
  override generate(random: fc.Random): fc.Value<TemplateCase> {
    const growth = new Growth(random, grammar)
    growth.depth = growth.weighted([
      [2, 1],
      [4, 2],
      [2, 3],
    ] as const)[1]
    const depth = growth.weighted([
      [2, 0],
      [4, 1],
      [5, 2],
      [1, 3],
    ] as const)[1]
    const text = growth.chance(8) ? extending(growth, Math.min(depth, 1)) : body(growth, depth)
    growth.templates.set(main, growth.chance(3) ? misspelt(growth, text) : text)
    const templates = growth.templates
    const made: TemplateCase = {
      templates,
      template: main,
      variables: variables(growth, [...templates.values()].join(' ')),
      trimBlocks: growth.chance(50),
      lstripBlocks: growth.chance(50),
    }
    return new fc.Value(made, undefined)
  }

  // a text is made smaller by whoever can ask for its result
  override canShrinkWithoutContext(_value: unknown): _value is TemplateCase {
    return false
  }

  override shrink(): fc.Stream<fc.Value<TemplateCase>> {
    return fc.Stream.nil()
  }
}

/** The text without one of its characters, or with one twice. */
function misspelt(growth: Growth, text: string): string {
  const at = growth.int(0, text.length)
  return growth.chance(60)
    ? text.slice(0, at) + text.slice(at + 1)
    : text.slice(0, at + 1) + text.slice(at)
}

/** Templates that mostly render, with variables that mostly suit them. */
export const templateCase: fc.Arbitrary<TemplateCase> = new TemplateCases()
