/**
 * The shapes that the operator side answers with, as schemas: answers are checked against them, and the OpenAPI document is made of
 * them. What is not known is null; times are RFC 3339 in UTC.
 * @module
 */
import { z } from 'zod'
import { type ProblemCode, problemSeverity } from './problem.ts'
import { switchEventKinds } from './switch-event.ts'
import { provisioningStates } from './switch-state.ts'

const time = z.iso.datetime()
const text = z.string()
const count = z.number().int().min(0)

/** A problem as `validate --json` has it. */
export const problemSchema = z
  .object({
    code: z.enum(Object.keys(problemSeverity) as [ProblemCode, ...ProblemCode[]]),
    severity: z.enum(['error', 'warning']),
    file: text.nullable(),
    line: count.nullable(),
    column: count.nullable(),
    key: text.nullable(),
    switch: text.nullable(),
    message: text,
    fix: text.nullable(),
  })
  .meta({ id: 'Problem', description: 'Something that is wrong, where, and what to do about it.' })

/** A failure of the API itself: RFC 9457. */
export const problemDetailsSchema = z
  .object({
    type: text.meta({ description: 'Where the problem is explained.' }),
    title: text,
    status: z.number().int(),
    detail: text,
    code: text.meta({ description: 'The code, as in docs/reference/problems.md.' }),
    key: text.nullable().meta({ description: 'The parameter or setting that it is about.' }),
    fix: text.nullable(),
  })
  .meta({ id: 'ProblemDetails' })

export const switchRowSchema = z
  .object({
    id: text.meta({
      description: 'Of its entry in the inventory, else its node id, MAC or serial number.',
    }),
    name: text.meta({ description: 'The hostname, else the id.' }),
    mac: text.nullable(),
    serial: text.nullable(),
    model: text.nullable(),
    version: text.nullable().meta({ description: 'Of EOS, as it was last told.' }),
    from: text.nullable().meta({ description: 'The address that it asked from last.' }),
    state: z.enum(provisioningStates),
    stuck: z.boolean().meta({ description: 'It has something left to do, and is silent.' }),
    since: time.nullable(),
    lastSeen: time.nullable(),
    events: count,
    problem: z.object({ code: text, message: text.nullable(), at: time }).nullable(),
    action: z.object({ name: text, kind: z.enum(switchEventKinds), at: time }).nullable(),
    inInventory: z.boolean(),
    inDataRoot: z.boolean(),
  })
  .meta({ id: 'Switch' })

export type SwitchRow = z.infer<typeof switchRowSchema>

export const stateFilters = [...provisioningStates, 'stuck'] as const

export const switchQuerySchema = z.object({
  state: z.enum(stateFilters).optional(),
  q: z.string().max(200).optional().meta({
    description: 'Part of a name, id, MAC in any notation, serial number, model or address.',
  }),
  sort: z.enum(['name', 'state', 'lastSeen']).default('name'),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  perPage: z.coerce.number().int().min(1).max(1_000).default(100),
})

export type SwitchQuery = z.infer<typeof switchQuerySchema>

const countsSchema = z.record(z.enum(stateFilters), count)

export type StateCounts = z.infer<typeof countsSchema>

export const switchListSchema = z
  .object({
    items: z.array(switchRowSchema),
    total: count.meta({ description: 'How many there are on all pages.' }),
    page: count,
    perPage: count,
    counts: countsSchema.meta({ description: 'Of all switches, whatever the filter is.' }),
    loading: z
      .boolean()
      .meta({ description: 'What happened before the start is still being read.' }),
  })
  .meta({ id: 'SwitchList' })

export type SwitchList = z.infer<typeof switchListSchema>

export const eventSchema = z
  .object({
    at: time,
    kind: z.enum(switchEventKinds),
    from: text.nullable(),
    request: text.nullable(),
    status: z.number().int().nullable(),
    revision: text.nullable(),
    sha256: text.nullable(),
    problem: text.nullable(),
    action: text.nullable(),
    message: text.nullable(),
  })
  .meta({ id: 'Event' })

export type EventView = z.infer<typeof eventSchema>

export const timelineSchema = z.object({ events: z.array(eventSchema) }).meta({ id: 'Timeline' })

export const allocationSchema = z
  .object({ pool: text, value: text, holder: text })
  .meta({ id: 'Allocation' })

export type AllocationView = z.infer<typeof allocationSchema>

export const neighborSchema = z
  .object({ interface: text, device: text, port: text })
  .meta({ id: 'Neighbor' })

export type NeighborView = z.infer<typeof neighborSchema>

export const switchDetailSchema = switchRowSchema
  .extend({
    reached: z.record(z.enum(provisioningStates), time.nullable()),
    served: z.object({ at: time, sha256: text.nullable(), revision: text.nullable() }).nullable(),
    allocations: z.array(allocationSchema),
    neighbors: z.array(neighborSchema),
  })
  .meta({ id: 'SwitchDetail' })

export type SwitchDetail = z.infer<typeof switchDetailSchema>

export const configSchema = z
  .object({
    text: text.nullable().meta({
      description: 'What /dynconfig would answer; secrets masked unless they are asked for.',
    }),
    sha256: text.nullable().meta({ description: 'Of the text with its secrets.' }),
    masked: z.boolean(),
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'Config' })

export type ConfigView = z.infer<typeof configSchema>

export const poolSchema = z
  .object({ name: text, values: count, held: count, free: count })
  .meta({ id: 'Pool' })

export const poolListSchema = z
  .object({ pools: z.array(poolSchema), problems: z.array(problemSchema) })
  .meta({ id: 'PoolList' })

export type PoolList = z.infer<typeof poolListSchema>

export const poolDetailSchema = poolSchema
  .extend({
    entries: z.array(
      z.object({
        value: text,
        holder: text.nullable(),
        switch: text.nullable().meta({ description: 'The name of the holder, where it is known.' }),
      }),
    ),
  })
  .meta({ id: 'PoolDetail' })

export type PoolDetail = z.infer<typeof poolDetailSchema>

export const releaseSchema = z
  .object({ value: z.string().min(1).max(1_000) })
  .meta({ id: 'Release' })

export const releasedSchema = z.object({ released: z.array(text) }).meta({ id: 'Released' })

export const problemListSchema = z
  .object({
    problems: z.array(problemSchema),
    errors: count,
    warnings: count,
    complete: z.boolean().meta({ description: 'False while switches are still being rendered.' }),
  })
  .meta({ id: 'ProblemList' })

export type ProblemList = z.infer<typeof problemListSchema>

export const templateListSchema = z
  .object({
    templates: z.array(z.object({ name: text, file: text, problem: problemSchema.nullable() })),
  })
  .meta({ id: 'TemplateList' })

export type TemplateList = z.infer<typeof templateListSchema>

export const changesSchema = z
  .object({
    changed: z.array(switchRowSchema),
    more: count.meta({ description: 'How many more have changed than are told.' }),
    counts: countsSchema,
  })
  .meta({ id: 'Changes' })

export type Changes = z.infer<typeof changesSchema>
