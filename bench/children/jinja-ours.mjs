/**
 * Renders leaves with the built renderer, without the cache: `jinja-ours.mjs SITE`. Each message `{renders}` is answered with the time of one
 * render in microseconds; `text` with the first configuration.
 * @module
 */
import { built } from '../lib/env.mjs'
import { siteSettings } from '../lib/expected.mjs'

const settings = await siteSettings(JSON.parse(process.argv[2]))
const modules = ['deps', 'provisioning/config-answer', 'core/inventory'].map(built)
const [{ createDeps }, { renderSwitch }, { switchOrdinals }] = await Promise.all(modules)
const snapshot = await createDeps(settings, '/').load()
const ordinals = [...switchOrdinals(snapshot.inventory)]
const options = { defaultTemplate: settings.template }

/** All that a first request of a switch needs: the checks, the choice of a template, the search for allocations too. */
const whole = (ordinal) =>
  Buffer.from(renderSwitch(snapshot, ordinal, {}, 'http://127.0.0.1', options).text)

/** What the renderer is asked for each switch. */
const requests = new Map()
for (const ordinal of ordinals) {
  const render = (request) => {
    requests.set(ordinal, request)
    return snapshot.templates.render(request)
  }
  const { templates, broken } = snapshot.templates
  // the very first render may take so long that it is done elsewhere
  await renderSwitch(
    { ...snapshot, templates: { templates, broken, render } },
    ordinal,
    {},
    'http://127.0.0.1',
    options,
  )
}

/** The renderer with a fresh copy of the variables, as every request gives it one; bytes, as they would be sent. */
const template = (ordinal) => Buffer.from(snapshot.templates.render(requests.get(ordinal)).text)

process.on('message', ({ renders, what }) => {
  if (what === 'text') return process.send({ text: template(ordinals[0]).toString() })
  const render = what === 'whole' ? whole : template
  let bytes = 0
  const start = performance.now()
  for (let at = 0; at < renders; at++) bytes += render(ordinals[at % ordinals.length]).length
  process.send({ us: ((performance.now() - start) * 1_000) / renders, bytes })
})
process.on('disconnect', () => process.exit())
process.send({ ready: true })
