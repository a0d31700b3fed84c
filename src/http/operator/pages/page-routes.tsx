/**
 * The pages: each one asks the flows that the API asks, and shows what they say.
 * @module
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { switchQuerySchema } from '../../../core/api-schemas.ts'
import { eventView } from '../../../core/event-view.ts'
import { Problem, problemToJson } from '../../../core/problem.ts'
import { explainSwitch } from '../../../provisioning/explain.ts'
import { listPools, showPool } from '../../../provisioning/pool-view.ts'
import { configView, renderPreview } from '../../../provisioning/preview-config.ts'
import type { OperatorContext } from '../access.ts'
import { type ExplanationsApiDeps, match } from '../api/explanations.ts'
import { type PoolsApiDeps, release } from '../api/pools.ts'
import { noteSecrets } from '../api/switches.ts'
import { listTemplates, type TemplatesApiDeps } from '../api/templates.ts'
import { sha256Of } from '../sha256.ts'
import { DocsPage, ProblemCodesPage, type ShownDocument } from './docs-page.tsx'
import { readForm } from './form.ts'
import type { LayoutProps } from './layout.tsx'
import { errorPage, page } from './page-response.tsx'
import { PatternsPage } from './patterns-page.tsx'
import { PoolPage, PoolsPage, ReleasePage } from './pools-page.tsx'
import { ProblemsPage } from './small-pages.tsx'
import { SwitchPage } from './switch-page.tsx'
import { SwitchesPage } from './switches-page.tsx'
import { TemplatePage, TemplatesPage } from './templates-page.tsx'

export interface PagesDeps extends ExplanationsApiDeps, PoolsApiDeps, TemplatesApiDeps {
  /** Somebody has logged in to see them. */
  readonly guarded: boolean
  readonly hasDataRoot: boolean
  /** A command that asks for the configuration of a switch. */
  readonly example: string
  /** docs/reference/problems.md */
  readonly problemsPage: string
}

type Pages = Hono<{ Bindings: HttpBindings }>

const maxReportBytes = 2_097_152
const maxValuesShown = 2_000

export function pageRoutes(deps: PagesDeps, document: ShownDocument): Pages {
  const { directory, clock, guarded, poolView, validation } = deps
  const show = (
    active: LayoutProps['active'],
    title: string,
    content: Parameters<typeof page>[1],
  ) => page({ title, active, guarded }, content)
  const missing = (what: string) => errorPage(404, 'Not found', what, guarded)
  return new Hono<{ Bindings: HttpBindings }>()
    .get('/', async (c) => {
      const query = switchQuerySchema.safeParse(c.req.query())
      if (!query.success) return c.redirect('/', 303)
      const list = await directory.list(query.data)
      const props = { list, query: query.data, now: clock.now(), example: deps.example }
      return show('switches', 'Switches', <SwitchesPage {...props} />)
    })
    .get('/switches/:id', (c) => switchPage(deps, c, show, missing))
    .get('/switches/:id/config.txt', (c) => configText(deps, c, missing))
    .get('/patterns', async (c) => {
      const node = c.req.query('node') ?? ''
      const found = node === '' ? undefined : await matched(deps, { node })
      return show(
        'patterns',
        'Patterns',
        <PatternsPage {...{ ...patterns(deps), node, ...found }} />,
      )
    })
    .post('/patterns', async (c) => {
      const form = await readForm(c.env.incoming, maxReportBytes)
      const report = form?.get('report') ?? ''
      const found = await matched(deps, { report })
      const props = { ...patterns(deps), report, ...found }
      return show('patterns', 'Patterns', <PatternsPage {...props} />)
    })
    .get('/pools', async () => {
      const list = poolView === undefined ? { pools: [], problems: [] } : await listPools(poolView)
      return show('pools', 'Pools', <PoolsPage list={list} />)
    })
    .get('/pools/:name', async (c) => {
      const name = c.req.param('name')
      const pool =
        poolView && (await showPool(poolView, name, (holder) => directory.nameOf(holder)))
      if (pool === undefined || pool instanceof Problem) {
        return missing(pool?.message ?? 'There are no pools.')
      }
      const props = { pool, released: c.req.query('released'), maxShown: maxValuesShown }
      return show('pools', name, <PoolPage {...props} />)
    })
    .get('/pools/:name/release', async (c) => {
      const [pool, value] = [c.req.param('name'), c.req.query('value') ?? '']
      const found = poolView && (await showPool(poolView, pool, () => undefined))
      if (found === undefined || found instanceof Problem) {
        return missing(found?.message ?? 'There are no pools.')
      }
      const holder = found.entries.find((entry) => entry.value === value)?.holder ?? null
      return show('pools', 'Release', <ReleasePage pool={pool} value={value} holder={holder} />)
    })
    .post('/pools/:name/release', async (c) => {
      const name = c.req.param('name')
      const value = (await readForm(c.env.incoming, 8_192))?.get('value') ?? ''
      const released = await release(deps, name, value, c.env.incoming.socket.remoteAddress)
      if (released instanceof Problem) return missing(released.message)
      const told = released.released.length > 0 ? `?released=${encodeURIComponent(value)}` : ''
      return c.redirect(`/pools/${encodeURIComponent(name)}${told}`, 303)
    })
    .get('/templates', () =>
      show(
        'templates',
        'Templates',
        <TemplatesPage list={listTemplates(deps.snapshot.current())} />,
      ),
    )
    .get('/templates/:name', (c) => templatePage(deps, c, show, missing))
    .get('/problems', async () => {
      const list = await validation.problems()
      return show('problems', 'Problems', <ProblemsPage list={list} />)
    })
    .get('/docs', () => show('docs', 'API', <DocsPage document={document} />))
    .get('/docs/problems', () =>
      show('docs', 'Problem codes', <ProblemCodesPage markdown={deps.problemsPage} />),
    )
}

