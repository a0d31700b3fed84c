/**
 * What would change for switches: the shape of `ztpush diff --json`.
 * @module
 */
import { z } from 'zod'
import { problemSchema } from './api-schemas.ts'

export const switchDiffSchema = z
  .object({
    id: z
      .string()
      .nullable()
      .describe('of the entry in the inventory; null: there is none any more'),
    name: z.string().describe('its hostname, else its id; of a file without a switch its name'),
    against: z
      .string()
      .nullable()
      .describe('what its configuration was compared with; null: nothing'),
    status: z
      .enum(['same', 'changed', 'new', 'gone', 'failed'])
      .describe(
        'new: there is nothing to compare with; gone: it is in the inventory no more; failed: it cannot be rendered',
      ),
    diff: z.string().nullable().describe('unified, with 3 lines of context; null: nothing differs'),
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'SwitchDiff' })

const count = z.number().int()

export const diffCountsSchema = z
  .object({ same: count, changed: count, new: count, gone: count, failed: count })
  .meta({ id: 'DiffCounts' })

/** All switches in the order of the inventory, then those that are gone. */
export const switchDiffsSchema = z
  .object({
    switches: z.array(switchDiffSchema),
    counts: diffCountsSchema,
    secrets: z.enum(['masked', 'shown']),
  })
  .meta({ id: 'SwitchDiffs' })

export type SwitchDiff = z.infer<typeof switchDiffSchema>
export type DiffCounts = z.infer<typeof diffCountsSchema>
export type SwitchDiffs = z.infer<typeof switchDiffsSchema>
