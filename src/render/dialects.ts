/**
 * The two dialects of templates, behind one door: Nunjucks, and Jinja2 for names that end in `.j2`, `.jinja` or `.jinja2`.
 * @module
 */
import type { CompiledTemplate, TemplateSource } from '../ports.ts'
import { compileJinja } from './jinja/compile.ts'
import type { CompiledJinja } from './jinja/compiled.ts'
import { type Compiled as CompiledNunjucks, compile as compileNunjucks } from './nunjucks/engine.ts'
import { jinjaVocabulary, nunjucksVocabulary } from './run-render.ts'
import { TemplateFault } from './template-fault.ts'
import type { WhitespaceRules } from './whitespace-rules.ts'

/** A template in the dialect of its name; one of another name in whichever dialects take it. */
export interface DialectTemplate extends CompiledTemplate {
  readonly nunjucks: CompiledNunjucks | TemplateFault
  readonly jinja: CompiledJinja | TemplateFault
}

/** Whether a template is Jinja2 by its name. */
export function isJinjaName(name: string): boolean {
  return /\.(?:j2|jinja2?)$/i.test(name)
}

/**
 * Compiles a template.
 * @throws {TemplateFault}
 */
export function compileTemplate(source: TemplateSource, rules: WhitespaceRules): DialectTemplate {
  const { name, text } = source
  const otherDialect = new TemplateFault(
    'dialect',
    `${JSON.stringify(name)} is of the other dialect`,
    {
      template: name,
      line: 1,
      column: 1,
    },
  )
  const asJinja = () => compileJinja(name, text, rules, jinjaVocabulary)
  const asNunjucks = () => compileNunjucks(name, text, rules, nunjucksVocabulary)
  if (isJinjaName(name)) return { source, nunjucks: otherDialect, jinja: asJinja() }
  if (/\.njk$/i.test(name)) return { source, nunjucks: asNunjucks(), jinja: otherDialect }
  // a part for others, such as a banner.txt: each dialect may include it
  const [nunjucks, jinja] = [attempt(asNunjucks), attempt(asJinja)]
  if (nunjucks instanceof TemplateFault && jinja instanceof TemplateFault) throw nunjucks
  return { source, nunjucks, jinja }
}

function attempt<T>(compile: () => T): T | TemplateFault {
  try {
    return compile()
  } catch (error) {
    if (error instanceof TemplateFault) return error
    throw error
  }
}
