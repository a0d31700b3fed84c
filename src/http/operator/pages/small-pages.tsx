/**
 * Problems, the form to log in, and what is said where there is no page.
 * @module
 */
import type { ProblemList } from '../../../core/api-schemas.ts'
import { ProblemBox } from './shown.tsx'

export function ProblemsPage({ list }: { readonly list: ProblemList }) {
  const { problems, errors, warnings, complete } = list
  return (
    <>
      <h1>Problems</h1>
      <div data-live="page" id="problems">
        <p class="lead">
          {errors} {errors === 1 ? 'error' : 'errors'}, {warnings}{' '}
          {warnings === 1 ? 'warning' : 'warnings'}
          {complete ? '' : '; switches are still being rendered…'}
        </p>
        {problems.length === 0 && complete ? (
          <p class="good">Nothing is wrong: every switch of the inventory can be served.</p>
        ) : (
          problems.map((problem) => <ProblemBox problem={problem} />)
        )}
      </div>
    </>
  )
}

export interface LoginPageProps {
  readonly then: string
  readonly refusal: string | undefined
}

export function LoginPage({ then, refusal }: LoginPageProps) {
  return (
    <>
      <h1>Log in</h1>
      <form method="post" action="/login" class="card">
        {refusal === undefined ? (
          ''
        ) : (
          <p class="problem problem-error" role="alert">
            {refusal}
          </p>
        )}
        <input type="hidden" name="then" value={then} />
        <label for="token">Token: [operator] token of this server</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          required
          maxlength={1024}
        />
        <button type="submit">Log in</button>
      </form>
    </>
  )
}

export function ErrorPage({ title, detail }: { readonly title: string; readonly detail: string }) {
  return (
    <>
      <h1>{title}</h1>
      <p>{detail}</p>
      <p>
        <a href="/">All switches</a>
      </p>
    </>
  )
}
