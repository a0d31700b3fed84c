/** What this folder uses of nunjucks 3.2.4 below its public surface. */

declare module 'nunjucks/src/nodes.js' {
  export interface TemplateNode {
    readonly typename: string
    readonly fields: readonly string[]
    lineno: number
    colno: number
    [field: string]: unknown
  }
  type NodeClass = new (lineno: number, colno: number, ...fields: unknown[]) => TemplateNode
  const nodes: Readonly<Record<string, NodeClass>> & { readonly Node: NodeClass }
  export default nodes
}

declare module 'nunjucks/src/lexer.js' {
  export interface Token {
    readonly type: string
    readonly value: unknown
    readonly lineno: number
    readonly colno: number
  }
  export interface Tokenizer {
    readonly str: string
    index: number
    lineno: number
    colno: number
    nextToken(): Token | null
    _parseString(delimiter: string): string
  }
  const lexer: { lex(source: string, options: object): Tokenizer }
  export default lexer
}

declare module 'nunjucks/src/parser.js' {
  import type { Tokenizer } from 'nunjucks/src/lexer.js'
  import type { TemplateNode } from 'nunjucks/src/nodes.js'

  const parser: { Parser: new (tokens: Tokenizer) => { parseAsRoot(): TemplateNode } }
  export default parser
}

declare module 'nunjucks/src/transformer.js' {
  import type { TemplateNode } from 'nunjucks/src/nodes.js'

  const transformer: {
    transform(root: TemplateNode, asyncFilters: readonly string[]): TemplateNode
  }
  export default transformer
}

declare module 'nunjucks/src/compiler.js' {
  import type { TemplateNode } from 'nunjucks/src/nodes.js'
  export interface CompileFrame {
    push(): CompileFrame
    set(name: string, id: string): void
    lookup(name: string): string | null | undefined
  }
  class Compiler {
    constructor(templateName: string, throwOnUndefined: boolean)
    buffer: string
    _emit(code: string): void
    _emitLine(code: string): void
    _tmpid(): string
    _templateName(): string
    _withScopedSyntax(body: () => void): void
    _compileExpression(node: TemplateNode, frame: CompileFrame): void
    compile(node: TemplateNode, frame?: CompileFrame): void
    compileImport(node: TemplateNode, frame: CompileFrame): void
    compileFromImport(node: TemplateNode, frame: CompileFrame): void
    compileExtends(node: TemplateNode, frame: CompileFrame): void
    compileLiteral(node: TemplateNode, frame: CompileFrame): void
    compileFor(node: TemplateNode, frame: CompileFrame): void
    compileOutput(node: TemplateNode, frame: CompileFrame): void
    compileInclude(node: TemplateNode, frame: CompileFrame): void
    compileFunCall(node: TemplateNode, frame: CompileFrame): void
    compileFilter(node: TemplateNode, frame: CompileFrame): void
    compileIs(node: TemplateNode, frame: CompileFrame): void
    compileNot(node: TemplateNode, frame: CompileFrame): void
    compileAnd(node: TemplateNode, frame: CompileFrame): void
    compileOr(node: TemplateNode, frame: CompileFrame): void
    compileAdd(node: TemplateNode, frame: CompileFrame): void
    compileSub(node: TemplateNode, frame: CompileFrame): void
    compileMul(node: TemplateNode, frame: CompileFrame): void
    compileDiv(node: TemplateNode, frame: CompileFrame): void
    compileFloorDiv(node: TemplateNode, frame: CompileFrame): void
    compileMod(node: TemplateNode, frame: CompileFrame): void
    compilePow(node: TemplateNode, frame: CompileFrame): void
    compileConcat(node: TemplateNode, frame: CompileFrame): void
    compileCompare(node: TemplateNode, frame: CompileFrame): void
    compileNeg(node: TemplateNode, frame: CompileFrame): void
    compilePos(node: TemplateNode, frame: CompileFrame): void
    compilePair(node: TemplateNode, frame: CompileFrame): void
    compileSet(node: TemplateNode, frame: CompileFrame): void
    getCode(): string
  }
  const compilerModule: { Compiler: typeof Compiler }
  export default compilerModule
}

declare module 'nunjucks/src/filters.js' {
  const filters: Readonly<Record<string, (...args: unknown[]) => unknown>>
  export default filters
}

declare module 'nunjucks/src/tests.js' {
  const tests: Readonly<Record<string, (...args: unknown[]) => unknown>>
  export default tests
}
