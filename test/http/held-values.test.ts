import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder, type RunningServer, runCommand, startServer } from '../running-server.ts'
import { operatorAsker } from './operator-server.ts'

const headers = (number: number) => ({
  'X-Arista-SystemMAC': `52:54:00:00:00:0${number}`,
  'X-Arista-Serial': `JPE${number}`,
})

let folder: ReturnType<typeof makeFolder>
let server: RunningServer

/** Pools know switches by their serial numbers, which the inventory does not state. */
beforeAll(async () => {
  folder = makeFolder({
    'swinfo.json': {
      '52:54:00:00:00:01': { hostname: 'sw1', mgmt: "allocate('mgmt')" },
      '52:54:00:00:00:02': { hostname: 'sw2', mgmt: "allocate('mgmt')" },
    },
    'templates/config.njk': 'hostname {{ hostname }}\nip {{ mgmt }}\n',
    'data_root/resources/mgmt': '10.0.0.1/24: null\n10.0.0.2/24: null\n10.0.0.3/24: null\n',
  })
  server = await startServer(folder.path)
  for (const number of [1, 2]) {
    await fetch(`http://127.0.0.1:${server.port}/dynconfig`, { headers: headers(number) })
  }
  // what has happened is on disk within a second
  await new Promise((done) => setTimeout(done, 2_500))
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

test('a switch is shown the value that it holds, whoever told its serial number', async () => {
  const ask = operatorAsker(server)
  const json = async (path: string) =>
    (await (await ask(`/api/v1/switches/sw2${path}`)).json()) as object
  expect(await json('/config')).toMatchObject({ text: 'hostname sw2\nip 10.0.0.2/24\n' })
  expect(await json('')).toMatchObject({
    allocations: [{ pool: 'mgmt', value: '10.0.0.2/24', holder: 'JPE2' }],
  })
  expect(await json('/diff')).toMatchObject({ switches: [{ status: 'same' }] })
  const explained = JSON.stringify(await json('/explanation'))
  expect(explained).toContain('"allocations":[{"pool":"mgmt","value":"10.0.0.2/24"')
})

test('the command line says the same', async () => {
  const diff = await runCommand(folder.path, ['diff', 'sw2', '--json'])
  expect(JSON.parse(diff.stdout)).toMatchObject({ switches: [{ status: 'same' }] })
  const explained = await runCommand(folder.path, ['explain', 'sw2', '--json'])
  expect(explained.stdout).toContain('"value": "10.0.0.2/24"')
})
