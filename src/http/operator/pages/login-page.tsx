/**
 * `/login` and `/logout`, where a token is asked for.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Access, OperatorContext } from '../access.ts'
import { publicPage, seeOther } from './page-response.tsx'
import { readForm } from './read-form.ts'
import { sameSitePath } from './same-site-path.ts'

/** The routes that nobody needs a session for. */
export function loginRoutes(access: Access): Hono<{ Bindings: HttpBindings }> {
  return new Hono<{ Bindings: HttpBindings }>()
    .get('/login', (c) => {
      const then = sameSitePath(c.req.query('then'))
      return access.isGuarded && !access.allows(c) ? loginForm(then) : seeOther(then)
    })
    .post('/login', (c) => logIn(access, c))
    .post('/logout', (c) => {
      access.logOut(c)
      return c.redirect(access.isGuarded ? '/login' : '/', 303)
    })
}

/** Where somebody without a session is sent, to come back afterwards. */
export function loginPath(c: OperatorContext): string {
  const { pathname, search } = new URL(c.req.url)
  const then = c.req.method === 'GET' ? sameSitePath(`${pathname}${search}`) : '/'
  return then === '/' ? '/login' : `/login?${new URLSearchParams({ then })}`
}

async function logIn(access: Access, c: OperatorContext): Promise<Response> {
  const form = await readForm(c)
  const then = sameSitePath(form?.get('then') ?? undefined)
  if (access.mustWait(c)) return tooMany(then)
  // a token that was pasted often has a line end
  if (access.logIn(c, (form?.get('token') ?? '').trim())) return c.redirect(then, 303)
  return access.mustWait(c)
    ? tooMany(then)
    : loginForm(then, 401, 'This is not the token. It stands in [operator] token of the server.')
}

function tooMany(then: string): Promise<Response> {
  const message = 'Too many wrong tokens came from there. Wait a minute.'
  return loginForm(then, 429, message, { 'Retry-After': '60' })
}

function loginForm(
  then: string,
  status = 200,
  message?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return publicPage(
    { title: 'Log in', status, headers, still: true },
    <section class="message login">
      <h1>Log in</h1>
      {message === undefined ? null : (
        <p class="note" role="alert" id="why">
          {message}
        </p>
      )}
      <form method="post" action="/login">
        <input type="hidden" name="then" value={then} />
        <p>
          <label for="token">Token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="current-password"
            required
            autofocus
            aria-describedby={message === undefined ? undefined : 'why'}
          />
        </p>
        <button type="submit">Log in</button>
      </form>
    </section>,
  )
}
