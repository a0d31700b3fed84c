/**
 * A place in a file as JSON shows it.
 * @module
 */
import { z } from 'zod'
import type { SourceLocation } from './problem.ts'

export const placeSchema = z
  .object({
    file: z.string(),
    line: z.number().int().nullable(),
    column: z.number().int().nullable(),
  })
  .describe('a place in a file; line and column count from 1')
  .meta({ id: 'Place' })

export type Place = z.infer<typeof placeSchema>

/** A place with null for what is not known. */
export function toPlace({ file, line, column }: SourceLocation): Place {
  return { file, line: line ?? null, column: column ?? null }
}
