/**
 * What the page loads: its style, its script, its icon.
 * @module
 */
import { createHash } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { matchesEtag } from '../../etag.ts'
import type { ShippedTexts } from './page-deps.ts'

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** `/web/NAME`, for everybody: the form that asks for the token needs it too. */
export function webFiles({ web }: ShippedTexts): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  for (const [name, text] of web) {
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    const type = types[name.replace(/^.*\./, '')] ?? 'application/octet-stream'
    // looked at anew each time: a page never meets the script of another version
    const headers = { ETag: etag, 'Cache-Control': 'no-cache', 'Content-Type': type }
    app.get(`/web/${name}`, (c) =>
      matchesEtag(c.req.header('If-None-Match'), etag)
        ? new Response(null, { status: 304, headers })
        : new Response(text, { headers }),
    )
  }
  return app
}
