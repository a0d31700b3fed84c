/**
 * Compares two engines over generated templates.
 * @module
 */
import * as fc from 'fast-check'
import { exactJson } from '../../../src/core/exact-value.ts'
import { type TemplateCase, templateCase } from './generate.ts'
import { breaksPromise, judge, type Verdict } from './judge.ts'
import { reduce } from './reduce.ts'
import type { Answer } from './reference.ts'

/** Answers cases in their order. */
export type Engine = (cases: readonly TemplateCase[]) => Promise<readonly Answer[]>

export interface Compared {
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** What the reference renders and we refuse, with the refusal. */
  readonly gaps: readonly string[]
  /** What breaks the promise, made small. */
  readonly counterexamples: readonly string[]
}

export interface Comparison {
  readonly reference: Engine
  readonly ours: Engine
  readonly seed: number
  readonly runs: number
  /** How many counterexamples are made small and shown; the comparison ends with the batch that has the last of them. */
  readonly shown: number
}

const batchSize = 400
const reducingQuestions = 60

export async function compare(comparison: Comparison): Promise<Compared> {
  const { reference, ours, seed, runs, shown } = comparison
  const verdicts = { same: 0, refused: 0, gap: 0, unfit: 0, text: 0, accepted: 0 }
  const gaps: string[] = []
  const counterexamples: string[] = []
  let asked = batch(seed, 0)
  let expected = reference(asked)
  for (let start = 0; start < runs && counterexamples.length < shown; start += batchSize) {
    const cases = asked
    const given = await expected
    // Python works on the next batch while we work on this one
    asked = batch(seed, start + batchSize)
    expected = reference(asked)
    const own = await ours(cases)
    const found: TemplateCase[] = []
    for (const [at, each] of cases.entries()) {
      const [theirs, answer] = [given[at] as Answer, own[at] as Answer]
      const verdict = judge(theirs, answer)
      verdicts[verdict]++
      if (verdict === 'gap') gaps.push(`${JSON.stringify(answer)}\n${describe(each)}`)
      if (breaksPromise(verdict)) found.push(each)
    }
    for (const each of found.slice(0, shown - counterexamples.length)) {
      counterexamples.push(await smallest(each, reference, ours))
    }
  }
  await expected
  return { verdicts, gaps, counterexamples }
}

/** Cases from a place in the series of a seed. */
function batch(seed: number, start: number): TemplateCase[] {
  return fc.sample(templateCase, { seed: seed + start, numRuns: batchSize })
}

async function smallest(found: TemplateCase, reference: Engine, ours: Engine): Promise<string> {
  const kinds = async (cases: readonly TemplateCase[]) => {
    const [theirs, own] = [await reference(cases), await ours(cases)]
    return cases.map((_, at) => kindOf(theirs[at] as Answer, own[at] as Answer))
  }
  const [wanted] = await kinds([found])
  const check = async (cases: readonly TemplateCase[]) =>
    (await kinds(cases)).map((kind) => kind === wanted)
  const small = await reduce(found, check, reducingQuestions)
  const [[theirs], [own]] = [await reference([small]), await ours([small])]
  return `${describe(small)}\n  Jinja2: ${JSON.stringify(theirs)}\n  ours:   ${JSON.stringify(own)}`
}

/** The verdict, and the type of the error that Jinja2 ends with: a smaller case must not have another. */
function kindOf(reference: Answer, ours: Answer): string {
  const type = 'error' in reference ? reference.error.split(':')[0] : ''
  return `${judge(reference, ours)} ${type}`
}

function describe({ templates, variables, trimBlocks, lstripBlocks }: TemplateCase): string {
  const settings = [trimBlocks ? 'trim_blocks' : '', lstripBlocks ? 'lstrip_blocks' : '']
  const texts = [...templates].map(([name, text]) => `  ${name}: ${JSON.stringify(text)}`)
  return [...texts, `  ${exactJson(variables)} ${settings.join(' ')}`.trimEnd()].join('\n')
}
