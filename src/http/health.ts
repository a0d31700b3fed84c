/**
 * `/healthz`, on both doors: 200 while the process answers.
 * @module
 */
import { Hono } from 'hono'

export function healthRoutes(): Hono {
  return new Hono().get('/healthz', () => plainText('ok', 200))
}

/** A short line for people and scripts. */
export function plainText(
  line: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = `${line}\n`
  return new Response(body, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      ...headers,
    },
  })
}
