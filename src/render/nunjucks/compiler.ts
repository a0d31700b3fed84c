/**
 * Syntax tree → JavaScript. Nunjucks' compiler with its own scoping; expressions go through our runtime, which knows where in
 * the template each value is used.
 * @module
 */
import compilerModule, { type CompileFrame } from 'nunjucks/src/compiler.js'
import type { TemplateNode } from 'nunjucks/src/nodes.js'
import { child, childrenOf, describeNode, firstNode } from './describe.ts'
import { staticLength } from './prepare.ts'
import { testName, type Vocabulary } from './refusals.ts'
import type { Site } from './site.ts'

/** What a template compiles to: code that defines its functions, and the places the code refers to as `$[n]`. */
export interface CompiledCode {
  readonly code: string
  readonly sites: readonly Site[]
}

/** Compiles a prepared tree. */
export function compileTemplate(
  name: string,
  root: TemplateNode,
  vocabulary: Vocabulary,
): CompiledCode {
  const compiler = new StrictCompiler(name, vocabulary)
  compiler.compile(root)
  return { code: compiler.getCode(), sites: compiler.sites }
}

class StrictCompiler extends compilerModule.Compiler {
  readonly sites: Site[] = []
  private readonly template: string
  private readonly vocabulary: Vocabulary

  constructor(name: string, vocabulary: Vocabulary) {
    super(name, false)
    this.template = name
    this.vocabulary = vocabulary
  }

  /** Emits the expression that stands for a place at run time. */
  private site(node: TemplateNode, more: Pick<Site, 'filter' | 'filterName'> = {}): string {
    const { lineno, colno } = firstNode(node)
    const text = describeNode(node)
    this.sites.push({ template: this.template, line: lineno + 1, column: colno + 1, text, ...more })
    return `$[${this.sites.length - 1}]`
  }

  /** Emits `runtime.<name>(<parts>)`, where a node stands for its code. */
  private call(name: string, frame: CompileFrame, ...parts: (TemplateNode | string)[]): void {
    this._emit(`runtime.${name}(`)
    for (const [at, part] of parts.entries()) {
      if (at > 0) this._emit(',')
      if (typeof part === 'string') this._emit(part)
      else this.compile(part, frame)
    }
    this._emit(')')
  }

  private args(nodes: readonly TemplateNode[], frame: CompileFrame): void {
    this._emit('[')
    for (const node of nodes) {
      this.compile(node, frame)
      this._emit(',')
    }
    this._emit(']')
  }

  // the parser makes nodes that the original's type check does not know: ours
  override _compileExpression(node: TemplateNode, frame: CompileFrame): void {
    this.compile(node, frame)
  }

  compileWrap(node: TemplateNode, frame: CompileFrame): void {
    const target = child(node, 'target')
    // a literal is never undefined
    if (target.typename === 'Literal') this.compile(target, frame)
    else this.call(String(node['call']), frame, target, this.site(target))
  }

  compileTick(node: TemplateNode): void {
    this._emitLine(`runtime.tick(${1 + Number(node['cost'])});`)
  }

  compileSymbol(node: TemplateNode, frame: CompileFrame): void {
    const name = String(node['value'])
    const id = frame.lookup(name)
    this._emit(id ? id : `runtime.lookup(context, frame, ${JSON.stringify(name)})`)
  }

  override compileLiteral(node: TemplateNode): void {
    const value = node['value']
    if (value instanceof RegExp) this._emit(`runtime.regex(${value.toString()})`)
    else if (typeof value === 'string') this._emit(quote(value))
    // in parentheses, so that a negative number is no operand of what stands before it
    else this._emit(`(${String(value)})`)
  }

  override compilePair(node: TemplateNode, frame: CompileFrame): void {
    const key = child(node, 'key')
    if (key.typename !== 'Symbol' && typeof key['value'] !== 'string') {
      throw new Error('the keys of a dictionary must be names or text')
    }
    // computed, because a plain "__proto__" would set the prototype
    this._emit(`[${quote(String(key['value']))}]: `)
    this.compile(child(node, 'value'), frame)
  }

