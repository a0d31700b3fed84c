/**
 * What a pattern compares a neighbour's device or port with: `any`, `none`, a text, or one of the functions `exact`, `regex`,
 * `includes` and `excludes`.
 * @module
 */
import { compilePythonRegex, isBacktrackingSafe } from './python-regex/compile.ts'
import { RegexFault } from './python-regex/regex-source.ts'

/** A Python regular expression that is compared at the start of a text, as `re.match` does. */
export interface Expression {
  readonly pattern: string
  /** Sticky: it matches at the start only. */
  readonly regex: RegExp
  /** True when it surely takes no more than quadratic time. */
  readonly quick: boolean
}

export type Matcher =
  | { readonly kind: 'any' }
  | { readonly kind: 'none' }
  | { readonly kind: 'exact' | 'includes' | 'excludes'; readonly text: string }
  | { readonly kind: 'regex'; readonly expression: Expression }

/** A search that may run long, run by someone who can end it. Undefined: it took too long. */
export type BoundedTest = (expression: Expression, subject: string) => boolean | undefined

/** Up to here a quick expression may run where nothing can interrupt it. LLDP's names have 255 bytes at most. */
const maxQuickSubject = 1_000

// one variable can stand in every pattern of a large file
const compiled = new Map<string, Expression>()
const maxCompiled = 1_000

/** @throws {RegexFault} for what Python refuses, and for what JavaScript has no equal for, by name */
export function compileExpression(pattern: string): Expression {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const { regex } = compilePythonRegex(pattern)
  const flags = regex.flags.replace('g', 'y')
  const quick = isBacktrackingSafe(pattern, { multiline: false })
  const expression = { pattern, regex: new RegExp(regex.source, flags), quick }
  if (compiled.size >= maxCompiled) compiled.clear()
  compiled.set(pattern, expression)
  return expression
}

/** Whether an expression matches at the start of a text; undefined when it took too long. */
export function testExpression(
  expression: Expression,
  subject: string,
  bounded: BoundedTest,
): boolean | undefined {
  if (!expression.quick || subject.length > maxQuickSubject) return bounded(expression, subject)
  expression.regex.lastIndex = 0
  return expression.regex.test(subject)
}

/**
 * Reads what stands for a device or a port; a text says what is wrong.
 * Parentheses with anything but one quoted word in them make a text, as in the original.
 */
export function parseMatcher(text: string): Matcher | { readonly fault: string } {
  if (text === 'any') return { kind: 'any' }
  if (text === 'none') return { kind: 'none' }
  const call = /^([A-Za-z0-9_]+)\((?:'(\S*)'|"(\S*)")\)$/.exec(text)
  if (call === null) return { kind: 'exact', text }
  const [, name = '', single, double] = call
  const argument = single ?? double ?? ''
  switch (name) {
    case 'exact':
    case 'includes':
    case 'excludes':
      return { kind: name, text: argument }
    case 'regex':
      return regexMatcher(argument)
    default:
      return { fault: `unknown function "${name}()". Fix: use exact, regex, includes or excludes` }
  }
}

function regexMatcher(pattern: string): Matcher | { readonly fault: string } {
  try {
    return { kind: 'regex', expression: compileExpression(pattern) }
  } catch (error) {
    if (error instanceof RegexFault) return { fault: error.message }
    throw error
  }
}

/** Whether a matcher takes a text. Undefined: its expression took too long. */
export function takes(
  matcher: Matcher,
  subject: string,
  bounded: BoundedTest,
): boolean | undefined {
  switch (matcher.kind) {
    case 'any':
      return true
    case 'none':
      return false
    case 'exact':
      return subject === matcher.text
    case 'includes':
      return subject.includes(matcher.text)
    case 'excludes':
      return !subject.includes(matcher.text)
    case 'regex':
      return testExpression(matcher.expression, subject, bounded)
  }
}

/** A matcher as an operator would write it, for a message. */
export function describeMatcher(matcher: Matcher): string {
  switch (matcher.kind) {
    case 'any':
    case 'none':
      return matcher.kind
    case 'exact':
      return JSON.stringify(matcher.text)
    case 'regex':
      return `regex('${matcher.expression.pattern}')`
    default:
      return `${matcher.kind}('${matcher.text}')`
  }
}
