/**
 * A template's text → what can be run.
 * @module
 */
import { TemplateFault } from '../template-fault.ts'
import type { WhitespaceRules } from '../whitespace-rules.ts'
import type { Body, Statement } from './ast.ts'
import { compileBody } from './compile-statement.ts'
import type { CompiledJinja } from './compiled.ts'
import { missingTogether } from './expression-unit.ts'
import { Frame, type RootState } from './frame.ts'
import { checkHeader, readHeader } from './header.ts'
import { normalizeSource } from './lexer.ts'
import { parseTemplate } from './parse.ts'
import { readsName, Scope } from './scope.ts'
import { SelfBlocks } from './templates.ts'
import type { TemplateUnit } from './unit.ts'
import type { Vocabulary } from './vocabulary.ts'

/**
 * Compiles one template.
 * @throws {TemplateFault}
 */
export function compileJinja(
  name: string,
  source: string,
  rules: WhitespaceRules,
  vocabulary: Vocabulary,
): CompiledJinja {
  try {
    return compileText(name, source, rules, vocabulary)
  } catch (error) {
    // what is nested in some way that nobody has thought of
    if (!(error instanceof RangeError)) throw error
    throw new TemplateFault('syntax', 'nested too deeply', { template: name, line: 1, column: 1 })
  }
}

function compileText(
  name: string,
  source: string,
  rules: WhitespaceRules,
  vocabulary: Vocabulary,
): CompiledJinja {
  const text = normalizeSource(source)
  const header = readHeader(name, text, rules)
  const body = parseTemplate(name, text, header?.rules ?? rules, header?.start)
  if (header !== undefined) checkHeader(header, rules, usesOthers(body), name)
  const unit: TemplateUnit = {
    source: { name, text },
    vocabulary,
    compileBody,
    missing: [],
    conditional: 0,
    blocks: new Map(),
    prints: hasExtends(body) ? 'perhaps' : 'yes',
    nested: 0,
    kept: 0,
  }
  const scope = new Scope(undefined, { body }, true)
  const self = readsName(body, 'self') ? scope.add('self') : undefined
  const execute = compileBody(body, scope, unit)
  const fault = missingTogether(unit.missing)
  if (fault !== undefined) throw fault
  return {
    name,
    text,
    blocks: unit.blocks,
    run: (context) => {
      const root: RootState = { extended: undefined }
      const frame = new Frame(scope.size, undefined, context, root)
      if (self !== undefined) frame.slots[self] = new SelfBlocks(context)
      execute(frame)
      root.extended?.run(context)
    },
  }
}

function hasExtends(body: Body): boolean {
  return body.some((statement: Statement) => {
    if (statement.kind === 'extends') return true
    if (statement.kind !== 'if') return false
    return (
      statement.branches.some((each) => hasExtends(each.body)) || hasExtends(statement.otherwise)
    )
  })
}

const uses: ReadonlySet<unknown> = new Set(['extends', 'include', 'import', 'from'])

/** Whether a template names others, anywhere in it. */
function usesOthers(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(usesOthers)
  if (typeof node !== 'object' || node === null) return false
  return uses.has((node as { kind?: unknown }).kind) || Object.values(node).some(usesOthers)
}
