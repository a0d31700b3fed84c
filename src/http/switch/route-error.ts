/**
 * Errors of ZTPServer's routes: its switch client looks at status and media type, and logs the line.
 * @module
 */

const maxLine = 500

/** An error as the switch client takes it: `text/html`, one short line, or no body at all for an empty one. */
export function routeError(
  status: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = line === '' ? '' : `${escapeHtml(oneLine(line))}\n`
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

function oneLine(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
  return line.length > maxLine ? `${line.slice(0, maxLine)}…` : line
}

/** What switches report of their neighbours stands in these lines. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
