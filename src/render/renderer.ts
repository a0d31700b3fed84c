/**
 * The renderer behind the port: templates of both dialects, on the serving thread as long as they are quick, else in a process of its own.
 * @module
 */
import type { Renderer } from '../ports.ts'
import { compileTemplate } from './dialects.ts'
import { toProblem } from './fault-problem.ts'
import { PasswordHashes } from './password-hashes.ts'
import type { RenderJob, RenderReply } from './render-job.ts'
import { faultOf } from './run-render.ts'
import { TemplateFault } from './template-fault.ts'
import { RenderedSet } from './template-set.ts'
import type { WhitespaceRules } from './whitespace-rules.ts'
import { WorkerProcess } from './worker-process.ts'

export interface RendererOptions extends WhitespaceRules {
  /** The built module that runs as a process of its own. */
  readonly workerUrl: URL
  /** Milliseconds, for bounds. */
  readonly monotonic: () => number
}

/** Makes a renderer for both dialects. */
export function createRenderer(options: RendererOptions): Renderer {
  const renders = new WorkerProcess<RenderJob, RenderReply>(options.workerUrl)
  const hashers = new WorkerProcess<RenderJob, RenderReply>(options.workerUrl)
  const hashes = new PasswordHashes(hashers)
  const { trimBlocks, lstripBlocks, monotonic } = options
  const rules = { trimBlocks, lstripBlocks }
  let setCount = 0
  return {
    compile: (source) => {
      try {
        return compileTemplate(source, rules)
      } catch (error) {
        if (!(error instanceof TemplateFault)) throw error
        return toProblem(faultOf(error, source.name), () => source.file, undefined)
      }
    },
    templateSet: (templates, broken) =>
      new RenderedSet({ templates, broken, rules, monotonic, renders, hashes, id: ++setCount }),
    close: async () => {
      renders.close()
      hashers.close()
    },
  }
}
