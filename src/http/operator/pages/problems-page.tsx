/**
 * `/problems`: everything that `validate` finds.
 * @module
 */
import type { PagesDeps } from './page-deps.ts'
import { page } from './page-response.tsx'
import { placeText } from './problem-note.tsx'
import { visible } from './visible.ts'
import { counted } from './wording.ts'

export async function problemsPage(deps: PagesDeps): Promise<Response> {
  const { problems, errors, warnings, complete } = await deps.validation.look()
  return page(
    deps,
    { title: 'Problems', place: '/problems' },
    <>
      <h1>Problems</h1>
      <div id="problems" data-live="yes" data-complete={String(complete)}>
        <p class="found">
          {counted(errors, 'error')}, {counted(warnings, 'warning')}.{' '}
          {complete ? (
            'Every switch was rendered.'
          ) : (
            <>
              Still checking: <a href="/problems">look again</a>
            </>
          )}
        </p>
        {problems.length === 0 ? (
          <p class="empty">
            <span class="mark s-yes">{complete ? 'Nothing is wrong.' : 'Nothing so far.'}</span>
          </p>
        ) : (
          <table class="problems">
            <caption class="unseen">Problems</caption>
            <thead>
              <tr>
                <th scope="col">Severity</th>
                <th scope="col">Where</th>
                <th scope="col">What, and what to do</th>
                <th scope="col">Code</th>
              </tr>
            </thead>
            <tbody>
              {problems.map(
                ({ severity, file, line, column, key, message, fix, code, ...rest }) => (
                  <tr>
                    <td>
                      <span class={`mark s-${severity}`}>{severity}</span>
                    </td>
                    <td>
                      {file === null ? null : <code>{placeText({ file, line, column })}</code>}
                      {key === null ? null : <div class="dim">{visible(key)}</div>}
                    </td>
                    <td>
                      {visible(message)}
                      {rest.switch === null ? null : (
                        <span class="dim"> [{visible(rest.switch)}]</span>
                      )}
                      {fix === null ? null : (
                        <div>
                          <b>Fix:</b> {visible(fix)}
                        </div>
                      )}
                    </td>
                    <td>
                      <a href={`/docs/problems#${code}`}>{code}</a>
                    </td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
        )}
      </div>
    </>,
  )
}
