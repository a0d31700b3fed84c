/**
 * The templates in force, and how one of them is rendered: on the serving thread as long as it is quick, else in a process of its own.
 * @module
 */
import { exactJson } from '../core/exact-value.ts'
import { Problem, type ProblemDetails } from '../core/problem.ts'
import type { CompiledTemplate, RenderRequest, RenderResult, TemplateSet } from '../ports.ts'
import { servingBudget, workerBudget } from './bounds.ts'
import { type DialectTemplate, isJinjaName } from './dialects.ts'
import { toProblem } from './fault-problem.ts'
import type { GivenNames } from './nunjucks/scope.ts'
import type { PasswordHashes } from './password-hashes.ts'
import type { Fault, GivenJob, RenderEnd, RenderJob, RenderReply } from './render-job.ts'
import { faultOf, type Given, runRender } from './run-render.ts'
import { TemplateFault } from './template-fault.ts'
import type { WhitespaceRules } from './whitespace-rules.ts'
import type { JobFailure, WorkerProcess } from './worker-process.ts'

/** A template that had to be ended this often is not tried there again until some template changes. */
const maxKills = 3

/** What a set is made of; the processes are shared by all sets of a renderer. */
export interface SetParts {
  readonly templates: ReadonlyMap<string, CompiledTemplate>
  readonly broken: ReadonlyMap<string, Problem>
  readonly rules: WhitespaceRules
  /** Milliseconds, for bounds. */
  readonly monotonic: () => number
  readonly renders: WorkerProcess<RenderJob, RenderReply>
  readonly hashes: PasswordHashes
  readonly id: number
}

/** The set that a process was given last; it needs the texts only when that changes. */
const setInProcess = new WeakMap<object, number>()

export class RenderedSet implements TemplateSet {
  readonly templates: ReadonlyMap<string, CompiledTemplate>
  readonly broken: ReadonlyMap<string, Problem>
  private readonly parts: SetParts
  private readonly kills = new Map<string, number>()

  constructor(parts: SetParts) {
    this.parts = parts
    this.templates = parts.templates
    this.broken = parts.broken
  }

  render(request: RenderRequest): RenderResult | Promise<RenderResult> {
    const end = this.here(request)
    if (end.kind === 'text' || end.kind === 'fault') return this.result(end, request)
    return this.later(end, request)
  }

  renderAtOnce(request: RenderRequest): RenderResult | undefined {
    const end = this.here(request)
    return end.kind === 'text' || end.kind === 'fault' ? this.result(end, request) : undefined
  }

  private here(request: RenderRequest): RenderEnd {
    const template = this.compiled(request.template)
    if (!('source' in template)) return { kind: 'fault', fault: template }
    const { hashes, monotonic } = this.parts
    return runRender(template, givenTo(request), {
      find: this.find,
      hashes: hashes.known,
      budget: servingBudget,
      now: monotonic,
    })
  }

  private readonly find = (name: string): DialectTemplate | TemplateFault | undefined => {
    const template = this.templates.get(name)
    if (template !== undefined) return template as DialectTemplate
    const broken = this.broken.get(name)
    if (broken === undefined) return undefined
    const site = { template: name, line: broken.at?.line ?? 1, column: broken.at?.column ?? 1 }
    return new TemplateFault(
      'failed',
      `the template ${JSON.stringify(name)} is broken: ${broken.message}`,
      site,
    )
  }

  private compiled(name: string): DialectTemplate | Fault {
    const found = this.find(name)
    if (found === undefined) {
      const fix = 'add it to the templates folder, or name another'
      return {
        code: 'template-missing',
        message: `there is no template ${JSON.stringify(name)}`,
        template: name,
        line: undefined,
        column: undefined,
        key: 'template',
        fix,
      }
    }
    return found instanceof TemplateFault ? faultOf(found, name) : found
  }

  private async later(first: RenderEnd, request: RenderRequest): Promise<RenderResult> {
    let end = first
    // each turn learns one hash; nobody has more than a few hundred users on a switch
    for (let turn = 0; turn < 500; turn++) {
      if (end.kind === 'text' || end.kind === 'fault') return this.result(end, request)
      if (end.kind === 'hash-needed') {
        const failure = await this.parts.hashes.learn(end.need)
        if (failure !== undefined) return this.refused(failure, request, 'password_hash')
        end = this.here(request)
        continue
      }
      const outcome = await this.elsewhere(request)
      if ('failure' in outcome) return this.refused(outcome.failure, request, 'the render')
      if (outcome.reply.kind === 'hash') break
      end = outcome.reply
    }
    return this.refused({ crashed: 'a render that asks for ever more' }, request, 'the render')
  }

