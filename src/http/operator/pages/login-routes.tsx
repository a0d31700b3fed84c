/**
 * `/login` and `/logout`: a session for who has the token.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Access } from '../access.ts'
import { readForm } from './form.ts'
import { page } from './page-response.tsx'
import { LoginPage } from './small-pages.tsx'

export function loginRoutes(access: Access): Hono<{ Bindings: HttpBindings }> {
  const show = (then: string, refusal: string | undefined, status = 200) =>
    page(
      { title: 'Log in', active: 'none', guarded: false },
      <LoginPage then={then} refusal={refusal} />,
      status,
    )
  return new Hono<{ Bindings: HttpBindings }>()
    .get('/login', (c) => show(ownPath(c.req.query('then')), undefined))
    .post('/login', async (c) => {
      const form = await readForm(c.env.incoming, 8_192)
      const then = ownPath(form?.get('then') ?? undefined)
      if (access.mustWait(c)) {
        return show(then, 'Too many wrong tokens came from there. Wait a minute.', 429)
      }
      if (!access.logIn(c, form?.get('token') ?? ''))
        return show(then, 'This is not the token.', 401)
      return c.redirect(then, 303)
    })
    .post('/logout', (c) => {
      access.logOut(c)
      return c.redirect('/login', 303)
    })
}

/** A path of this server; anything that could lead elsewhere becomes the first page. */
export function ownPath(then: string | undefined): string {
  const isOwn = then !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(then) && !then.includes('\\')
  return isOwn && new URL(then, 'http://here').host === 'here' ? then : '/'
}
