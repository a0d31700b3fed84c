/**
 * A switch as people name it to the operator side, and what it would get when others stand before it.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder, type RunningServer, runCommand, startServer } from '../running-server.ts'
import { type Asker, operatorAsker } from './operator-server.ts'

let folder: ReturnType<typeof makeFolder>
let server: RunningServer
let ask: Asker
beforeAll(async () => {
  folder = makeFolder({
    'swinfo.json': {
      defaults: { ip: "allocate('mgmt')" },
      JPE1: { hostname: 'twin' },
      JPE2: { hostname: 'twin' },
      JPE3: { hostname: 'single' },
    },
    'templates/config.njk': 'hostname {{ hostname }}\nip {{ ip }}\n',
    'data_root/resources/mgmt': '10.0.0.1: null\n10.0.0.2: null\n10.0.0.3: null\n',
  })
  server = await startServer(folder.path)
  ask = operatorAsker(server)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

test.each(['', '/config', '/explanation', '/diff', '/events'])(
  'a hostname that several have is refused with their ids: /switches/twin%s',
  async (part) => {
    const answer = await ask(`/api/v1/switches/twin${part}`)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({
      code: 'switch-unknown',
      detail: '"twin" is the hostname of several switches: JPE1, JPE2',
    })
    expect((await ask(`/api/v1/switches/JPE2${part}`)).status).toBe(200)
  },
)

test.each(['/switches/twin', '/switches/twin/config.txt', '/templates/config.njk?switch=twin'])(
  'a page for a hostname that several have says so: %s',
  async (path) => {
    const text = await (await ask(path, { headers: { Accept: 'text/html' } })).text()
    expect(text).toContain('is the hostname of several switches: JPE1, JPE2')
  },
)

test('what a switch would be allocated is the same in its configuration and in its diff', async () => {
  const get = async (path: string) => await (await ask(`/api/v1/switches/JPE3${path}`)).text()
  expect(await get('/config')).toContain('ip 10.0.0.1')
  expect(await get('/explanation')).toContain('10.0.0.1')
  expect(await get('/diff')).toContain('+ip 10.0.0.1')
  const { stdout } = await runCommand(folder.path, ['diff', 'JPE3', '--json'])
  expect(stdout).toBe(await get('/diff'))
})

test.each([
  ['DELETE', '/api/v1/switches', 'GET, HEAD'],
  ['POST', '/api/v1/switches/JPE1/config', 'GET, HEAD'],
  ['GET', '/api/v1/pools/mgmt/release', 'POST'],
])('%s %s is 405 with what is possible', async (method, path, allowed) => {
  const answer = await ask(path, { method })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe(allowed)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
})

test.each(['/patterns', '/templates/config.njk'])(
  '%s offers the switches by their ids',
  async (path) => {
    const text = await (await ask(path)).text()
    expect(text).toContain('list="switches-known"')
    expect(text).toContain('<option value="JPE2">twin</option>')
  },
)

test('a configuration of 60,000 lines makes a page of bounded size, and a download of all of them', async () => {
  const huge = makeFolder({
    'swinfo.json': { JPE1: { hostname: 'huge' } },
    'templates/config.njk':
      'hostname {{ hostname }}\n{% for i in range(60000) %}! line {{ i }}\n{% endfor %}',
  })
  const other = await startServer(huge.path)
  const asked = operatorAsker(other)
  try {
    const page = await (await asked('/switches/JPE1', { headers: { Accept: 'text/html' } })).text()
    expect(page.length).toBeLessThan(1_000_000)
    expect(page).toContain('60,001 lines')
    expect(page).toContain('… and 55,001 lines more')
    const all = await (await asked('/switches/JPE1/config.txt')).text()
    expect(all).toContain('! line 59999\n')
  } finally {
    await other.stop()
    huge.remove()
  }
})
