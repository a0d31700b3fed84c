/**
 * `/templates` and `/templates/NAME`: templates, and what they make for a switch.
 * @module
 */
import type { ConfigView } from '../../../core/api-schemas.ts'
import { Problem, problemToJson, withDetails } from '../../../core/problem.ts'
import { maskTemplate } from '../../../core/secrets.ts'
import { configView, renderPreview } from '../../../provisioning/preview-config.ts'
import type { OperatorContext } from '../access.ts'
import { listTemplates } from '../api/templates.ts'
import { sha256Of } from '../sha256.ts'
import { CodeLines } from './code-lines.tsx'
import { messagePage } from './message-page.tsx'
import type { PagesDeps } from './page-deps.ts'
import { page, statedQuery } from './page-response.tsx'
import { ProblemNote, type ShownProblem } from './problem-note.tsx'
import { offeredSwitches, SwitchChoice } from './switch-choice.tsx'
import { visible } from './visible.ts'

export async function templatesPage(deps: PagesDeps): Promise<Response> {
  const { templates } = listTemplates(deps.snapshot.current())
  return page(
    deps,
    { title: 'Templates', place: '/templates' },
    <>
      <h1>Templates</h1>
      <div id="templates" data-live="yes">
        {templates.length === 0 ? (
          <p class="empty">There are no templates.</p>
        ) : (
          <table>
            <caption class="unseen">Templates</caption>
            <thead>
              <tr>
                <th scope="col">Template</th>
                <th scope="col">File</th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {templates.map(({ name, file, problem }) => (
                <tr>
                  <th scope="row">
                    <a href={`/templates/${encodeURIComponent(name)}`}>{visible(name)}</a>
                  </th>
                  <td class="mono">{visible(file)}</td>
                  <td>
                    {problem === null ? (
                      <span class="mark s-yes">good</span>
                    ) : (
                      <ProblemNote problem={problem} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>,
  )
}

export async function templatePage(deps: PagesDeps, c: OperatorContext): Promise<Response> {
  const name = c.req.param('name') ?? ''
  const { templates, broken } = deps.snapshot.current().templates
  const source = templates.get(name)?.source
  const fault = broken.get(name)
  if (source === undefined && fault === undefined) {
    const message = 'there is no such template'
    return messagePage(deps, 404, { code: 'template-missing', message })
  }
  const { switch: wanted = '' } = statedQuery(c)
  const rendered = wanted === '' ? undefined : await renderFor(deps, name, wanted)
  const listed = listTemplates(deps.snapshot.current()).templates
  const problem = rendered?.problem ?? listed.find((each) => each.name === name)?.problem ?? null
  return page(
    deps,
    { title: name, place: '/templates' },
    <>
      <h1>{visible(name)}</h1>
      <form class="search" method="get" action={`/templates/${encodeURIComponent(name)}`}>
        <label for="switch">Render it for</label>
        <input
          id="switch"
          name="switch"
          type="search"
          value={wanted}
          maxlength={255}
          placeholder="name, MAC or serial of a switch"
          list="switches-known"
        />
        <SwitchChoice id="switches-known" switches={await offeredSwitches(deps.directory)} />
        <button type="submit">Render</button>
      </form>
      <div id="rendered" data-live="yes">
        {problem === null ? null : <ProblemNote problem={problem} />}
        <div class={rendered?.text == null ? '' : 'halves even'}>
          <section class="card" aria-labelledby="source-title">
            <h2 id="source-title">Source</h2>
            {source === undefined ? (
              <p class="dim">It cannot be read, and there is no last good version of it.</p>
            ) : (
              <CodeLines
                id="source"
                label="Source of the template"
                text={maskTemplate(source.text)}
                marked={markedLine(problem, source.file)}
              />
            )}
          </section>
          {rendered?.text == null ? null : (
            <section class="card" aria-labelledby="result-title">
              <h2 id="result-title">For {visible(wanted)}</h2>
              <CodeLines id="result" label="What it makes" text={rendered.text} />
            </section>
          )}
        </div>
      </div>
    </>,
  )
}

/** What a template makes for a switch; a problem where nobody knows the switch. */
async function renderFor(
  { directory, journal, preview }: PagesDeps,
  template: string,
  wanted: string,
): Promise<ConfigView> {
  const known = await directory.find(wanted.slice(0, 255))
  if (known instanceof Problem)
    return { ...nothing, problem: problemToJson(withDetails(known, { fix: undefined })) }
  const state = journal.states.withKeys(known.keys)
  return configView(await renderPreview(preview, known, { state, template }), sha256Of, 'masked')
}

const nothing = { text: null, sha256: null, masked: true }

function markedLine(problem: ShownProblem | null, file: string) {
  if (problem === null || problem.line === null || problem.file !== file) return undefined
  return { line: problem.line, note: visible(problem.message) }
}
