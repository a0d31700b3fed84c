import { afterAll, expect, test } from 'vitest'
import type { SwitchDiff } from '../../src/core/switch-diff.ts'
import { SwitchStates } from '../../src/core/switch-states.ts'
import { createDeps } from '../../src/deps.ts'
import type { ServedConfigs } from '../../src/ports.ts'
import { type Baseline, diffSwitches } from '../../src/provisioning/diff.ts'
import { lastFactsOf, NodeRecords, servedBaseline } from '../../src/provisioning/diff-baselines.ts'
import { readSettings } from '../../src/settings.ts'
import { makeFolder } from '../running-server.ts'

const count = 10_000
const folder = makeFolder({
  'swinfo.json': Object.fromEntries(
    Array.from({ length: count }, (_each, at) => [`N${at}`, { hostname: `sw${at}` }]),
  ),
  'templates/config.njk': 'hostname {{ hostname }}\nmodel {{ switch.model | default("?") }}\n',
})
const settings = readSettings({
  program: 'ztpush',
  flags: {},
  env: {},
  cwd: folder.path,
  readFile: () => undefined,
  folderExists: () => false,
}).settings
const deps = createDeps(settings, folder.path)
const snapshot = await deps.load()
afterAll(async () => {
  await deps.renderer.close()
  folder.remove()
})

function diffs(baseline: Baseline, ordinals?: ReadonlySet<number>): AsyncGenerator<SwitchDiff> {
  const options = {
    defaultTemplate: 'config.njk',
    allocator: undefined,
    holder: () => Promise.reject(new Error('nobody allocates')),
  }
  const now = { snapshot, options, serverUrl: 'http://ztp' }
  return diffSwitches(now, baseline, { ordinals, showSecrets: false })
}

test('what was served is compared by the id of the entry, rendered for the model that the switch reported', async () => {
  const served: ServedConfigs = {
    read: async (id) =>
      id === 'N1'
        ? { at: Date.UTC(2026, 0, 2), bytes: Buffer.from('hostname old\nmodel DCS-1\n') }
        : undefined,
  }
  const records = new NodeRecords(
    snapshot.inventory,
    {
      record: () => ({
        model: 'DCS-1',
        systemMac: undefined,
        serialNumber: 'n1',
        version: undefined,
        interfaces: [],
        config: undefined,
      }),
    },
    async () => ['folder'],
  )
  const found: SwitchDiff[] = []
  const states = new SwitchStates()
  const { inventory } = snapshot
  const baseline = servedBaseline(served, inventory, lastFactsOf(inventory, states, records))
  for await (const each of diffs(baseline, new Set([1, 2]))) found.push(each)
  expect(found).toMatchObject([
    { id: 'N1', name: 'sw1', against: 'served 2026-01-02T00:00:00.000Z', status: 'changed' },
    { id: 'N2', against: null, status: 'new' },
  ])
  expect(found[0]?.diff).toBe(
    'diff --git a/sw1.cfg b/sw1.cfg\n--- a/sw1.cfg\tserved 2026-01-02T00:00:00.000Z\n+++ b/sw1.cfg\tnow\n@@ -1,2 +1,2 @@\n-hostname old\n+hostname sw1\n model DCS-1\n',
  )
})

test('switches are compared one by one, as they are asked for', async () => {
  let asked = 0
  const baseline: Baseline = {
    inOrder: true,
    facts: async () => ({}),
    before: async () => {
      asked++
      return { text: 'x\n', against: 'x' }
    },
    async *gone() {},
  }
  const all = diffs(baseline)
  await all.next()
  await all.next()
  expect(asked).toBe(2)
  await all.return(undefined)
  let changed = 0
  for await (const { status } of diffs(baseline)) if (status === 'changed') changed++
  expect(changed).toBe(count)
})
