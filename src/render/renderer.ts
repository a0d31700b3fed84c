/**
 * The renderer behind the port: Nunjucks templates, on the serving thread as long as they are quick, else in a worker.
 * @module
 */
import { Problem } from '../core/problem.ts'
import type {
  CompiledTemplate,
  Renderer,
  RenderRequest,
  RenderResult,
  TemplateSet,
  TemplateSource,
} from '../ports.ts'
import { servingBudget, workerBudget } from './bounds.ts'
import { type Compiled, compile } from './nunjucks/engine.ts'
import type { WhitespaceRules } from './nunjucks/parse.ts'
import { TemplateFault } from './nunjucks/site.ts'
import {
  type Fault,
  type HashNeed,
  hashKey,
  type RenderEnd,
  type RenderJob,
  type RenderReply,
} from './render-job.ts'
import { faultOf, runRender, vocabulary } from './run-render.ts'
import { type JobFailure, WorkerThread } from './worker-thread.ts'

export interface RendererOptions extends WhitespaceRules {
  /** The built module of the worker's side. */
  readonly workerUrl: URL
  /** Milliseconds, for bounds. */
  readonly monotonic: () => number
}

/** A template of this renderer: `.njk` compiled. */
interface NunjucksTemplate extends CompiledTemplate {
  readonly compiled: Compiled
}

/** A hash with the default of 656,000 rounds takes about a second; one with a hundred times as many is a mistake. */
const hashTimeoutMs = 60_000
const maxHashes = 20_000
/** A template that had to be ended this often is not tried in the worker again until some template changes. */
const maxKills = 3

/** Makes a renderer for the `.njk` dialect. */
export function createRenderer(options: RendererOptions): Renderer {
  const renders = new WorkerThread<RenderJob, RenderReply>(options.workerUrl)
  const hashers = new WorkerThread<RenderJob, RenderReply>(options.workerUrl)
  const hashes = new PasswordHashes(hashers)
  let setCount = 0
  return {
    compile: (source) => {
      if (/\.(?:j2|jinja2?)$/i.test(source.name)) return jinjaProblem(source)
      try {
        return {
          source,
          compiled: compile(source.name, source.text, options, vocabulary),
        } as NunjucksTemplate
      } catch (error) {
        if (!(error instanceof TemplateFault)) throw error
        return toProblem(faultOf(error, source.name), () => source.file, undefined)
      }
    },
    templateSet: (templates, broken) =>
      new NunjucksSet({ templates, broken, options, renders, hashes, id: ++setCount }),
    close: async () => {
      await Promise.all([renders.close(), hashers.close()])
    },
  }
}

function jinjaProblem({ name, file }: TemplateSource): Problem {
  return new Problem(
    'template-dialect',
    `${JSON.stringify(name)} is a Jinja2 template, a dialect that this version does not have`,
    {
      at: { file },
      fix: 'write it as Nunjucks and name it .njk',
    },
  )
}

/** The password hashes computed so far, by password, salt and rounds. */
class PasswordHashes {
  readonly known = new Map<string, string>()
  private readonly coming = new Map<string, Promise<JobFailure | undefined>>()
  private readonly thread: WorkerThread<RenderJob, RenderReply>

  constructor(thread: WorkerThread<RenderJob, RenderReply>) {
    this.thread = thread
  }

  /** Computes a hash off the main thread, once however many ask; undefined when it is known then. */
  learn(need: HashNeed): Promise<JobFailure | undefined> {
    const key = hashKey(need)
    const coming = this.coming.get(key) ?? this.compute(key, need)
    this.coming.set(key, coming)
    return coming
  }

  private async compute(key: string, need: HashNeed): Promise<JobFailure | undefined> {
    const outcome = await this.thread.run({ kind: 'hash', need }, hashTimeoutMs)
    this.coming.delete(key)
    if ('failure' in outcome) return outcome.failure
    if (outcome.reply.kind !== 'hash') return { crashed: 'an answer that is no hash' }
    for (const oldest of this.known.keys()) {
      if (this.known.size < maxHashes) break
      this.known.delete(oldest)
    }
    this.known.set(key, outcome.reply.hash)
    return undefined
  }
}

