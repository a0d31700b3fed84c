/**
 * The schema of a problem as JSON.
 * @module
 */
import { z } from 'zod'
import { type ProblemCode, type ProblemJson, problemSeverity } from './problem.ts'

const codes = Object.keys(problemSeverity) as ProblemCode[]

/** A problem as `validate --json`, `/readyz` and every other output has it. */
export const problemSchema = z
  .object({
    code: z.enum(codes),
    severity: z.enum(['error', 'warning']),
    file: z.string().nullable(),
    line: z.number().int().nullable(),
    column: z.number().int().nullable(),
    key: z.string().nullable().describe('the setting, variable or entry that it is about'),
    switch: z.string().nullable(),
    message: z.string(),
    fix: z.string().nullable(),
  })
  .describe('what is wrong, where, and what to do about it; null is what is not known')
  .meta({ id: 'Problem' }) satisfies z.ZodType<ProblemJson>
