/**
 * The API's endpoints about switches.
 * @module
 */
import { z } from 'zod'
import {
  configSchema,
  switchDetailSchema,
  switchListSchema,
  switchQuerySchema,
  timelineSchema,
} from '../../../core/api-schemas.ts'
import { eventView } from '../../../core/event-view.ts'
import { Problem } from '../../../core/problem.ts'
import type { Clock, LiveJournal } from '../../../ports.ts'
import {
  configView,
  type PreviewDeps,
  renderPreview,
} from '../../../provisioning/preview-config.ts'
import type { SwitchDirectory } from '../../../provisioning/switch-directory.ts'
import type { KnownSwitch } from '../../../provisioning/switch-index.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { sha256Of } from '../sha256.ts'

export interface SwitchesApiDeps {
  readonly directory: SwitchDirectory
  readonly journal: LiveJournal
  readonly preview: PreviewDeps
  readonly clock: Clock
}

export const secretsQuery = z.object({
  secrets: z
    .enum(['masked', 'shown'])
    .default('masked')
    .meta({ description: '`shown`: nothing is masked, and the journal notes who has asked.' }),
})

const timelineQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) })

export function switchesApi(deps: SwitchesApiDeps): readonly Endpoint[] {
  const { directory, journal } = deps
  return [
    endpoint('get', '/api/v1/switches', {
      summary: 'All switches, a page at a time',
      query: switchQuerySchema,
      reply: switchListSchema,
      handle: ({ query }) => directory.list(query),
    }),
    endpoint('get', '/api/v1/switches/{id}', {
      summary: 'One switch: state, times, allocations, LLDP neighbours',
      description:
        'By the id of its entry, MAC in any notation, serial number, node id, or hostname.',
      reply: switchDetailSchema,
      refusals: [404],
      handle: ({ id }) => withSwitch(directory, id, (known) => directory.detail(known)),
    }),
    endpoint('get', '/api/v1/switches/{id}/config', {
      summary: 'What /dynconfig would answer it now',
      description: 'Allocates nothing.',
      query: secretsQuery,
      reply: configSchema,
      refusals: [404],
      handle: ({ id, query, from }) =>
        withSwitch(directory, id, async (known) => {
          noteSecrets(deps, known, query.secrets, from)
          const state = journal.states.withKeys(known.keys)
          const answer = await renderPreview(deps.preview, known, { state })
          return configView(answer, sha256Of, query.secrets)
        }),
    }),
    endpoint('get', '/api/v1/switches/{id}/events', {
      summary: 'Its latest events, newest first',
      query: timelineQuery,
      reply: timelineSchema,
      refusals: [404],
      handle: ({ id, query }) =>
        withSwitch(directory, id, async (known) => ({
          events: (await journal.timeline(known.keys, query.limit)).map(eventView),
        })),
    }),
  ]
}

/** Runs a handler for the switch with an id; a Problem where nobody has it. */
export async function withSwitch<Reply>(
  directory: SwitchDirectory,
  id: string,
  handle: (known: KnownSwitch) => Promise<Reply>,
): Promise<Reply | Problem> {
  const known = await directory.find(id)
  return known instanceof Problem ? known : await handle(known)
}

/** That somebody has asked for secrets is an event of the switch. */
export function noteSecrets(
  { journal, clock }: Pick<SwitchesApiDeps, 'journal' | 'clock'>,
  { mac, serial, node, ordinal, id }: KnownSwitch,
  secrets: 'masked' | 'shown',
  from: string | undefined,
): void {
  if (secrets === 'masked') return
  const entry = ordinal === undefined ? undefined : id
  journal.note({ at: clock.now(), kind: 'secrets-shown', mac, serial, node, entry, from })
}
