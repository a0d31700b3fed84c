/**
 * A pattern as neighbordb or a node's own `pattern` file states it.
 * @module
 */
import { compileExpression, type Expression } from './matcher.ts'
import { nearestName } from './nearest-name.ts'
import type { Identifier } from './node-report.ts'
import { locateIn, type OperatorFile } from './operator-file.ts'
import { Problem, type ProblemCode } from './problem.ts'
import { RegexFault } from './python-regex/regex-source.ts'
import { excerpt, type SourceNode } from './source-text.ts'
import { type Rule, readRule } from './topology-rule.ts'

/** Values of `variables` by name, as they were written. */
export type PatternVariables = ReadonlyMap<string, SourceNode>

/** One pattern, its rules ready to be compared with. */
export interface Pattern {
  readonly name: string | undefined
  readonly definition: string | undefined
  /** The id of the one node that it is for, as it is compared. */
  readonly node: string | undefined
  readonly model: Expression | undefined
  readonly rules: readonly Rule[]
  /** Why it can never match, though it is valid. */
  readonly bogus: Problem | undefined
  readonly configHandler: string | undefined
  /** The parts as they were written, for the `pattern` file of a node. */
  readonly written: {
    readonly name: SourceNode | undefined
    readonly node: SourceNode | undefined
    readonly model: SourceNode | undefined
    readonly configHandler: SourceNode | undefined
    readonly interfaces: SourceNode | undefined
  }
  readonly variables: PatternVariables
  /** Where it begins in its file. */
  readonly start: number
}

/** What a pattern is read with. */
export interface PatternContext {
  readonly file: OperatorFile
  /** How messages call it: `patterns[2]`; empty for a file that is one pattern. */
  readonly path: string
  /** The variables that every pattern of the file has. */
  readonly variables: PatternVariables
  readonly identifier: Identifier
  /** In a node's own file `name` and `definition` may be left out, and `node` is not looked at. */
  readonly isOwn: boolean
}

const keys = ['name', 'definition', 'node', 'model', 'interfaces', 'variables', 'config-handler']

/** Reads a pattern, or says everything that is wrong with it. */
export function readPattern(
  node: SourceNode,
  context: PatternContext,
): Pattern | readonly Problem[] {
  const reader = new PatternReader(node, context)
  const pattern = reader.read()
  return reader.problems.length > 0 ? reader.problems : pattern
}

class PatternReader {
  readonly problems: Problem[] = []
  readonly #node: SourceNode
  readonly #context: PatternContext
  readonly #fields: ReadonlyMap<string, SourceNode>

  constructor(node: SourceNode, context: PatternContext) {
    this.#node = node
    this.#context = context
    const pairs = node.kind === 'dictionary' ? node.pairs : []
    this.#fields = new Map(pairs.map(({ key, value }) => [key, value]))
    if (node.kind !== 'dictionary') this.#refuse(node.start, '', 'a pattern is a mapping')
    for (const { key, keyStart } of pairs) {
      if (keys.includes(key)) continue
      const near = nearestName(key, keys)
      const fix = near === undefined ? `take it out; there are ${keys.join(', ')}` : `write ${near}`
      this.#refuse(keyStart, key, 'there is no such key', fix)
    }
  }

