/**
 * Who may use the operator side: everybody on a loopback address, else who has the token or a session that began with it.
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Clock, Log } from '../../ports.ts'
import { problemResponse } from './problem-response.ts'

export type OperatorContext = Context<{ Bindings: HttpBindings }>

export interface AccessOptions {
  /** Undefined on a loopback address: everybody who reaches it may use it. */
  readonly token: string | undefined
  readonly clock: Clock
  readonly log: Log
}

const cookieName = 'ztpush_session'
const sessionMs = 12 * 3_600_000
const maxSessions = 1_000
/** So many wrong tokens a minute from one address, and from all together. */
const maxWrong = 10
const maxWrongInAll = 1_000
const minuteMs = 60_000

/** The token and the sessions of one server. */
export class Access {
  private readonly options: AccessOptions
  private readonly sessions = new Map<string, number>()
  private wrong = new Map<string, number>()
  private wrongInAll = 0
  private minute = 0

  constructor(options: AccessOptions) {
    this.options = options
  }

  /** Whether a token is asked for at all. */
  get isGuarded(): boolean {
    return this.options.token !== undefined
  }

  /** Whether a request may see everything. */
  allows(c: OperatorContext): boolean {
    const { token } = this.options
    // a name that a trick of DNS has led here is not this machine's
    if (token === undefined) return isLoopbackHost(c.req.header('Host') ?? '')
    if (this.hasSession(c)) return true
    const given = /^Bearer +(\S(?:.*\S)?) *$/i.exec(c.req.header('Authorization') ?? '')?.[1]
    return given !== undefined && this.accepts(c, given)
  }

  /** Begins a session for who has the token. Gives false for a wrong one, or one of too many. */
  logIn(c: OperatorContext, given: string): boolean {
    if (!this.accepts(c, given)) return false
    const now = this.options.clock.monotonic()
    for (const [id, end] of this.sessions) {
      if (end < now || this.sessions.size >= maxSessions) this.sessions.delete(id)
    }
    const id = randomBytes(32).toString('base64url')
    this.sessions.set(hashOf(id), now + sessionMs)
    const { protocol } = new URL(c.req.url)
    setCookie(c, cookieName, id, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: sessionMs / 1_000,
      secure: protocol === 'https:',
    })
    return true
  }

  logOut(c: OperatorContext): void {
    const id = getCookie(c, cookieName)
    if (id !== undefined) this.sessions.delete(hashOf(id))
    deleteCookie(c, cookieName, { path: '/' })
  }

  /** True while an address has to wait before its next try is looked at. */
  mustWait(c: OperatorContext): boolean {
    this.turnMinute()
    return (this.wrong.get(addressOf(c)) ?? 0) >= maxWrong || this.wrongInAll >= maxWrongInAll
  }

  private hasSession(c: OperatorContext): boolean {
    const id = getCookie(c, cookieName)
    const end = id === undefined ? undefined : this.sessions.get(hashOf(id))
    return end !== undefined && end > this.options.clock.monotonic()
  }

  private accepts(c: OperatorContext, given: string): boolean {
    const { token, log } = this.options
    if (token === undefined) return true
    // a good token is not looked at either: else the limit would only slow down who does not guess it
    if (this.mustWait(c)) return false
    if (isSame(given, token)) return true
    const from = addressOf(c)
    this.wrong.set(from, (this.wrong.get(from) ?? 0) + 1)
    this.wrongInAll += 1
    log.warn('a wrong token for the operator side', { from })
    return false
  }

  private turnMinute(): void {
    const minute = Math.floor(this.options.clock.monotonic() / minuteMs)
    if (minute === this.minute) return
    this.minute = minute
    this.wrong = new Map()
    this.wrongInAll = 0
  }
}

/** Compares in a time that tells nothing of the token. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}

/** Sessions are kept as hashes: a look into memory, or at a dump of it, gives none away. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64')
}

function addressOf(c: OperatorContext): string {
  return c.env.incoming.socket.remoteAddress ?? ''
}

/**
 * Keeps out what a page of somebody else makes a browser send: names that only lead to this machine by a trick of DNS, and changes
 * that another site asks for.
 */
export function guardBrowsers(access: Access): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    const host = c.req.header('Host') ?? ''
    if (!access.isGuarded && !isLoopbackHost(host)) {
      return problemResponse(403, {
        code: 'operator-host',
        message: `this side listens on this machine only, and was asked for as ${JSON.stringify(host.slice(0, 100))}`,
        fix: 'ask for it as localhost, or set [operator] token and another [operator] listen',
      })
    }
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && isCrossSite(c, host)) {
      return problemResponse(403, {
        code: 'operator-cross-site',
        message: 'another site asked for this change',
        fix: 'use the page of this server, or a client that is no browser',
      })
    }
    await next()
    return undefined
  }
}

function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host)
}

/** Browsers say where a request comes from; other clients say nothing. */
function isCrossSite(c: OperatorContext, host: string): boolean {
  const site = c.req.header('Sec-Fetch-Site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = c.req.header('Origin')
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host.toLowerCase() !== host.toLowerCase()
}

/** Nothing is loaded from elsewhere, nothing runs that is not ours, and nobody shows us in a frame. */
export const secureHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  // without it a browser would not say where our own forms come from
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
