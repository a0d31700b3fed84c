/**
 * The server's URL where no request says under which one it was reached.
 * @module
 */
import { hostname } from 'node:os'
import { Problem } from '../core/problem.ts'
import type { Snapshot } from '../ports.ts'
import type { Settings } from '../settings.ts'

/** The setting, else a guess; the guess is warned of when a template looks at it. */
export function commandServerUrl(
  settings: Settings,
  snapshot: Snapshot,
): { readonly url: string; readonly warning: Problem | undefined } {
  if (settings.serverUrl !== undefined) return { url: settings.serverUrl, warning: undefined }
  const url = `http://${hostname()}:${settings.listen.port}`
  for (const { source } of snapshot.templates.templates.values()) {
    const line = source.text
      .split('\n')
      .findIndex((text) => /\bserver\s*(?:\.\s*url\b|\[)/.test(text))
    if (line === -1) continue
    const warning = new Problem(
      'server-url-guessed',
      `the template uses server.url, taken to be ${url}`,
      {
        at: { file: source.file, line: line + 1 },
        key: '[default] server_url',
        fix: 'say --server-url, or set [default] server_url',
      },
    )
    return { url, warning }
  }
  return { url, warning: undefined }
}