  read(): Pattern {
    const { isOwn } = this.#context
    const name = this.#text('name', isOwn)
    const definition = this.#definition(isOwn)
    const node = this.#nodeId()
    const model = this.#model()
    const interfaces = this.#fields.get('interfaces')
    if (!['node', 'model', 'interfaces'].some((key) => this.#fields.has(key))) {
      this.#refuse(this.#node.start, '', 'it has neither node nor model nor interfaces')
    }
    if (!isOwn && this.#fields.has('node') && this.#fields.has('model')) {
      const place = this.#fields.get('model')?.start ?? this.#node.start
      // an own file may hold both: what is compared there is the model
      this.#refuse(place, 'model', 'node and model exclude each other', 'take one of them out')
    }
    const variables = this.#variables(this.#fields.get('variables'))
    const { rules, bogus } = this.#rules(interfaces, variables)
    return {
      name,
      definition,
      node,
      model,
      rules,
      bogus,
      configHandler: this.#text('config-handler', true),
      written: {
        name: this.#fields.get('name'),
        node: this.#fields.get('node'),
        model: this.#fields.get('model'),
        configHandler: this.#fields.get('config-handler'),
        interfaces,
      },
      variables,
      start: this.#node.start,
    }
  }

  /** The global ones overlaid by its own; the very object of the global ones where it has none, as most patterns of a large file. */
  #variables(stated: SourceNode | undefined): PatternVariables {
    if (stated === undefined) return this.#context.variables
    const own = readVariables(stated, (start, key, message) =>
      this.#refuse(start, `variables${key}`, message),
    )
    return new Map([...this.#context.variables, ...own])
  }

  #refuse(start: number, key: string, message: string, fix?: string): void {
    const { file } = this.#context
    const code: ProblemCode = 'pattern-invalid'
    const at = locateIn(file, start)
    this.problems.push(new Problem(code, message, { at, key: this.#path(key), fix }))
  }

  #path(key: string): string | undefined {
    const { path } = this.#context
    return [path, key].filter((part) => part !== '').join('.') || undefined
  }

  /** Text, or a number as it is written. */
  #text(key: string, isOptional: boolean): string | undefined {
    const node = this.#fields.get(key)
    if (node === undefined) {
      if (!isOptional) this.#refuse(this.#node.start, key, 'it is missing')
      return undefined
    }
    const text = textOf(node)
    if (text === undefined || text === '') {
      this.#refuse(node.start, key, 'a text is expected')
      return undefined
    }
    return text
  }

  #definition(isOptional: boolean): string | undefined {
    const text = this.#text('definition', isOptional)
    const node = this.#fields.get('definition')
    if (text === undefined || node === undefined) return undefined
    if (node.kind === 'scalar' && typeof node.value !== 'string') {
      this.#refuse(node.start, 'definition', 'a text is expected', 'put the name in quotes')
    }
    if (/\s/.test(text)) this.#refuse(node.start, 'definition', 'it holds white space')
    return text
  }

  #nodeId(): string | undefined {
    const text = this.#text('node', true)
    if (text === undefined || this.#context.isOwn) return undefined
    if (this.#context.identifier === 'serialnumber') return text
    const mac = text.replace(/[:.]/g, '')
    if (/^[0-9a-f]+$/i.test(mac)) return mac
    const start = this.#fields.get('node')?.start ?? 0
    this.#refuse(start, 'node', `${excerpt(text)} is no MAC address`, 'the identifier is systemmac')
    return undefined
  }

  #model(): Expression | undefined {
    const text = this.#text('model', true)
    if (text === undefined) return undefined
    try {
      return compileExpression(text)
    } catch (error) {
      if (!(error instanceof RegexFault)) throw error
      this.#refuse(this.#fields.get('model')?.start ?? 0, 'model', error.message)
      return undefined
    }
  }

  #rules(
    node: SourceNode | undefined,
    variables: PatternVariables,
  ): { rules: Rule[]; bogus: Problem | undefined } {
    const rules: Rule[] = []
    let bogus: Problem | undefined
    if (node === undefined) return { rules, bogus }
    if (node.kind !== 'list') {
      this.#refuse(node.start, 'interfaces', 'a list is expected')
      return { rules, bogus }
    }
    for (const [number, item] of node.items.entries()) {
      const key = `interfaces[${number}]`
      if (item.kind !== 'dictionary' || item.pairs.length === 0) {
        this.#refuse(item.start, key, 'an entry is a mapping LOCAL: REMOTE')
        continue
      }
      for (const { key: local, value } of item.pairs) {
        const remote = readRemote(value, variables)
        if (typeof remote === 'string') {
          this.#refuse(value.start, key, remote)
          continue
        }
        const text = `${local}: ${remote.text}`
        const reading = readRule({ ...remote, local: local.trim(), text })
        if (reading.kind === 'rules') rules.push(...reading.rules)
        else if (reading.kind === 'invalid') this.#refuse(value.start, key, reading.reason)
        else bogus ??= this.#bogus(value.start, key, text)
      }
    }
    return { rules, bogus }
  }

