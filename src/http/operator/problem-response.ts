/**
 * Failures of the API: RFC 9457.
 * @module
 */
import type { z } from 'zod'
import type { problemDetailsSchema } from '../../core/api-schemas.ts'
import type { Problem } from '../../core/problem.ts'

type ProblemDetails = z.infer<typeof problemDetailsSchema>

/** What a refusal says. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly key?: string | undefined
  readonly fix?: string | undefined
}

const titles: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [409, 'Conflict'],
  [413, 'Content Too Large'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [503, 'Service Unavailable'],
])

export function problemResponse(
  status: number,
  refusal: Refusal | Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body: ProblemDetails = {
    type: `/docs/problems#${refusal.code}`,
    title: titles.get(status) ?? 'Error',
    status,
    detail: refusal.message,
    code: refusal.code,
    key: refusal.key ?? null,
    fix: refusal.fix ?? null,
  }
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...headers,
    },
  })
}
