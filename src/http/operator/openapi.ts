/**
 * The OpenAPI document, made of the schemas that check requests and answers.
 * @module
 */
import { z } from 'zod'
import { changesSchema, problemDetailsSchema } from '../../core/api-schemas.ts'
import type { Endpoint } from './endpoint.ts'

interface JsonSchema {
  readonly [key: string]: unknown
}

/** OpenAPI 3.1, as plain JSON. */
export function openapiDocument(endpoints: readonly Endpoint[], version: string): object {
  const components: Record<string, JsonSchema> = {}
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const {
      $defs,
      $schema: _dialect,
      ...own
    } = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      override: ({ jsonSchema }) => {
        // what is not stated may come later: clients must not refuse it
        if (io === 'output') delete jsonSchema.additionalProperties
      },
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> }
    for (const [name, found] of Object.entries($defs ?? {})) {
      components[name] = rebased(found) as JsonSchema
    }
    const moved = rebased(own) as JsonSchema
    const { id, ...rest } = moved
    if (typeof id !== 'string') return rest
    components[id] = rest
    return { $ref: `#/components/schemas/${id}` }
  }
  const problem = {
    'application/problem+json': { schema: schemaOf(problemDetailsSchema, 'output') },
  }
  const refusal = (status: number) => [
    String(status),
    { description: reasons.get(status) ?? 'Refused', content: problem },
  ]
  const paths: Record<string, Record<string, unknown>> = {}
  for (const each of endpoints) {
    const parameters = [
      ...(each.path.includes('{id}')
        ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]
        : []),
      ...(each.query === undefined ? [] : queryParameters(schemaOf(each.query, 'input'))),
    ]
    const statuses = [...new Set([400, 401, 403, ...each.refusals])].sort(
      (one, other) => one - other,
    )
    paths[each.path] ??= {}
    const path = paths[each.path] as Record<string, unknown>
    path[each.method] = {
      operationId: operationId(each),
      summary: each.summary,
      ...(each.description !== '' && { description: each.description }),
      ...(parameters.length > 0 && { parameters }),
      ...(each.body !== undefined && {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(each.body, 'input') } },
        },
      }),
      responses: {
        '200': {
          description: 'As asked.',
          content: { 'application/json': { schema: schemaOf(each.reply, 'output') } },
        },
        ...(each.method === 'get' && { '304': { description: 'As before (If-None-Match).' } }),
        ...Object.fromEntries(statuses.map(refusal)),
      },
    }
  }
  paths['/api/v1/events'] = { get: eventStream(schemaOf(changesSchema, 'output')) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'ztpush',
      version,
      description: 'What every switch gets, and why. Everything that the page does.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{}, { token: [] }, { session: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '[operator] token' },
        session: { type: 'apiKey', in: 'cookie', name: 'ztpush_session' },
      },
    },
  }
}

const reasons: ReadonlyMap<number, string> = new Map([
  [400, 'The request cannot be used.'],
  [401, 'A token is asked for.'],
  [403, 'Not from there.'],
  [404, 'There is no such thing.'],
  [409, 'What operators wrote is in the way.'],
  [413, 'The body is too large.'],
  [503, 'Not at this moment.'],
])

/** `GET /api/v1/switches/{id}/events` → `getSwitchesIdEvents` */
function operationId({ method, path }: Endpoint): string {
  const words = path.replace('/api/v1', '').split(/[^A-Za-z0-9]+/)
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function queryParameters(schema: JsonSchema): object[] {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>
  const required = (schema['required'] ?? []) as string[]
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    }
  })
}

/** References within one schema become references within the document. */
function rebased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rebased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === '$ref' && typeof item === 'string'
        ? [key, item.replace('#/$defs/', '#/components/schemas/')]
        : [key, rebased(item)],
    ),
  )
}

function eventStream(changes: JsonSchema): object {
  return {
    operationId: 'getEvents',
    summary: 'What changes, as server-sent events',
    description:
      'Events `changes` (data as below, at most twice a second), `snapshot` (a new revision is in force) and `resync` (look at everything anew). Last-Event-ID is honoured.',
    parameters: [
      { name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } },
    ],
    responses: {
      '200': {
        description: 'A stream without an end.',
        content: { 'text/event-stream': { schema: changes } },
      },
      '503': { description: 'There are too many listeners.' },
    },
  }
}
