/**
 * Pages as answers.
 * @module
 */
import type { Child } from 'hono/jsx'
import type { Access, OperatorContext } from '../access.ts'
import type { TemplatesApiDeps } from '../api/templates.ts'
import { Layout, type LayoutProps } from './layout.tsx'

export type PageDeps = Pick<TemplatesApiDeps, 'validation'> & { readonly access: Access }

export type PageOptions = Pick<LayoutProps, 'title' | 'place' | 'switchId' | 'still'> & {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A page for who may see everything. */
export async function page(
  { validation, access }: PageDeps,
  options: PageOptions,
  content: Child,
): Promise<Response> {
  const { errors, warnings, complete } = await validation.problems()
  const problems = { count: errors + warnings, complete }
  return await whole({ ...options, problems, guarded: access.isGuarded }, content)
}

/** A page for anybody: it tells nothing of the server. */
export function publicPage(options: PageOptions, content: Child): Promise<Response> {
  return whole({ ...options, problems: undefined, guarded: false }, content)
}

async function whole(
  { status = 200, headers = {}, ...props }: LayoutProps & PageOptions,
  content: Child,
): Promise<Response> {
  const html = await (<Layout {...props}>{content}</Layout>)
  return new Response(`<!DOCTYPE html>\n${html}\n`, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      // it may hold what a session that has ended must not show again
      'Cache-Control': 'no-store',
      Vary: 'Authorization, Cookie, Accept',
      ...headers,
    },
  })
}

/** Another page of this server. 303: whatever was sent, it is asked for with GET. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { Location: location } })
}

/** Whether a person looks at the answer, and not a program. */
export function isBrowser(c: OperatorContext): boolean {
  return !c.req.path.startsWith('/api/') && /\btext\/html\b/.test(c.req.header('Accept') ?? '')
}

/** The query of a form: fields that were left empty are not stated. */
export function statedQuery(c: OperatorContext): Record<string, string> {
  return Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ''))
}

/** The path of a switch's page. */
export function switchPath(id: string): string {
  return `/switches/${encodeURIComponent(id)}`
}
