/**
 * Every page on one page.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { PagesDeps } from './page-deps.ts'
import { switchConfigFile, switchPage } from './switch-page.tsx'
import { switchesPage } from './switches-page.tsx'

export function pageRoutes(deps: PagesDeps): Hono<{ Bindings: HttpBindings }> {
  return new Hono<{ Bindings: HttpBindings }>()
    .get('/', (c) => switchesPage(deps, c))
    .get('/switches/:id', (c) => switchPage(deps, c))
    .get('/switches/:id/config.txt', (c) => switchConfigFile(deps, c))
}
