/**
 * `/readyz`: whether every inventory file is good or has a last good version, and everything that is wrong.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { describeProblem, problemToJson } from '../../core/problem.ts'
import type { FaultLog, Live, Snapshot } from '../../ports.ts'

export interface ReadinessDeps {
  readonly snapshot: Live<Snapshot>
  readonly faults: FaultLog
  /** Asked for before problems are shown; undefined on a loopback address without one. */
  readonly token: string | undefined
}

export function readinessRoutes(deps: ReadinessDeps): Hono {
  return new Hono().get('/readyz', (c) => {
    const { inventoryComplete, problems } = deps.snapshot.current()
    const known = new Set(problems.map(describeProblem))
    const faults = deps.faults.current().filter((fault) => !known.has(describeProblem(fault)))
    const all = [...problems, ...faults]
    // files and names of switches are not for everybody
    const trusted =
      deps.token === undefined || bearerMatches(c.req.header('Authorization'), deps.token)
    const shown = trusted ? all.map(problemToJson) : all.length
    return c.json({ ready: inventoryComplete, problems: shown }, inventoryComplete ? 200 : 503, {
      'Cache-Control': 'no-store',
    })
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