  #bogus(start: number, key: string, text: string): Problem {
    const { file } = this.#context
    const message = `"${text}" means nothing: the pattern never matches`
    const at = locateIn(file, start)
    const fix = 'say which device or port is meant'
    return new Problem('pattern-bogus', message, { at, key: this.#path(key), fix })
  }
}

/** Reads `variables`, of whatever value: what is no text is no harm until a rule asks for it. */
export function readVariables(
  node: SourceNode | undefined,
  refuse: (start: number, key: string, message: string) => void,
): PatternVariables {
  const variables = new Map<string, SourceNode>()
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return variables
  if (node.kind !== 'dictionary') {
    refuse(node.start, '', 'a mapping of names and values is expected')
    return variables
  }
  for (const { key, keyStart, value } of node.pairs) {
    if (key === 'any' || key === 'none') {
      refuse(keyStart, `.${key}`, `a variable cannot be called ${key}`)
    }
    variables.set(key, value)
  }
  return variables
}

/** Device and port of the right-hand side, variables replaced; a text says what is wrong. */
function readRemote(
  node: SourceNode,
  variables: PatternVariables,
): { device: string; port: string; text: string } | string {
  const parts = node.kind === 'dictionary' ? remoteMapping(node) : remoteText(node)
  if (typeof parts === 'string') return parts
  const [device, port] = parts.map((part) => part.trim())
  if (device === undefined || port === undefined) return 'a device is missing'
  const replaced: string[] = []
  for (const part of [device, port]) {
    if (part === '' || /\s/.test(part)) return `${excerpt(part)} is not one word`
    const value = part.startsWith('$') ? variableText(variables, part.slice(1)) : part
    if (value === undefined) return `there is no variable ${part}`
    replaced.push(value)
  }
  const [deviceText = '', portText = ''] = replaced
  return { device: deviceText, port: portText, text: `${device}:${port}` }
}

function variableText(variables: PatternVariables, name: string): string | undefined {
  const node = variables.get(name)
  return node === undefined ? undefined : textOf(node)
}

function remoteText(node: SourceNode): readonly string[] | string {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    return 'DEVICE:PORT or {device: …, port: …} is expected'
  }
  const [device = '', port] = node.value.split(':')
  if (port === undefined && (device.trim() === 'any' || device.trim() === 'none')) {
    return [device, device]
  }
  return [device, port ?? 'any']
}

function remoteMapping(node: SourceNode & { kind: 'dictionary' }): readonly string[] | string {
  const fields = new Map(node.pairs.map(({ key, value }) => [key, value]))
  const stranger = [...fields.keys()].find((key) => key !== 'device' && key !== 'port')
  if (stranger !== undefined) return `there is no key ${excerpt(stranger)} beside device and port`
  const device = fields.get('device')
  const port = fields.get('port')
  if (device === undefined) return 'a device is missing'
  const texts = [device, port].map((value) =>
    value === undefined
      ? 'any'
      : value.kind === 'scalar' && typeof value.value === 'string'
        ? value.value
        : undefined,
  )
  if (texts.some((text) => text === undefined)) return 'device and port are texts'
  return texts.map((text) => text ?? '')
}

/** Text, or a number or a word like `yes` as it is written; undefined for anything else. */
function textOf(node: SourceNode): string | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined
  return node.text ?? String(node.value)
}
