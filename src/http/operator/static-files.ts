/**
 * What pages load: style, script, icon. Read once, when the server starts.
 * @module
 */
import { hash } from 'node:crypto'
import { Hono } from 'hono'
import { matchesEtag } from '../etag.ts'

const types: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['svg', 'image/svg+xml'],
])

/** @param files by name, such as `page.css` */
export function staticFiles(files: ReadonlyMap<string, string>): Hono {
  const app = new Hono()
  for (const [name, text] of files) {
    const etag = `"${hash('sha256', text).slice(0, 22)}"`
    const type = types.get(name.split('.').at(-1) ?? '') ?? 'text/plain'
    const headers = { 'Content-Type': type, ETag: etag, 'Cache-Control': 'no-cache' }
    app.get(`/${name}`, (c) =>
      matchesEtag(c.req.header('If-None-Match'), etag)
        ? new Response(null, { status: 304, headers })
        : new Response(text, { headers }),
    )
  }
  return app
}
