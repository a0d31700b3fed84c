/**
 * Errors of the ZTPServer routes: its client looks for `text/html`.
 * @module
 */

/**
 * An answer of one short line that says why, as `text/html`. The line must be one of ours: nothing of the request, and no path of this
 * machine.
 */
export function routeError(
  status: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = `${line}\n`
  return new Response(body, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      ...headers,
    },
  })
}