  private async elsewhere(
    request: RenderRequest,
  ): Promise<{ reply: RenderReply } | { failure: JobFailure }> {
    const { renders, rules, hashes, id } = this.parts
    if ((this.kills.get(request.template) ?? 0) >= maxKills) return { failure: 'time' }
    const outcome = await renders.run(() => {
      const process = renders.generation
      const known = process !== undefined && setInProcess.get(process) === id
      if (process !== undefined) setInProcess.set(process, id)
      return {
        kind: 'render',
        setId: id,
        sources: known
          ? undefined
          : new Map([...this.templates].map(([name, { source }]) => [name, source.text])),
        rules,
        template: request.template,
        given: givenToProcess(request),
        hashes: new Map(hashes.known),
      } satisfies RenderJob
    }, workerBudget.timeMs + 1_000)
    if ('failure' in outcome && outcome.failure !== 'busy') {
      this.kills.set(request.template, (this.kills.get(request.template) ?? 0) + 1)
    }
    return outcome
  }

  private result(
    end: RenderEnd & { kind: 'text' | 'fault' },
    request: RenderRequest,
  ): RenderResult {
    if (end.kind === 'fault') {
      const problem = toProblem(end.fault, (name) => this.fileOf(name), request.switchName)
      return { kind: 'failed', problem, transient: false }
    }
    const text = finishText(end.text)
    if (text?.isWellFormed() === true) {
      return { kind: 'config', text, usesServerUrl: end.usesServerUrl }
    }
    const place = { at: { file: this.fileOf(request.template) }, switch: request.switchName }
    const problem = text === undefined ? emptyConfig(place) : halfCharacter(text, place)
    return { kind: 'failed', problem, transient: false }
  }

  private refused(failure: JobFailure, request: RenderRequest, what: string): RenderResult {
    const transient = failure === 'busy' || failure === 'closed'
    const told = {
      time: `${what} does not come to an end`,
      memory: `${what} takes more memory than any configuration needs`,
      busy: 'too many long renders are waiting',
      closed: 'the server is stopping',
    }
    const message =
      typeof failure === 'string' ? told[failure] : `${what} failed: ${failure.crashed}`
    const fix =
      what === 'password_hash'
        ? 'set rounds=5000'
        : 'look for a loop, a macro, an include or an expression without an end'
    const problem = new Problem('template-bounds', message, {
      at: { file: this.fileOf(request.template) },
      switch: request.switchName,
      fix: transient ? undefined : fix,
    })
    return { kind: 'failed', problem, transient }
  }

  private fileOf(name: string): string {
    return this.templates.get(name)?.source.file ?? this.broken.get(name)?.at?.file ?? name
  }
}

/** What a template sees at its top level: the switch's variables, all of them as `sw`, `switch` and `server`. */
function givenTo(request: RenderRequest): Given {
  const { facts, serverUrl } = request
  if (!isJinjaName(request.template)) return { dialect: 'nunjucks', names: nunjucksNames(request) }
  const variables = request.exact()
  return { dialect: 'jinja', variables: { variables, facts: { ...facts }, serverUrl } }
}

function nunjucksNames(request: RenderRequest): GivenNames {
  const variables = request.variables()
  return {
    variables,
    reserved: { sw: variables, switch: request.facts, server: { url: request.serverUrl } },
  }
}

function givenToProcess(request: RenderRequest): GivenJob {
  const { facts, serverUrl } = request
  if (!isJinjaName(request.template)) return { dialect: 'nunjucks', names: nunjucksNames(request) }
  return { dialect: 'jinja', json: exactJson(request.exact()), facts: { ...facts }, serverUrl }
}

type ProblemPlace = Pick<ProblemDetails, 'at' | 'switch'>

function emptyConfig(place: ProblemPlace): Problem {
  return new Problem('config-empty', 'the template renders to nothing but white space', {
    ...place,
    fix: 'an empty configuration would send the switch round in circles: render at least a hostname',
  })
}

/** A surrogate on its own would be sent as another character, unnoticed. */
function halfCharacter(text: string, place: ProblemPlace): Problem {
  const line = text.slice(0, text.search(/\p{Surrogate}/u)).split('\n').length
  const message = `line ${line} of the result holds half of a character, for which UTF-8 has no bytes`
  return new Problem('template-failed', message, {
    ...place,
    fix: 'look for what cuts a text there (truncate, [0]; in a .j2 they count whole characters), or for "\\ud800" in a value',
  })
}

/** LF line ends and one at the end; undefined when there is nothing but white space. */
function finishText(text: string): string | undefined {
  if (!/\S/.test(text)) return undefined
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  return lines.endsWith('\n') ? lines : `${lines}\n`
}
