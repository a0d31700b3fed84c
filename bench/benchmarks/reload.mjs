/**
 * A change of a large inventory while the server runs: how soon it is served, and for how long the server stops for it.
 * @module
 */
import { renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { number, pause, tempFolder } from '../lib/env.mjs'
import {
  inventoryObject,
  jsonText,
  requestText,
  systemMac,
  writeSite,
  yamlText,
} from '../lib/inventory.mjs'
import { forkChild, freePort, freshRun } from '../lib/processes.mjs'
import { tell } from '../lib/report.mjs'
import { median, summary } from '../lib/stats.mjs'

const name = 'reload'
const runs = number('RELOAD_RUNS', 3)
const count = number('RELOAD_SWITCHES', 100_000)

export async function reload() {
  for (const format of ['json', 'yaml']) await reloadOf(format)
}

async function reloadOf(format) {
  const folder = tempFolder(`reload-${format}`)
  const site = writeSite(folder, count, format)
  const parser = format === 'json' ? 'JSON.parse' : 'js-yaml'
  const parses = []
  for (let run = 0; run < runs; run++) {
    parses.push(
      (await freshRun('measure-load.mjs', [parser, JSON.stringify(site)], ['--expose-gc'])).ms,
    )
  }
  const port = await freePort()
  const server = forkChild('reload-server.mjs', [
    JSON.stringify({
      settingsText: {
        flags: { ...site, interface: '127.0.0.1', port: String(port), operator: 'off' },
        env: {},
        cwd: '/',
      },
      logFile: join(folder, 'log'),
    }),
  ])
  await server.answer()
  const watcher = forkChild('watcher.mjs')
  const target = Math.floor(count / 2)
  const request = requestText(port, { mac: systemMac(target) })
  const text = format === 'json' ? jsonText : yamlText
  let revision = 0

  /** One save: prepared beforehand, watched from outside and inside. */
  const save = async (how, changes) => {
    revision++
    const content = text(
      inventoryObject(
        count,
        changes === 'all' ? () => revision : (at) => (at === target ? revision : 0),
      ),
    )
    const wanted = `CHG${String(1_000_000 + revision)}`
    const beside = join(folder, `new.${format}.tmp`)
    if (how === 'rename') writeFileSync(beside, content)
    await pause(300)
    await server.ask('reset')
    const ready = watcher.ask({ command: 'watch', port, request, wanted, quietMs: 300 })
    await ready
    const coming = watcher.answer()
    if (how === 'rename') renameSync(beside, site.inventory)
    else writeFileSync(site.inventory, content)
    const savedAt = Date.now()
    const { servedAt, longestMs } = await coming
    const { maxMs } = await server.ask('read')
    return { servedMs: servedAt - savedAt, outsideMs: longestMs, insideMs: maxMs }
  }

  try {
    // the first change starts the worker
    await save('rename', 'one')
    const idle = []
    for (let run = 0; run < runs; run++) {
      await server.ask('reset')
      const quiet = watcher.ask({ command: 'idle', port, request, ms: 1_000 })
      await quiet
      const { longestMs } = await watcher.answer()
      idle.push({ outside: longestMs, inside: (await server.ask('read')).maxMs })
    }
    const what = `${count} switches, ${(statSync(site.inventory).size / 1_048_576).toFixed(1)} MB of ${format.toUpperCase()}`
    const parse = { ...summary(parses), unit: ' ms' }
    const limit = format === 'json' ? 1_000 : 1_000 + median(parses)
    for (const [how, changes, label, floors] of [
      ['rename', 'one', 'one entry changed, saved by rename', true],
      ['in place', 'one', 'one entry changed, saved in place', true],
      ['rename', 'all', 'all entries changed', false],
    ]) {
      const results = []
      for (let run = 0; run < runs; run++) results.push(await save(how, changes))
      // back to the start, so that the next save changes one entry again
      const of = (field) => summary(results.map((each) => each[field]))
      tell(name, `${what}, ${label}: save to served`, of('servedMs'), {
        unit: ' ms',
        ...(floors && { floor: { atMost: limit } }),
        raw: { [`${parser} alone`]: parse },
      })
      tell(
        name,
        `${what}, ${label}: longest block of the event loop, from inside`,
        of('insideMs'),
        {
          unit: ' ms',
          ...(floors && { floor: { atMost: 25 } }),
          raw: {
            'longest /healthz from outside': { ...of('outsideMs'), unit: ' ms' },
            'both without a reload': `${median(idle.map(({ inside }) => inside)).toFixed(1)} and ${median(idle.map(({ outside }) => outside)).toFixed(1)} ms`,
            [`${parser} on the main thread`]: parse,
          },
        },
      )
    }
  } finally {
    await Promise.all([watcher.stop(), server.stop()])
  }
}
