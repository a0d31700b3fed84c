/**
 * `/switches/ID`: one switch.
 * @module
 */

import { eventView } from '../../../core/event-view.ts'
import type { Explanation } from '../../../core/explanation.ts'
import { Problem } from '../../../core/problem.ts'
import type { SwitchDiff } from '../../../core/switch-diff.ts'
import { explainSwitch } from '../../../provisioning/explain.ts'
import { configView, renderPreview } from '../../../provisioning/preview-config.ts'
import type { KnownSwitch } from '../../../provisioning/switch-index.ts'
import type { OperatorContext } from '../access.ts'
import { noteSecrets, secretsQuery } from '../api/switches.ts'
import { sha256Of } from '../sha256.ts'
import { messagePage } from './message-page.tsx'
import type { PagesDeps } from './page-deps.ts'
import { page } from './page-response.tsx'
import { SwitchSections } from './switch-sections.tsx'

type Secrets = 'masked' | 'shown'

export async function switchPage(deps: PagesDeps, c: OperatorContext): Promise<Response> {
  const { directory, journal, clock } = deps
  const known = await directory.find(c.req.param('id') ?? '')
  if (known instanceof Problem) return messagePage(deps, 404, said(known))
  const secrets = askedSecrets(deps, c, known)
  const [detail, config, explanation, served, backedUp, events] = await Promise.all([
    directory.detail(known),
    configOf(deps, known, secrets),
    explanationOf(deps, known, secrets),
    diffOf(deps, known, 'served', secrets),
    diffOf(deps, known, 'backed-up', secrets),
    journal.timeline(known.keys, 100),
  ])
  const isShown = secrets === 'shown'
  return page(
    deps,
    { title: detail.name, place: '/', switchId: detail.id, still: isShown },
    <SwitchSections
      detail={detail}
      config={config}
      explanation={explanation}
      served={served}
      backedUp={backedUp}
      events={events.map(eventView)}
      now={clock.now()}
    />,
  )
}

/** `/switches/ID/config.txt`: the configuration as a file. */
export async function switchConfigFile(deps: PagesDeps, c: OperatorContext): Promise<Response> {
  const known = await deps.directory.find(c.req.param('id') ?? '')
  if (known instanceof Problem) return messagePage(deps, 404, said(known))
  const { text, problem } = await configOf(deps, known, askedSecrets(deps, c, known))
  if (text === null) {
    const message = problem?.message ?? 'there is no configuration'
    return messagePage(deps, 409, { code: problem?.code ?? 'switch-unknown', message })
  }
  const name = known.name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)
  return new Response(text, {
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.cfg"`,
      'Cache-Control': 'no-store',
    },
  })
}

function askedSecrets(deps: PagesDeps, c: OperatorContext, known: KnownSwitch): Secrets {
  const asked = secretsQuery.safeParse(c.req.query())
  const secrets = asked.success ? asked.data.secrets : 'masked'
  noteSecrets(deps, known, secrets, c.env.incoming.socket.remoteAddress)
  return secrets
}

async function configOf({ journal, preview }: PagesDeps, known: KnownSwitch, secrets: Secrets) {
  const state = journal.states.withKeys(known.keys)
  return configView(await renderPreview(preview, known, { state }), sha256Of, secrets)
}

/** Undefined where nothing can be told: the page has enough without it. */
async function explanationOf(
  { explaining }: PagesDeps,
  { id }: KnownSwitch,
  secrets: Secrets,
): Promise<Explanation | Problem> {
  try {
    return await explainSwitch(explaining(), { name: id, showSecrets: secrets === 'shown' })
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

async function diffOf(
  { differ }: PagesDeps,
  known: KnownSwitch,
  against: 'served' | 'backed-up',
  secrets: Secrets,
): Promise<SwitchDiff | string | undefined> {
  try {
    return (await differ(known, against, secrets)).switches[0]
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

function said({ code, message }: Problem) {
  return { code, message }
}
