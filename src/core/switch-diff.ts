/**
 * What would change for switches: the shape of `ztpush diff --json`.
 * @module
 */
import { z } from 'zod'
import { problemSchema } from './api-schemas.ts'
import { printableJson } from './printable.ts'

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

/** The beginning of all of them as JSON: one switch a line, because there may be very many. */
export const diffsBegin = '{"switches":['

/** One of them as JSON. */
export function diffLine(diff: SwitchDiff, isFirst: boolean): string {
  return `${isFirst ? '' : ','}\n${printableJson(diff, 0).trimEnd()}`
}

export function diffsEnd(counts: DiffCounts, secrets: SwitchDiffs['secrets']): string {
  return `\n],"counts":${JSON.stringify(counts)},"secrets":"${secrets}"}\n`
}

/** All of them as JSON, as `ztpush diff --json` prints them. */
export function diffsText({ switches, counts, secrets }: SwitchDiffs): string {
  const lines = switches.map((each, at) => diffLine(each, at === 0))
  return `${diffsBegin}${lines.join('')}${diffsEnd(counts, secrets)}`
}
