/**
 * The API's endpoints about templates and problems.
 * @module
 */
import { z } from 'zod'
import { configSchema, problemListSchema, templateListSchema } from '../../../core/api-schemas.ts'
import { Problem, problemToJson } from '../../../core/problem.ts'
import type { Clock, Live, LiveJournal, Snapshot } from '../../../ports.ts'
import type { LiveValidation } from '../../../provisioning/live-validation.ts'
import {
  configView,
  type PreviewDeps,
  renderPreview,
} from '../../../provisioning/preview-config.ts'
import type { SwitchDirectory } from '../../../provisioning/switch-directory.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { sha256Of } from '../sha256.ts'
import { noteSecrets, secretsQuery } from './switches.ts'

export interface TemplatesApiDeps {
  readonly snapshot: Live<Snapshot>
  readonly directory: SwitchDirectory
  readonly preview: PreviewDeps
  readonly journal: LiveJournal
  readonly clock: Clock
  readonly validation: LiveValidation
}

const renderQuery = secretsQuery.extend({
  switch: z.string().min(1).max(255).meta({ description: 'Id or name of the switch.' }),
})

export function templatesApi(deps: TemplatesApiDeps): readonly Endpoint[] {
  const { snapshot, directory, preview, journal, validation } = deps
  return [
    endpoint('get', '/api/v1/templates', {
      summary: 'All templates, and what is wrong with them',
      reply: templateListSchema,
      handle: async () => listTemplates(snapshot.current()),
    }),
    endpoint('get', '/api/v1/templates/{id}/render', {
      summary: 'A template rendered for a switch',
      description:
        'Whatever template the switch would get. A fault names template, line and column.',
      query: renderQuery,
      reply: configSchema,
      refusals: [404],
      handle: async ({ id, query, from }) => {
        const known = await directory.find(query.switch)
        if (known instanceof Problem) return known
        const { templates, broken } = snapshot.current().templates
        if (!templates.has(id) && !broken.has(id)) {
          return new Problem('template-missing', 'there is no such template')
        }
        noteSecrets(deps, known, query.secrets, from)
        const state = journal.states.withKeys(known.keys)
        const answer = await renderPreview(preview, known, { state, template: id })
        return configView(answer, sha256Of, query.secrets)
      },
    }),
    endpoint('get', '/api/v1/problems', {
      summary: 'Everything that is wrong',
      description:
        'What `ztpush validate` finds. Each switch is rendered once for each revision, beginning with the first look.',
      reply: problemListSchema,
      handle: () => validation.look(),
    }),
  ]
}

/** Every template of a snapshot, by name. */
export function listTemplates({
  templates: set,
  problems,
}: Snapshot): z.input<typeof templateListSchema> {
  const list = [...set.templates.values()].map(({ source: { name, file } }) => {
    // a broken edit leaves the last good one in force
    const problem = problems.find(({ at }) => at?.file === file)
    return { name, file, problem: problem === undefined ? null : problemToJson(problem) }
  })
  for (const [name, problem] of set.broken) {
    list.push({ name, file: problem.at?.file ?? name, problem: problemToJson(problem) })
  }
  return { templates: list.toSorted((one, other) => (one.name < other.name ? -1 : 1)) }
}