interface SetParts {
  readonly templates: ReadonlyMap<string, CompiledTemplate>
  readonly broken: ReadonlyMap<string, Problem>
  readonly options: RendererOptions
  readonly renders: WorkerThread<RenderJob, RenderReply>
  readonly hashes: PasswordHashes
  readonly id: number
}

/** The set that the worker was given last, by worker; it needs the texts only when that changes. */
const setInWorker = new WeakMap<object, number>()

class NunjucksSet implements TemplateSet {
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

  private here(request: RenderRequest): RenderEnd {
    const template = this.compiled(request.template)
    if (!isCompiled(template)) return { kind: 'fault', fault: template }
    const { hashes, options } = this.parts
    return runRender(
      this.find,
      template,
      scopeOf(request),
      hashes.known,
      servingBudget,
      options.monotonic,
    )
  }

  private readonly find = (name: string): Compiled | TemplateFault | undefined => {
    const template = this.templates.get(name)
    if (template !== undefined) return (template as NunjucksTemplate).compiled
    const broken = this.broken.get(name)
    if (broken === undefined) return undefined
    const site = { template: name, line: broken.at?.line ?? 1, column: broken.at?.column ?? 1 }
    return new TemplateFault(
      'failed',
      `the template ${JSON.stringify(name)} is broken: ${broken.message}`,
      site,
    )
  }

  private compiled(name: string): Compiled | Fault {
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
      const outcome = await this.inWorker(request)
      if ('failure' in outcome) return this.refused(outcome.failure, request, 'the render')
      if (outcome.reply.kind === 'hash') break
      end = outcome.reply
    }
    return this.refused({ crashed: 'a render that asks for ever more' }, request, 'the render')
  }

  private async inWorker(
    request: RenderRequest,
  ): Promise<{ reply: RenderReply } | { failure: JobFailure }> {
    const { renders, options, hashes, id } = this.parts
    if ((this.kills.get(request.template) ?? 0) >= maxKills) return { failure: 'time' }
    const known = setInWorker.get(renders) === id
    setInWorker.set(renders, id)
    const sources = known
      ? undefined
      : new Map([...this.templates].map(([name, { source }]) => [name, source.text]))
    const job: RenderJob = {
      kind: 'render',
      setId: id,
      sources,
      rules: { trimBlocks: options.trimBlocks, lstripBlocks: options.lstripBlocks },
      template: request.template,
      scope: scopeOf(request),
      hashes: new Map(hashes.known),
    }
    const outcome = await renders.run(job, workerBudget.timeMs + 1_000)
    if ('failure' in outcome && outcome.failure !== 'busy') {
      // a new worker knows no set
      setInWorker.delete(renders)
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
    if (text !== undefined) return { kind: 'config', text }
    const problem = new Problem('config-empty', 'the template renders to nothing but white space', {
      at: { file: this.fileOf(request.template) },
      switch: request.switchName,
      fix: 'an empty configuration would send the switch round in circles: render at least a hostname',
    })
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

function isCompiled(value: Compiled | Fault): value is Compiled {
  return 'rootRenderFunc' in value
}

/** What a template sees at its top level: the switch's variables, all of them as `sw`, `switch` and `server`. */
function scopeOf(request: RenderRequest): Readonly<Record<string, unknown>> {
  const { facts, serverUrl } = request
  const variables = request.variables()
  return { ...variables, sw: variables, switch: facts, server: { url: serverUrl } }
}

/** LF line ends and one at the end; undefined when there is nothing but white space. */
function finishText(text: string): string | undefined {
  if (!/\S/.test(text)) return undefined
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  return lines.endsWith('\n') ? lines : `${lines}\n`
}

function toProblem(
  fault: Fault,
  fileOf: (name: string) => string,
  switchName: string | undefined,
): Problem {
  const file = fileOf(fault.template)
  const at =
    fault.line === undefined ? { file } : { file, line: fault.line, column: fault.column ?? 1 }
  return new Problem(fault.code, fault.message, {
    at,
    key: fault.key,
    switch: switchName,
    fix: fault.fix,
  })
}
