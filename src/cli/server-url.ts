/**
 * The server's URL where no request says under which one it was reached.
 * @module
 */
import { hostname } from 'node:os'
import { Problem, type SourceLocation } from '../core/problem.ts'
import type { Snapshot, TemplateSet } from '../ports.ts'
import type { Settings } from '../settings.ts'

/** What templates of one command know as `server.url`. */
export interface CommandServerUrl {
  readonly url: string
  /** Takes the template of each render of a snapshot that has asked for it. */
  noteIn(snapshot: Snapshot): (template: string) => void
  /** A warning when it was guessed, and a render has asked for it. */
  warning(): readonly Problem[]
}

/** The setting, else a guess. */
export function commandServerUrl({ serverUrl, listen }: Settings): CommandServerUrl {
  const url = serverUrl ?? `http://${hostname()}:${listen.port}`
  let at: SourceLocation | undefined
  return {
    url,
    noteIn:
      ({ templates }) =>
      (template) => {
        at ??= placeOfUse(templates, template)
      },
    warning: () => {
      if (serverUrl !== undefined || at === undefined) return []
      const message = `the template uses server.url, taken to be ${url}`
      const fix = 'say --server-url, or set [default] server_url'
      return [new Problem('server-url-guessed', message, { at, key: '[default] server_url', fix })]
    },
  }
}

/** The first line that asks for it, of the template or of one that it names; else the template. */
function placeOfUse({ templates }: TemplateSet, template: string): SourceLocation {
  const reached = new Set([template])
  for (const name of reached) {
    const source = templates.get(name)?.source
    if (source === undefined) continue
    const line = source.text
      .split('\n')
      .findIndex((text) => /\bserver\s*(?:\.\s*url\b|[[|])/.test(text))
    if (line !== -1) return { file: source.file, line: line + 1 }
    for (const other of templates.keys()) {
      if (["'", '"'].some((quote) => source.text.includes(`${quote}${other}${quote}`)))
        reached.add(other)
    }
  }
  return { file: templates.get(template)?.source.file ?? template }
}
