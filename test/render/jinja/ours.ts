/**
 * The product's own renderer, asked as the reference is.
 * @module
 */
import { dataFromExact } from '../../../src/core/exact-value.ts'
import { Problem } from '../../../src/core/problem.ts'
import type { Variables } from '../../../src/core/variables.ts'
import type { CompiledTemplate, Renderer } from '../../../src/ports.ts'
import { createRenderer } from '../../../src/render/renderer.ts'
import type { TemplateCase } from './generate.ts'
import type { Answer } from './reference.ts'

/** Answers cases; a result of nothing but white space is the empty text. */
export class Ours implements AsyncDisposable {
  private readonly renderers = new Map<string, Renderer>()

  async render(given: TemplateCase): Promise<Answer> {
    const renderer = this.renderer(given)
    const compiled = new Map<string, CompiledTemplate>()
    const broken = new Map<string, Problem>()
    for (const [name, text] of given.templates) {
      const made = renderer.compile({ name, file: name, text })
      if (made instanceof Problem) broken.set(name, made)
      else compiled.set(name, made)
    }
    const request = {
      template: given.template,
      variables: () => dataFromExact(given.variables) as Variables,
      exact: () => given.variables,
      facts: {},
      serverUrl: 'http://ztpush.example',
      switchName: 'sw1',
    }
    const problem = broken.get(given.template)
    if (problem !== undefined) return refusal(problem)
    const result = await renderer.templateSet(compiled, broken).render(request)
    return result.kind === 'config' ? { text: result.text } : refusal(result.problem)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const renderer of this.renderers.values()) await renderer.close()
  }

  private renderer({ trimBlocks, lstripBlocks }: TemplateCase): Renderer {
    const key = `${trimBlocks} ${lstripBlocks}`
    const known = this.renderers.get(key)
    if (known !== undefined) return known
    const made = createRenderer({
      trimBlocks,
      lstripBlocks,
      workerUrl: new URL('../../../dist/render/render-process.js', import.meta.url),
      monotonic: () => performance.now(),
    })
    this.renderers.set(key, made)
    return made
  }
}

function refusal(problem: Problem): Answer {
  if (problem.code === 'config-empty') return { text: '' }
  return { error: `${problem.code}: ${problem.message}` }
}
