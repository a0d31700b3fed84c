/**
 * The thread that does the work of the render process: renders what is too long for the serving thread, and computes password hashes.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { workerBudget } from './bounds.ts'
import { compileTemplate, type DialectTemplate } from './dialects.ts'
import { sha512Crypt } from './filters/sha-crypt.ts'
import { readJson } from './python/json.ts'
import type { PyDict } from './python/values.ts'
import type { GivenJob, RenderJob, RenderReply } from './render-job.ts'
import { type Given, runRender } from './run-render.ts'
import { TemplateFault } from './template-fault.ts'

let setId = -1
let compiled = new Map<string, DialectTemplate | TemplateFault>()

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
        compiled.set(name, compileTemplate({ name, file: name, text }, job.rules))
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
  return runRender(template, givenOf(job.given), {
    find: (name) => compiled.get(name),
    hashes: job.hashes,
    budget: workerBudget,
    now: () => performance.now(),
  })
}

function givenOf(given: GivenJob): Given {
  if (given.dialect === 'nunjucks') return given
  const { json, facts, serverUrl } = given
  return { dialect: 'jinja', variables: { variables: readJson(json) as PyDict, facts, serverUrl } }
}

parentPort?.on('message', (job: RenderJob) => {
  parentPort?.postMessage(work(job))
})
