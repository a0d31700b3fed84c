/**
 * `ztpush serve --conf FILE`, with the journal that it has, or with one that drops everything: `BENCH_JOURNAL=dropped`.
 * @module
 */
import { readFileSync, write } from 'node:fs'
import { built } from '../lib/env.mjs'

const [{ startServer }, { createLog }, { readSettings }, { createDeps }, { SwitchStates }] =
  await Promise.all(['server', 'log', 'settings', 'deps', 'core/switch-states'].map(built))
const log = createLog({
  format: 'json',
  debug: false,
  colour: false,
  write: (lines) => write(1, lines, () => {}),
  now: () => Date.now(),
})
const read = readSettings({
  program: 'ztpush',
  flags: { conf: process.argv[process.argv.indexOf('--conf') + 1] },
  env: process.env,
  cwd: process.cwd(),
  readFile: (path) => readFileSync(path, 'utf8'),
  folderExists: () => false,
})
const deps = createDeps(read.settings, process.cwd())
const dropped = {
  states: new SwitchStates(),
  note: () => {},
  again: () => {},
  status: () => ({ loading: false, lost: 0, problems: [] }),
  timeline: async () => [],
  read: async () => undefined,
  close: async () => {},
}
const used =
  process.env.BENCH_JOURNAL === 'dropped' ? { ...deps, startJournal: () => dropped } : deps
const server = await startServer(read, process.cwd(), log, used)
process.on('SIGTERM', () => void server.close(1_000).then(() => process.exit()))
