/**
 * The renderer behind the port: Nunjucks templates, on the serving thread as long as they are quick, else in a process of its own.
 * @module
 */
import { Problem } from '../core/problem.ts'
import type { Renderer, TemplateSource } from '../ports.ts'
import { toProblem } from './fault-problem.ts'
import { compile } from './nunjucks/engine.ts'
import type { WhitespaceRules } from './nunjucks/parse.ts'
import { NunjucksSet, type NunjucksTemplate } from './nunjucks-set.ts'
import { PasswordHashes } from './password-hashes.ts'
import type { RenderJob, RenderReply } from './render-job.ts'
import { faultOf, vocabulary } from './run-render.ts'
import { TemplateFault } from './template-fault.ts'
import { WorkerProcess } from './worker-process.ts'

export interface RendererOptions extends WhitespaceRules {
  /** The built module that runs as a process of its own. */
  readonly workerUrl: URL
  /** Milliseconds, for bounds. */
  readonly monotonic: () => number
}

/** Makes a renderer for the `.njk` dialect. */
export function createRenderer(options: RendererOptions): Renderer {
  const renders = new WorkerProcess<RenderJob, RenderReply>(options.workerUrl)
  const hashers = new WorkerProcess<RenderJob, RenderReply>(options.workerUrl)
  const hashes = new PasswordHashes(hashers)
  const { trimBlocks, lstripBlocks, monotonic } = options
  const rules = { trimBlocks, lstripBlocks }
  let setCount = 0
  return {
    compile: (source) => {
      if (/\.(?:j2|jinja2?)$/i.test(source.name)) return jinjaProblem(source)
      try {
        return {
          source,
          compiled: compile(source.name, source.text, rules, vocabulary),
        } as NunjucksTemplate
      } catch (error) {
        if (!(error instanceof TemplateFault)) throw error
        return toProblem(faultOf(error, source.name), () => source.file, undefined)
      }
    },
    templateSet: (templates, broken) =>
      new NunjucksSet({ templates, broken, rules, monotonic, renders, hashes, id: ++setCount }),
    close: async () => {
      renders.close()
      hashers.close()
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
