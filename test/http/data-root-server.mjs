/**
 * The switch-side door with a data root, as a process of its own: `data-root-server.mjs ROOT SHIPPED`. Says its port, and answers each
 * message with how its event loop fared since the one before.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const dist = new URL('../../dist/', import.meta.url)
const load = (name) => import(new URL(`${name}.js`, dist).href)
const [path, shipped] = process.argv.slice(2)
const [{ listen }, { createSwitchApp }, { createFileHashes }, { createLog }, { RequestMeter }] =
  await Promise.all(
    ['http/listener', 'switch-app', 'sources/file-hash', 'log', 'http/request-meter'].map(load),
  )
const clock = { now: () => Date.now(), monotonic: () => performance.now() }
const log = createLog({
  format: 'json',
  debug: false,
  colour: false,
  write: (lines) => void process.stdout.write(lines),
  now: clock.now,
})
const workerUrl = new URL('sources/file-hash-worker.js', dist)
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
  dataRoot: { root: path, shipped, hashes: createFileHashes({ workerUrl, clock }), ...observing },
})
const door = await listen(app, '127.0.0.1', 0, log)
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
process.on('message', () => {
  process.send({ longestBlockMs: delay.max / 1e6 })
  delay.reset()
})
process.on('disconnect', () => process.exit())
process.send({ port: door.address.port })
