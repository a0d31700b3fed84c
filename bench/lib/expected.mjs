/**
 * What ztpush must answer, from its built modules without HTTP.
 * @module
 */
import { built } from './env.mjs'

/** The settings of a site, as `ztpush --inventory … --templates …` would read them. */
export async function siteSettings({ inventory, templates }) {
  const { readSettings } = await built('settings')
  const sources = {
    program: 'ztpush',
    flags: { inventory, templates },
    env: {},
    cwd: '/',
    readFile: () => undefined,
    folderExists: () => false,
  }
  return readSettings(sources).settings
}

/** A function from a switch's MAC, serial number or name to its configuration. */
export async function configurations(site, serverUrl = 'http://127.0.0.1') {
  const settings = await siteSettings(site)
  const [{ createDeps }, { renderSwitch }, { findByName }] = await Promise.all(
    ['deps', 'provisioning/config-answer', 'core/inventory'].map(built),
  )
  const deps = createDeps(settings, '/')
  const snapshot = await deps.load()
  const options = { defaultTemplate: settings.template }
  return {
    of: async (name) => {
      const [ordinal] = findByName(snapshot.inventory, name)
      const answer = await renderSwitch(snapshot, ordinal, {}, serverUrl, options)
      if (answer.kind !== 'config') throw answer.problem
      return answer.text
    },
    close: () => deps.renderer.close(),
  }
}

/** The headers and the body of one answer over HTTP. */
export async function oneAnswer(port, headers) {
  const response = await fetch(`http://127.0.0.1:${port}/dynconfig`, { headers })
  const body = await response.text()
  if (response.status !== 200)
    throw new Error(`${response.status} for ${JSON.stringify(headers)}: ${body}`)
  return { headers: response.headers, body }
}

/** The headers that ztpush itself sets, for a baseline that sends the same. */
export async function ownHeaders(port, headers) {
  const answer = await oneAnswer(port, headers)
  const names = ['Content-Type', 'Content-Length', 'ETag', 'Cache-Control', 'X-Ztpush-Revision']
  const sent = names
    .map((name) => [name, answer.headers.get(name)])
    .filter(([, value]) => value !== null)
  return { headers: Object.fromEntries(sent), body: answer.body }
}
