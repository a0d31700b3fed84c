import { afterAll, expect, test } from 'vitest'
import { type Exact, exactJson } from '../../src/core/exact-value.ts'
import { createDeps } from '../../src/deps.ts'
import type { PoolAllocator, RenderRequest } from '../../src/ports.ts'
import { renderSwitch } from '../../src/provisioning/config-answer.ts'
import { readSettings } from '../../src/settings.ts'
import { makeFolder } from '../running-server.ts'

const folder = makeFolder({
  'swinfo.json': `{
  "defaults": {"mtu": 9214.0, "ntp": ["allocate('ntp')", 1.0], "vlans": {"300": 1, "20": "allocate('vlan')"}},
  "A": {"address": "allocate('mgmt')", "again": {"__proto__": "allocate('mgmt')"}, "rate": 1e3},
  "B": {"ntp": [2.0], "vlans": {"20": null}, "rate": 12345678901234567890123}
}`,
  'templates/config.njk': 'hostname {{ rate }}\n',
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

/** What the renderer is asked for one of the two switches. */
async function requestFor(ordinal: number): Promise<RenderRequest> {
  const requests: RenderRequest[] = []
  const templates = {
    ...snapshot.templates,
    templates: snapshot.templates.templates,
    broken: snapshot.templates.broken,
    render: (request: RenderRequest) => {
      requests.push(request)
      return { kind: 'config', text: 'x\n', usesServerUrl: false } as const
    },
  }
  let given = 0
  const allocator: PoolAllocator = { allocate: async (pool) => `${pool} ${++given}` }
  await renderSwitch({ ...snapshot, templates }, ordinal, {}, 'http://ztp', {
    defaultTemplate: 'config.njk',
    allocator,
    holder: async () => ({ id: 'A', ids: ['A'] }),
  })
  const [request, ...others] = requests
  if (request === undefined || others.length > 0) throw new Error('not one request')
  return request
}

test('a switch that holds values of pools has them in its exact variables too', async () => {
  const request = await requestFor(1)
  const exact =
    '{"mtu": 9214.0, "ntp": ["ntp 1", 1.0], "vlans": {"300": 1, "20": "vlan 2"}, "address": "mgmt 3", "again": {"__proto__": "mgmt 3"}, "rate": 1000.0}'
  expect(exactJson(request.exact())).toBe(exact)
  expect(request.variables()).toMatchObject({ address: 'mgmt 3', ntp: ['ntp 1', 1] })
  // the values are this request's, not the inventory's
  expect(exactJson(request.exact())).toBe(exact)
})

test('a switch without them has what the files state', async () => {
  const exact: Exact = (await requestFor(2)).exact()
  expect(exactJson(exact)).toBe(
    `{"mtu": 9214.0, "ntp": [2.0], "vlans": {"300": 1, "20": null}, "rate": 12345678901234567890123}`,
  )
})

test('nobody works out exact variables for a template that does not ask for them', async () => {
  const real = await requestFor(2)
  const refuse = () => {
    throw new Error('asked for exact variables')
  }
  const result = await snapshot.templates.render({ ...real, exact: refuse })
  expect(result).toMatchObject({ kind: 'config', text: 'hostname 12345678901234567890123\n' })
})
