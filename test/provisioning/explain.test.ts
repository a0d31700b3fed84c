import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { Explanation } from '../../src/core/explanation.ts'
import { readNodeReport } from '../../src/core/node-report.ts'
import { Problem } from '../../src/core/problem.ts'
import { mask } from '../../src/core/secrets.ts'
import type { SwitchEvent } from '../../src/core/switch-event.ts'
import { SwitchStates } from '../../src/core/switch-states.ts'
import { createDeps } from '../../src/deps.ts'
import type { SwitchHistory } from '../../src/ports.ts'
import { explainSwitch } from '../../src/provisioning/explain.ts'
import { explainedDataRoot } from '../../src/provisioning/explain-sources.ts'
import { findSwitchNamed } from '../../src/provisioning/named-switch.ts'
import { nodeDefinition } from '../../src/provisioning/node-definition.ts'
import { silentLog } from '../../src/provisioning/silent-log.ts'
import { readSettings } from '../../src/settings.ts'
import { makeFolder, writeIn } from '../running-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = makeFolder({})
cpSync(join(root, 'examples/leaf-spine'), folder.path, { recursive: true })
writeIn(folder.path, 'data_root/nodes/JPE24440001/.node', {
  serialnumber: 'JPE24440001',
  model: 'vEOS',
  version: '4.30.1F',
  neighbors: {},
})
writeIn(folder.path, 'data_root/nodes/JPE24440001/pattern', 'interfaces: []\n')
writeIn(
  folder.path,
  'data_root/nodes/JPE24440001/attributes',
  `radius_key: s3cret
ntp: {server: $service_host, list: [test('a'), 1], deep: {ref: $service_host}}
own: $radius_key
gone: $nobody
`,
)
writeIn(
  folder.path,
  'data_root/nodes/JPE24440001/definition',
  `attributes: {ntp: {vrf: MGMT}, size: 1.0}
actions:
- action: a
  attributes: {name: $hostname, ip: allocate('mgmt') rest, again: $address, ntp: {server: test('x')}}
- {action: b, always_execute: true}
`,
)
const settings = readSettings({
  program: 'ztpush',
  flags: { serverUrl: 'http://ztp' },
  env: {},
  cwd: folder.path,
  readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  folderExists: existsSync,
}).settings
const deps = createDeps(settings, folder.path)
afterAll(async () => {
  await deps.renderer.close()
  folder.remove()
})

async function parts() {
  const { dataRoot } = deps
  if (dataRoot === undefined) throw new Error('no data root')
  return {
    snapshot: await deps.load(),
    dataRoot: explainedDataRoot(settings, dataRoot, { cwd: folder.path, log: silentLog }),
  }
}

async function explain(
  name: string,
  more: {
    history?: SwitchHistory
    states?: SwitchStates
    showSecrets?: boolean
    report?: object
  } = {},
): Promise<Explanation> {
  const { template, identifier } = settings
  const report = more.report && readNodeReport(JSON.stringify(more.report))
  if (report instanceof Problem) throw report
  return explainSwitch(
    {
      ...(await parts()),
      ...{ identifier, defaultTemplate: template, serverUrl: 'http://ztp' },
      history: more.history,
      states: more.states,
    },
    { name, report, showSecrets: more.showSecrets },
  )
}

/** What the server sends, without plugins that are programs. */
async function sent(id: string): Promise<{ actions: { attributes: Record<string, unknown> }[] }> {
  const { dataRoot, snapshot } = await parts()
  const { nodeId } = await findSwitchNamed(
    { snapshot, identifier: settings.identifier, nodes: dataRoot },
    id,
  )
  if (nodeId === undefined) throw new Error('no node')
  const answer = await nodeDefinition(
    {
      files: dataRoot.files,
      plugins: dataRoot.previewPlugins(dataRoot.pools.scratch()),
      bounded: dataRoot.bounded,
      validateTopology: true,
      inventory: () => snapshot.inventory,
      log: silentLog,
    },
    nodeId,
    'http://ztp',
  )
  if (answer instanceof Problem) throw answer
  return JSON.parse(answer)
}

