/**
 * Who has neither token nor session is told so: programs by a status, browsers by the form that asks for it.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'
import type { Access } from './access.ts'
import { loginPath } from './pages/login-page.tsx'
import { isBrowser, seeOther } from './pages/page-response.tsx'
import { problemResponse } from './problem-response.ts'

export function askForToken(access: Access): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    if (access.allows(c)) {
      await next()
      return undefined
    }
    if (isBrowser(c)) return seeOther(loginPath(c))
    if (access.mustWait(c)) {
      const message = 'too many wrong tokens came from there'
      const refusal = { code: 'operator-attempts', message, fix: 'wait a minute' }
      return problemResponse(429, refusal, { 'Retry-After': '60' })
    }
    const message = 'a token is asked for here'
    const fix = 'send Authorization: Bearer TOKEN, with the [operator] token of the server'
    const challenge = { 'WWW-Authenticate': 'Bearer realm="ztpush"' }
    return problemResponse(401, { code: 'operator-token', message, fix }, challenge)
  }
}