  compileGroup(node: TemplateNode, frame: CompileFrame): void {
    const inner = childrenOf(node)
    if (inner.length !== 1 || inner[0] === undefined) {
      throw new Error('Nunjucks has no tuples: write a list in [ ]')
    }
    this._emit('(')
    this.compile(inner[0], frame)
    this._emit(')')
  }

  override compileOutput(node: TemplateNode, frame: CompileFrame): void {
    for (const part of childrenOf(node)) {
      if (part.typename === 'TemplateData') {
        if (part['value'] !== '')
          this._emitLine(`${this.buffer} += ${quote(String(part['value']))};`)
        continue
      }
      this._emit(`${this.buffer} += `)
      this.call('print', frame, part, this.site(part))
      this._emitLine(';')
    }
  }

  compileTemplateData(node: TemplateNode): void {
    this._emit(quote(String(node['value'])))
  }

  override compileNot(node: TemplateNode, frame: CompileFrame): void {
    this._emit('!(')
    this.compile(child(node, 'target'), frame)
    this._emit(')')
  }

  override compileAnd(node: TemplateNode, frame: CompileFrame): void {
    this.logical(node, frame, '&&')
  }

  override compileOr(node: TemplateNode, frame: CompileFrame): void {
    this.logical(node, frame, '||')
  }

  private logical(node: TemplateNode, frame: CompileFrame, operator: string): void {
    this._emit('(')
    this.compile(child(node, 'left'), frame)
    this._emit(` ${operator} `)
    this.compile(child(node, 'right'), frame)
    this._emit(')')
  }

  override compileAdd(node: TemplateNode, frame: CompileFrame): void {
    this.binary('add', node, frame)
  }
  override compileSub(node: TemplateNode, frame: CompileFrame): void {
    this.binary('subtract', node, frame)
  }
  override compileMul(node: TemplateNode, frame: CompileFrame): void {
    this.binary('multiply', node, frame)
  }
  override compileDiv(node: TemplateNode, frame: CompileFrame): void {
    this.binary('divide', node, frame)
  }
  override compileFloorDiv(node: TemplateNode, frame: CompileFrame): void {
    this.binary('floorDivide', node, frame)
  }
  override compileMod(node: TemplateNode, frame: CompileFrame): void {
    this.binary('modulo', node, frame)
  }
  override compilePow(node: TemplateNode, frame: CompileFrame): void {
    this.binary('power', node, frame)
  }
  override compileConcat(node: TemplateNode, frame: CompileFrame): void {
    this.binary('concat', node, frame)
  }

  private binary(name: string, node: TemplateNode, frame: CompileFrame): void {
    this.call(name, frame, child(node, 'left'), child(node, 'right'), this.site(node))
  }

  compileIn(node: TemplateNode, frame: CompileFrame): void {
    this.binary('contains', node, frame)
  }

  override compileNeg(node: TemplateNode, frame: CompileFrame): void {
    this.call('subtract', frame, '0', child(node, 'target'), this.site(node))
  }

  override compilePos(node: TemplateNode, frame: CompileFrame): void {
    this.call('subtract', frame, child(node, 'target'), '0', this.site(node))
  }

  override compileCompare(node: TemplateNode, frame: CompileFrame): void {
    const [operand] = node['ops'] as TemplateNode[]
    if (operand === undefined) throw new Error('a comparison without a second value')
    const operator = JSON.stringify(String(operand['type']))
    this.call(
      'compare',
      frame,
      operator,
      child(node, 'expr'),
      child(operand, 'expr'),
      this.site(node),
    )
  }

  compileLookupVal(node: TemplateNode, frame: CompileFrame): void {
    this.call('member', frame, child(node, 'target'), child(node, 'val'))
  }

