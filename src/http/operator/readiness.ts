/**
 * `/readyz`: whether switches can be served, and everything that is wrong.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { problemToJson } from '../../core/problem.ts'
import { type ReadinessFacts, readiness } from '../../provisioning/readiness.ts'

export interface ReadinessDeps extends ReadinessFacts {
  /** Asked for before problems are shown; undefined on a loopback address without one. */
  readonly token: string | undefined
}

export function readinessRoutes(deps: ReadinessDeps): Hono {
  return new Hono().get('/readyz', async (c) => {
    const { ready, problems } = await readiness(deps)
    // files and names of switches are not for everybody
    const trusted =
      deps.token === undefined || bearerMatches(c.req.header('Authorization'), deps.token)
    const shown = trusted ? problems.map(problemToJson) : problems.length
    return c.json({ ready, problems: shown }, ready ? 200 : 503, { 'Cache-Control': 'no-store' })
  })
}

/** Compares in a time that tells nothing of the token. */
function bearerMatches(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
  if (given === undefined) return false
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest()) as [
    Buffer,
    Buffer,
  ]
  return timingSafeEqual(one, other)
}
