/**
 * `/templates` and `/templates/NAME`: a template, rendered for a switch.
 * @module
 */
import type { ConfigView, TemplateList } from '../../../core/api-schemas.ts'
import { printable } from '../../../core/printable.ts'
import { Code } from './code.tsx'
import { ProblemBox } from './shown.tsx'

export function TemplatesPage({ list }: { readonly list: TemplateList }) {
  return (
    <>
      <h1>Templates</h1>
      {list.templates.length === 0 ? (
        <p class="empty">There are no templates.</p>
      ) : (
        <table>
          <caption class="quiet">Templates in force</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">File</th>
              <th scope="col">Problem</th>
            </tr>
          </thead>
          <tbody>
            {list.templates.map(({ name, file, problem }) => (
              <tr class={problem === null ? '' : 'bad'}>
                <th scope="row">
                  <a href={`/templates/${encodeURIComponent(name)}`}>{printable(name)}</a>
                </th>
                <td>
                  <code>{printable(file)}</code>
                </td>
                <td>{problem === null ? '' : printable(problem.message)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

export interface TemplatePageProps {
  readonly name: string
  /** Undefined for a template without a last good version. */
  readonly source: string | undefined
  readonly switchName: string
  /** Undefined as long as no switch is named. */
  readonly rendered: ConfigView | undefined
  readonly refusal: string | undefined
}

export function TemplatePage({ name, source, switchName, rendered, refusal }: TemplatePageProps) {
  const problem = rendered?.problem ?? null
  const isHere = problem?.file?.endsWith(name) === true
  return (
    <>
      <p class="crumbs">
        <a href="/templates">Templates</a> /
      </p>
      <h1>{printable(name)}</h1>
      <form method="get" action={`/templates/${encodeURIComponent(name)}`} class="tools">
        <label for="switch">Render it for</label>
        <input
          id="switch"
          name="switch"
          value={switchName}
          maxlength={255}
          placeholder="id, MAC or name of a switch"
        />
        <button type="submit">Render</button>
      </form>
      {refusal === undefined ? (
        ''
      ) : (
        <p class="problem problem-error" role="alert">
          {printable(refusal)}
        </p>
      )}
      {problem === null ? '' : <ProblemBox problem={problem} />}
      {rendered?.text ? (
        <>
          <h2>Rendered</h2>
          <Code text={rendered.text} label={`Rendered for ${switchName}`} />
        </>
      ) : (
        ''
      )}
      {source === undefined ? (
        ''
      ) : (
        <>
          <h2>Source</h2>
          <Code text={source} label="Source" markedLine={isHere ? problem?.line : null} />
        </>
      )}
    </>
  )
}
