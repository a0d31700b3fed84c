/**
 * `/patterns`: which pattern a node matches, and why the others do not.
 * @module
 */
import type { SwitchRow } from '../../../core/api-schemas.ts'
import type { ExplainedTopology } from '../../../core/explanation.ts'
import { Problem } from '../../../core/problem.ts'
import type { OperatorContext } from '../access.ts'
import { match } from '../api/explanations.ts'
import type { PagesDeps } from './page-deps.ts'
import { page, statedQuery } from './page-response.tsx'
import { Verdicts } from './pattern-verdicts.tsx'
import { readForm } from './read-form.ts'
import { offeredSwitches, SwitchChoice } from './switch-choice.tsx'
import { visible } from './visible.ts'

/** What somebody asks: of a node that is known, or of a report; of neither, all patterns as they are. */
interface Question {
  readonly node: string
  readonly report: string
}

/** A node that nobody has: what is told of it are the patterns themselves. */
const nobody = { serialnumber: 'ztpush-nobody', neighbors: {} }

export async function patternsPage(deps: PagesDeps, c: OperatorContext): Promise<Response> {
  const { node = '' } = statedQuery(c)
  return await answer(deps, { node: node.slice(0, 255), report: '' })
}

/** `POST /patterns`: a report is too long for a query. */
export async function matchedPage(deps: PagesDeps, c: OperatorContext): Promise<Response> {
  const form = await readForm(c)
  const report = form?.get('report') ?? ''
  return await answer(deps, { node: (form?.get('node') ?? '').slice(0, 255), report })
}

async function answer(deps: PagesDeps, question: Question): Promise<Response> {
  const isAsked = question.node !== '' || question.report.trim() !== ''
  const found = await topologyOf(deps, question)
  const status = found instanceof Problem ? 400 : 200
  return page(
    deps,
    // a report is sent once; asking again is for who has written it
    { title: 'Patterns', place: '/patterns', status, still: question.report !== '' },
    <>
      <h1>Patterns</h1>
      <Forms question={question} switches={await offeredSwitches(deps.directory)} />
      <div id="verdicts" data-live="yes">
        {found instanceof Problem ? (
          <p class="note" role="alert">
            {visible(found.message)}
          </p>
        ) : (
          <Verdicts topology={found} isAsked={isAsked} />
        )}
      </div>
    </>,
  )
}

async function topologyOf(
  { explaining }: PagesDeps,
  { node, report }: Question,
): Promise<ExplainedTopology | null | Problem> {
  try {
    if (report.trim() === '') {
      const found = await match(explaining(), node === '' ? { report: nobody } : { node })
      return found instanceof Problem ? found : found.topology
    }
    const parsed = parseReport(report)
    if (parsed === undefined) {
      return new Problem('node-report', 'the report is not JSON, or no object')
    }
    const found = await match(explaining(), { report: parsed })
    return found instanceof Problem ? found : found.topology
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

function parseReport(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function Forms({
  question,
  switches,
}: {
  readonly question: Question
  readonly switches: readonly SwitchRow[]
}) {
  return (
    <div class="halves even">
      <form class="card" method="get" action="/patterns">
        <h2>
          <label for="node">A node that is known</label>
        </h2>
        <div class="row">
          <input
            id="node"
            name="node"
            type="search"
            value={question.node}
            maxlength={255}
            placeholder="name, MAC, serial or node id"
            list="switches-known"
          />
          <SwitchChoice id="switches-known" switches={switches} />
          <button type="submit">Compare</button>
        </div>
      </form>
      <form class="card" method="post" action="/patterns">
        <details id="paste" open={question.report !== ''}>
          <summary>Or paste a report, as POST /nodes takes it</summary>
          <p>
            <label for="report">Report (JSON)</label>
            <textarea id="report" name="report" spellcheck={false} required>
              {question.report}
            </textarea>
          </p>
          <button type="submit">Compare</button>
        </details>
      </form>
    </div>
  )
}
