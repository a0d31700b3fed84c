/**
 * Jinja2 itself, in a Python process that lives as long as its user wants.
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Exact, exactJson } from '../../../src/core/exact-value.ts'
import type { TemplateCase } from './generate.ts'

/** How a render ended; `unfit` when that depends on time or memory. */
export type Answer =
  | { readonly text: string }
  | { readonly error: string }
  | { readonly unfit: string }

/** The interpreter that has the distribution's Jinja2. */
const python = '/usr/bin/python3'

/** Why Jinja2 cannot be asked here; undefined when it can. */
export function missingReference(): string | undefined {
  const { status } = spawnSync(python, ['-c', 'import jinja2'])
  return status === 0 ? undefined : `${python} has no jinja2 (apt-get install python3-jinja2)`
}

export class Reference implements Disposable {
  private readonly process: ChildProcessWithoutNullStreams
  private readonly lines: AsyncIterator<string>
  private complaint = ''
  private last: Promise<unknown> = Promise.resolve()

  constructor(...options: readonly '--lenient'[]) {
    const script = join(import.meta.dirname, 'reference.py')
    this.process = spawn(python, [script, ...options])
    this.process.stderr.on('data', (chunk) => {
      this.complaint += String(chunk)
    })
    this.lines = createInterface(this.process.stdout)[Symbol.asyncIterator]()
  }

  /** Which Jinja2 answers. To be asked once, before everything else. */
  async version(): Promise<string> {
    return (JSON.parse(await this.line()) as { jinja2: string }).jinja2
  }

  /** The answers, in the order of the cases. A batch may be given before the one before it is done. */
  render(cases: readonly TemplateCase[]): Promise<readonly Answer[]> {
    this.process.stdin.write(cases.map((each) => `${requestLine(each)}\n`).join(''))
    const answers = this.last.then(() => this.answers(cases.length))
    this.last = answers
    return answers
  }

  [Symbol.dispose](): void {
    this.process.stdin.end()
    this.process.kill()
  }

  private async answers(count: number): Promise<readonly Answer[]> {
    const answers: Answer[] = []
    while (answers.length < count) answers.push(JSON.parse(await this.line()) as Answer)
    return answers
  }

  private async line(): Promise<string> {
    const next = await this.lines.next()
    if (next.done === true) throw new Error(`the reference ended: ${this.complaint}`)
    return next.value
  }
}

function requestLine(given: TemplateCase): string {
  const request: Exact = new Map<string, Exact>([
    ['templates', given.templates],
    ['template', given.template],
    ['vars', given.variables],
    ['trim_blocks', given.trimBlocks],
    ['lstrip_blocks', given.lstripBlocks],
  ])
  return exactJson(request)
}
