/**
 * The API's endpoints that say why: the same flows as `ztpush explain` and `ztpush diff`, with the same bytes.
 * @module
 */
import { z } from 'zod'
import { explanationSchema, topologySchema } from '../../../core/explanation.ts'
import { nodeIdOf, readNodeReport } from '../../../core/node-report.ts'
import { printableJson } from '../../../core/printable.ts'
import { Problem } from '../../../core/problem.ts'
import { diffsText, switchDiffsSchema } from '../../../core/switch-diff.ts'
import type { SwitchDiffer } from '../../../provisioning/diff-one.ts'
import { type ExplainDeps, explainSwitch } from '../../../provisioning/explain.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { noteSecrets, type SwitchesApiDeps, secretsQuery, withSwitch } from './switches.ts'

export interface ExplanationsApiDeps extends SwitchesApiDeps {
  /** What an explanation is made with, at this moment. */
  readonly explaining: () => ExplainDeps
  readonly differ: SwitchDiffer
}

const diffQuery = secretsQuery.extend({
  against: z
    .enum(['served', 'backed-up'])
    .default('served')
    .meta({ description: 'What it was served last, or its startup-config in the data root.' }),
})

const matchSchema = z
  .object({
    node: z.string().min(1).max(255).optional().meta({
      description: 'A switch that has reported itself, by any of its ids; without `report`.',
    }),
    report: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'What a switch would send to POST /nodes.' }),
  })
  .meta({ id: 'MatchRequest' })

const matchedSchema = z.object({ topology: topologySchema.nullable() }).meta({ id: 'Matched' })

export function explanationsApi(deps: ExplanationsApiDeps): readonly Endpoint[] {
  const { directory, explaining, differ } = deps
  return [
    endpoint('get', '/api/v1/switches/{id}/explanation', {
      summary: 'Why it gets what it gets',
      description:
        'Variables with file, line and layer; the template and why; every pattern with each rule; the definition; the latest requests. As `ztpush explain --json`.',
      query: secretsQuery,
      reply: explanationSchema,
      refusals: [404, 409],
      text: printableJson,
      handle: ({ id, query, from }) =>
        withSwitch(directory, id, async (known) => {
          noteSecrets(deps, known, query.secrets, from)
          return await orProblem(() =>
            explainSwitch(explaining(), { name: known.id, showSecrets: query.secrets === 'shown' }),
          )
        }),
    }),
    endpoint('get', '/api/v1/switches/{id}/diff', {
      summary: 'What would change, as a unified diff',
      description:
        'Against what it was served last, or its backed-up startup-config. As `ztpush diff --json`.',
      query: diffQuery,
      reply: switchDiffsSchema,
      refusals: [404, 409],
      text: diffsText,
      handle: ({ id, query, from }) =>
        withSwitch(directory, id, async (known) => {
          noteSecrets(deps, known, query.secrets, from)
          return await orProblem(() => differ(known, query.against, query.secrets))
        }),
    }),
    endpoint('post', '/api/v1/patterns/match', {
      summary: 'Which pattern a node would match, and why the others do not',
      description: 'Nothing is registered.',
      body: matchSchema,
      reply: matchedSchema,
      refusals: [404, 409],
      handle: ({ body }) => orProblem(() => match(explaining(), body)),
    }),
  ]
}

/** Which pattern a node that has reported itself, or a report, would match. */
export async function match(
  deps: ExplainDeps,
  { node, report }: z.output<typeof matchSchema>,
): Promise<z.input<typeof matchedSchema> | Problem> {
  if ((node === undefined) === (report === undefined)) {
    return new Problem('node-report', 'say either `node` or `report`')
  }
  if (node !== undefined) {
    const { topology } = await explainSwitch(deps, { name: node })
    return { topology }
  }
  const read = readNodeReport(JSON.stringify(report))
  if (read instanceof Problem) return read
  const id = nodeIdOf(read, deps.identifier)
  if (id instanceof Problem) return id
  const { topology } = await explainSwitch(deps, { name: id, report: read })
  return { topology }
}

async function orProblem<Reply>(run: () => Promise<Reply>): Promise<Reply | Problem> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}