type Show = (
  active: LayoutProps['active'],
  title: string,
  content: Parameters<typeof page>[1],
) => Response
type Missing = (what: string) => Response

const unknown = 'Nobody knows a switch of this id or name.'

async function switchPage(
  deps: PagesDeps,
  c: OperatorContext,
  show: Show,
  missing: Missing,
): Promise<Response> {
  const { directory, journal, preview, clock } = deps
  const known = await directory.find(c.req.param('id') ?? '')
  if (known === undefined) return missing(unknown)
  const secrets = secretsOf(c)
  noteSecrets(deps, known, secrets, c.env.incoming.socket.remoteAddress)
  const state = journal.states.withKeys(known.keys)
  const explain = () =>
    explainSwitch(deps.explaining(), { name: known.id, showSecrets: secrets === 'shown' })
  const [detail, answer, explanation, served, backedUp, events] = await Promise.all([
    directory.detail(known),
    renderPreview(preview, known, { state }),
    orJson(explain),
    orJson(() => deps.differ(known, 'served', secrets)),
    orJson(() => deps.differ(known, 'backed-up', secrets)),
    journal.timeline(known.keys, 100),
  ])
  const props = {
    ...{ detail, explanation, served, backedUp, now: clock.now() },
    config: configView(answer, sha256Of, secrets),
    events: events.map(eventView),
  }
  return show('switches', known.name, <SwitchPage {...props} />)
}

function secretsOf(c: OperatorContext): 'masked' | 'shown' {
  return c.req.query('secrets') === 'shown' ? 'shown' : 'masked'
}

async function configText(
  deps: PagesDeps,
  c: OperatorContext,
  missing: Missing,
): Promise<Response> {
  const known = await deps.directory.find(c.req.param('id') ?? '')
  if (known === undefined) return missing(unknown)
  const secrets = secretsOf(c)
  noteSecrets(deps, known, secrets, c.env.incoming.socket.remoteAddress)
  const state = deps.journal.states.withKeys(known.keys)
  const answer = await renderPreview(deps.preview, known, { state })
  const { text, problem } = configView(answer, sha256Of, secrets)
  if (text === null) return missing(problem?.message ?? '')
  const name = known.name.replace(/[^A-Za-z0-9._-]/g, '_')
  return new Response(text, {
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.cfg"`,
      'Cache-Control': 'no-store',
    },
  })
}

async function templatePage(
  deps: PagesDeps,
  c: OperatorContext,
  show: Show,
  missing: Missing,
): Promise<Response> {
  const name = c.req.param('name') ?? ''
  const { templates, broken } = deps.snapshot.current().templates
  const source = templates.get(name)?.source.text
  if (source === undefined && !broken.has(name)) return missing('There is no such template.')
  const switchName = c.req.query('switch') ?? ''
  const known = switchName === '' ? undefined : await deps.directory.find(switchName)
  const state = known && deps.journal.states.withKeys(known.keys)
  const answer = known && (await renderPreview(deps.preview, known, { state, template: name }))
  const rendered = answer && configView(answer, sha256Of, 'masked')
  const refusal = switchName !== '' && known === undefined ? unknown : undefined
  const props = { name, source, switchName, rendered, refusal }
  return show('templates', name, <TemplatePage {...props} />)
}

function patterns({ hasDataRoot }: PagesDeps) {
  return { node: '', report: '', topology: undefined, refusal: undefined, hasDataRoot }
}

/** The answer to a form, or why there is none. */
async function matched(deps: PagesDeps, asked: { node?: string; report?: string }) {
  try {
    const body =
      asked.report === undefined
        ? { node: asked.node }
        : { report: JSON.parse(asked.report) as Record<string, unknown> }
    const found = await match(deps.explaining(), body)
    return found instanceof Problem ? { refusal: found.message } : found
  } catch (error) {
    if (error instanceof Problem) return { refusal: error.message }
    if (error instanceof SyntaxError) return { refusal: `the report is not JSON: ${error.message}` }
    throw error
  }
}

async function orJson<Value>(run: () => Promise<Value>) {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Problem) return problemToJson(error)
    throw error
  }
}
