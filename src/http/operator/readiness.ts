/**
 * `/readyz`: whether switches can be served, and everything that is wrong.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { problemToJson } from '../../core/problem.ts'
import { type ReadinessFacts, readiness } from '../../provisioning/readiness.ts'
import type { Access } from './access.ts'

export interface ReadinessDeps extends ReadinessFacts {
  readonly access: Access
}

export function readinessRoutes(deps: ReadinessDeps): Hono<{ Bindings: HttpBindings }> {
  return new Hono<{ Bindings: HttpBindings }>().get('/readyz', async (c) => {
    const { ready, problems } = await readiness(deps)
    // files and names of switches are not for everybody
    const shown = deps.access.allows(c) ? problems.map(problemToJson) : problems.length
    return c.json({ ready, problems: shown }, ready ? 200 : 503, { 'Cache-Control': 'no-store' })
  })
}