  override compileFunCall(node: TemplateNode, frame: CompileFrame): void {
    this._emit('runtime.call(')
    this.compile(child(node, 'name'), frame)
    this._emit(',')
    this.args(childrenOf(node['args']), frame)
    this._emit(`,${this.site(node)})`)
  }

  override compileFilter(node: TemplateNode, frame: CompileFrame): void {
    const [value, ...args] = childrenOf(node['args'])
    const filterName = String(child(node, 'name')['value'])
    const filter = this.vocabulary.findFilter(filterName)
    if (value === undefined || filter === undefined)
      throw new Error(`there is no filter "${filterName}"`)
    this._emit('runtime.filter(')
    this.compile(value, frame)
    this._emit(',')
    this.args(args, frame)
    this._emit(`,${this.site(value, { filter, filterName })})`)
  }

  override compileIs(node: TemplateNode, frame: CompileFrame): void {
    const right = child(node, 'right')
    this._emit(`runtime.test(${JSON.stringify(testName(right))},`)
    this.compile(child(node, 'left'), frame)
    this._emit(',')
    this.args(right.typename === 'FunCall' ? childrenOf(right['args']) : [], frame)
    this._emit(`,${this.site(node)})`)
  }

  override compileFor(node: TemplateNode, outer: CompileFrame): void {
    const [items, index, length, item] = [
      this._tmpid(),
      this._tmpid(),
      this._tmpid(),
      this._tmpid(),
    ]
    const frame = outer.push()
    const names = child(node, 'name')
    const several = names.typename === 'Array' ? childrenOf(names) : undefined
    this._emitLine('frame = frame.push();')
    this._emit(`var ${items} = `)
    const list = child(node, 'arr')
    this.call('items', frame, list, String(several?.length ?? 1), this.site(list))
    this._emitLine(`;var ${length} = ${items}.length;`)
    this._emitLine(`for(var ${index} = 0; ${index} < ${length}; ${index}++) {`)
    this._emitLine(`runtime.tick(${1 + staticLength(child(node, 'body'))});`)
    this._emitLine(`var ${item} = ${items}[${index}];`)
    for (const [at, name] of (several ?? [names]).entries()) {
      const id = this._tmpid()
      const target = String(name['value'])
      this._emitLine(`var ${id} = ${several === undefined ? item : `${item}[${at}]`};`)
      this._emitLine(`frame.set(${JSON.stringify(target)}, ${id});`)
      frame.set(target, id)
    }
    this._emitLine(`frame.set("loop", runtime.loop(${index}, ${length}));`)
    this._withScopedSyntax(() => this.compile(child(node, 'body'), frame))
    this._emitLine('}')
    if (node['else_'] != null) {
      this._emitLine(`if(!${length}) {`)
      this._withScopedSyntax(() => this.compile(child(node, 'else_'), frame))
      this._emitLine('}')
    }
    this._emitLine('frame = frame.pop();')
  }

  override compileInclude(node: TemplateNode, frame: CompileFrame): void {
    const template = child(node, 'template')
    const missing = node['ignoreMissing'] === true ? 'true' : 'false'
    this._emit(`${this.buffer} += `)
    this.call('include', frame, 'env', template, missing, 'context', 'frame', this.site(template))
    this._emitLine(';')
  }

  override compileImport(node: TemplateNode, frame: CompileFrame): void {
    this._emitLine(`runtime.at(${this.site(child(node, 'template'))});`)
    super.compileImport(node, frame)
  }

  override compileFromImport(node: TemplateNode, frame: CompileFrame): void {
    this._emitLine(`runtime.at(${this.site(child(node, 'template'))});`)
    super.compileFromImport(node, frame)
  }

  override compileExtends(node: TemplateNode, frame: CompileFrame): void {
    this._emitLine(`runtime.extending(context, ${this.site(child(node, 'template'))});`)
    super.compileExtends(node, frame)
  }
}

/** A JavaScript string literal. JSON is one, but for the two line separators that older grammars exclude. */
function quote(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
}
