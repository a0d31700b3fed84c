/**
 * `/patterns`: which pattern a node matches, and why the others do not.
 * @module
 */
import type { ExplainedNeighbordb, ExplainedTopology } from '../../../core/explanation.ts'
import { Problem } from '../../../core/problem.ts'
import type { OperatorContext } from '../access.ts'
import { match } from '../api/explanations.ts'
import type { PagesDeps } from './page-deps.ts'
import { page, statedQuery } from './page-response.tsx'
import { PatternView } from './pattern-view.tsx'
import { ProblemNote } from './problem-note.tsx'
import { readForm } from './read-form.ts'
import { visible } from './visible.ts'
import { counted } from './wording.ts'

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
      <Forms question={question} />
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

function Forms({ question }: { readonly question: Question }) {
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
          />
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

interface VerdictsProps {
  readonly topology: ExplainedTopology | null
  readonly isAsked: boolean
}

function Verdicts({ topology, isAsked }: VerdictsProps) {
  if (topology === null) return <p class="empty">There is no data root, and so no patterns.</p>
  const { own, ownProblem, neighbordb } = topology
  return (
    <>
      {isAsked && (own !== null || ownProblem !== null) ? (
        <section class="card" aria-labelledby="own">
          <h2 id="own">Its own pattern</h2>
          {ownProblem === null ? null : <ProblemNote problem={ownProblem} />}
          {own === null ? null : <PatternView pattern={own} asked />}
        </section>
      ) : null}
      {neighbordb === null ? (
        <p class="empty">There is no neighbordb yet.</p>
      ) : (
        <Neighbordb neighbordb={neighbordb} isAsked={isAsked} />
      )}
    </>
  )
}

function Neighbordb({
  neighbordb,
  isAsked,
}: Pick<VerdictsProps, 'isAsked'> & { readonly neighbordb: ExplainedNeighbordb }) {
  const { file, counts, usable, problems, total, patterns, taken } = neighbordb
  return (
    <section class="card" aria-labelledby="neighbordb">
      <h2 id="neighbordb">
        {counted(total, 'pattern')} <code class="dim">{visible(file)}</code>
      </h2>
      {isAsked && !counts ? (
        <p class="note">The node has a folder: its own files count, and neighbordb is not asked.</p>
      ) : null}
      {isAsked && counts && usable && taken === null ? (
        <p class="note">No pattern matches: such a switch is refused.</p>
      ) : null}
      {problems.slice(0, 50).map((problem) => (
        <ProblemNote problem={problem} />
      ))}
      {patterns.slice(0, maxShown).map((pattern) => (
        <PatternView pattern={pattern} asked={isAsked} />
      ))}
      {total > Math.min(patterns.length, maxShown) ? (
        <p class="dim">
          {counted(total - Math.min(patterns.length, maxShown), 'further pattern')} in the file
        </p>
      ) : null}
    </section>
  )
}

const maxShown = 500
