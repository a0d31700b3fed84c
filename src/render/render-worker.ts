/**
 * The thread that does the work of the render process: renders what is too long for the serving thread, and computes password hashes.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { workerBudget } from './bounds.ts'
import { sha512Crypt } from './filters/sha-crypt.ts'
import { type Compiled, compile } from './nunjucks/engine.ts'
import type { RenderJob, RenderReply } from './render-job.ts'
import { runRender, vocabulary } from './run-render.ts'
import { TemplateFault } from './template-fault.ts'

let setId = -1
let compiled = new Map<string, Compiled | TemplateFault>()

function work(job: RenderJob): RenderReply {
  if (job.kind === 'hash') {
    const { password, salt, rounds } = job.need
    return { kind: 'hash', hash: sha512Crypt(password, salt, rounds) }
  }
  if (job.sources !== undefined) {
    setId = job.setId
    compiled = new Map()
    for (const [name, text] of job.sources) {
      try {
        compiled.set(name, compile(name, text, job.rules, vocabulary))
      } catch (error) {
        if (!(error instanceof TemplateFault)) throw error
        compiled.set(name, error)
      }
    }
  }
  const template = compiled.get(job.template)
  if (setId !== job.setId || template === undefined || template instanceof TemplateFault) {
    throw new Error('the worker was asked for a template that it does not have')
  }
  const find = (name: string) => compiled.get(name)
  return runRender(find, template, job.given, job.hashes, workerBudget, () => performance.now())
}

parentPort?.on('message', (job: RenderJob) => {
  parentPort?.postMessage(work(job))
})
