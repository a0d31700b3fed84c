/**
 * The switch-side door with a data root, in a process that watches its own event loop: `data-root-server.mjs {"root","logFile"}`. Says its
 * port. Messages: `reset`, `read`.
 * @module
 */
import { openSync, write } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { built, root as checkout } from '../lib/env.mjs'

const { root, logFile } = JSON.parse(process.argv[2])
const [{ listen }, { createSwitchApp }, { createFileHashes }, { createLog }, { RequestMeter }] =
  await Promise.all(
    ['http/listener', 'switch-app', 'sources/file-hash', 'log', 'http/request-meter'].map(built),
  )
const file = openSync(logFile, 'a')
const clock = { now: () => Date.now(), monotonic: () => performance.now() }
const log = createLog({
  format: 'json',
  debug: false,
  colour: false,
  write: (lines) => write(file, lines, () => {}),
  now: clock.now,
})
const workerUrl = pathToFileURL(join(checkout, 'dist/sources/file-hash-worker.js'))
const hashes = createFileHashes({ workerUrl, clock })
const observing = {
  journal: { note: () => {}, again: () => {} },
  meter: new RequestMeter(),
  clock,
  log,
}
const app = createSwitchApp({
  snapshot: { current: () => ({ version: 1, revision: '' }), subscribe: () => () => {} },
  faults: { note: () => {}, clear: () => {}, current: () => [] },
  ...observing,
  path: '/dynconfig',
  defaultTemplate: '',
  serverUrl: undefined,
  dataRoot: { root, shipped: join(root, 'shipped'), hashes, ...observing },
})
const door = await listen(app, '127.0.0.1', 0, log)
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
process.on('message', (message) => {
  if (message === 'reset') delay.reset()
  process.send({ maxMs: delay.max / 1e6 })
})
process.on('disconnect', () => process.exit())
process.send({ port: door.address.port })
