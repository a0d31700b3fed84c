/**
 * Every page on one page.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { docsPage, problemDocs } from './docs-page.tsx'
import type { PagesDeps } from './page-deps.ts'
import { matchedPage, patternsPage } from './patterns-page.tsx'
import { poolPage } from './pool-page.tsx'
import { poolsPage } from './pools-page.tsx'
import { problemsPage } from './problems-page.tsx'
import { releasePage, releaseValue } from './release-page.tsx'
import { switchConfigFile, switchPage } from './switch-page.tsx'
import { switchesPage } from './switches-page.tsx'
import { templatePage, templatesPage } from './templates-page.tsx'

export function pageRoutes(deps: PagesDeps): Hono<{ Bindings: HttpBindings }> {
  return new Hono<{ Bindings: HttpBindings }>()
    .get('/', (c) => switchesPage(deps, c))
    .get('/switches/:id', (c) => switchPage(deps, c))
    .get('/switches/:id/config.txt', (c) => switchConfigFile(deps, c))
    .get('/patterns', (c) => patternsPage(deps, c))
    .post('/patterns', (c) => matchedPage(deps, c))
    .get('/pools', () => poolsPage(deps))
    .get('/pools/:name', (c) => poolPage(deps, c))
    .get('/pools/:name/release', (c) => releasePage(deps, c))
    .post('/pools/:name/release', (c) => releaseValue(deps, c))
    .get('/templates', () => templatesPage(deps))
    .get('/templates/:name', (c) => templatePage(deps, c))
    .get('/problems', () => problemsPage(deps))
    .get('/docs', () => docsPage(deps))
    .get('/docs/problems', () => problemDocs(deps))
}