describe('the attributes that are explained', () => {
  test('are those that the server sends', async () => {
    const { definition } = await explain('spine1', { showSecrets: true })
    const { actions } = await sent('spine1')
    expect(definition?.problem).toBeNull()
    const rebuilt = definition?.actions.map(({ attributes }) => {
      const all: Record<string, unknown> = {}
      for (const { path, value } of attributes) {
        const [first = '', second] = path
        if (second === undefined) all[first] = value
        else if (path.length === 2) all[first] = { ...(all[first] as object), [second]: value }
        else all[first] = { ...(all[first] as object), [second]: { [path[2] ?? '']: value } }
      }
      return all
    })
    // a number keeps its digits as text here
    const expected = actions.map(({ attributes }) => ({ ...attributes, size: '1.0' }))
    expect(rebuilt).toEqual(expected)
  })

  test('are told with the scope that sets them', async () => {
    const { definition } = await explain('spine1')
    const found = new Map(
      definition?.actions[0]?.attributes.map((each) => [each.path.join('.'), each]),
    )
    expect(found.get('name')).toMatchObject({
      value: 'spine1',
      written: '$hostname',
      reference: { scope: 'inventory', at: { file: 'swinfo.json', line: 18 } },
    })
    expect(found.get('again')).toMatchObject({
      value: '10.34.8.11/24',
      reference: { scope: 'inventory' },
      calls: [{ plugin: 'allocate', argument: 'mgmt' }],
    })
    expect(found.get('ntp.server')).toMatchObject({
      value: 'JPE24440001:x',
      scope: 'action',
      overrides: [{ value: '$service_host', scope: 'node', at: { line: 2 } }],
    })
    expect(found.get('ntp.vrf')).toMatchObject({ value: 'MGMT', scope: 'definition' })
    expect(found.get('ntp.deep.ref')).toMatchObject({ value: '$service_host', reference: null })
    expect(found.get('radius_key')).toMatchObject({ value: mask, written: mask })
    expect(found.get('own')).toMatchObject({
      value: mask,
      reference: { name: 'radius_key', scope: 'node', at: { line: 1 } },
    })
    expect(found.get('gone')).toMatchObject({ value: null, reference: { scope: null } })
  })
})

describe('the latest requests', () => {
  const event: SwitchEvent = {
    at: Date.UTC(2026, 0, 2, 3, 4, 5),
    kind: 'config-refused',
    from: '10.0.0.9',
    request: 'GET /dynconfig',
    status: 503,
    version: '4.31.0F',
    model: 'DCS-1',
    message: 'password 7 0822455D0A16 is odd',
  }

  test('are asked for by every id that is known, and tell what was reported last', async () => {
    const states = new SwitchStates()
    states.apply({ ...event, serial: 'JPE24440001' })
    const asked: unknown[] = []
    const history: SwitchHistory = {
      timeline: async (ids, limit) => {
        asked.push([ids, limit])
        return [event]
      },
    }
    const { events, identity } = await explain('spine1', { history, states })
    expect(asked).toEqual([[['JPE24440001'], 10]])
    expect(identity).toMatchObject({ eosVersion: '4.31.0F', model: 'DCS-1' })
    expect(events).toEqual([
      {
        at: '2026-01-02T03:04:05.000Z',
        kind: 'config-refused',
        from: '10.0.0.9',
        request: 'GET /dynconfig',
        status: 503,
        revision: null,
        sha256: null,
        problem: null,
        action: null,
        message: `password 7 ${mask} is odd`,
      },
    ])
  })

  test('are null where nobody keeps them', async () => {
    expect((await explain('spine1')).events).toBeNull()
  })
})

test('a switch without a folder is told by a report that is given', async () => {
  const report = { serialnumber: 'JPE24440002', systemmac: '5254.0000.4402', neighbors: {} }
  const { node, topology, definition, identity } = await explain('JPE24440002', { report })
  expect(node).toMatchObject({ id: 'JPE24440002', state: 'absent', report: 'given' })
  expect(identity.ids).toEqual(['JPE24440002', '525400004402'])
  expect(topology?.neighbordb?.taken).toBe(1)
  expect(definition).toMatchObject({ from: 'pattern', file: 'data_root/definitions/spine' })
})
