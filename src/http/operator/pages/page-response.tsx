/**
 * A page as an answer.
 * @module
 */
import type { Child } from 'hono/jsx'
import { Layout, type LayoutProps } from './layout.tsx'
import { ErrorPage } from './small-pages.tsx'

/** The whole page around a content. */
export function page(
  props: Omit<LayoutProps, 'children'>,
  content: Child,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const text = `<!doctype html>${(<Layout {...props}>{content}</Layout>).toString()}\n`
  return new Response(text, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    },
  })
}

/** A page that says why there is no other. */
export function errorPage(
  status: number,
  title: string,
  detail: string,
  guarded: boolean,
): Response {
  const content = <ErrorPage title={title} detail={detail} />
  return page({ title, active: 'none', guarded }, content, status)
}

/** Whether a browser asks, for a person to look at. */
export function wantsPage(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true
}
