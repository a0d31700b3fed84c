/**
 * The server in this process, with a look at its event loop from inside: `reload-server.mjs SITE`. Messages: `reset`, `read`, `stop`.
 * @module
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { built } from '../lib/env.mjs'

const { settingsText, logFile } = JSON.parse(process.argv[2])
const [{ startServer }, { createLog }, { readSettings }] = await Promise.all(
  ['server', 'log', 'settings'].map(built),
)
const { createWriteStream } = await import('node:fs')
const stream = createWriteStream(logFile)
const log = createLog({
  format: 'json',
  debug: false,
  colour: false,
  write: (text) => void stream.write(text),
  now: () => Date.now(),
})
const read = readSettings({
  program: 'ztpush',
  ...settingsText,
  readFile: () => undefined,
  folderExists: () => false,
})
const server = await startServer(read, '/', log)
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
process.on('message', (message) => {
  if (message === 'reset') {
    delay.reset()
    process.send({})
  } else if (message === 'read') {
    process.send({ maxMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 })
  }
})
process.on('disconnect', () => process.exit())
process.send({ port: server.switchAddress.port })
