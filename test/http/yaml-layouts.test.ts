/**
 * Layouts that PyYAML takes and a reader of YAML 1.2 does not, in each kind of file that a switch depends on.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askRaw, makeFolder, type RunningServer, startServer } from '../running-server.ts'

const folder = makeFolder({
  'data_root/neighbordb': `patterns: [
{name: leaf, definition: 'leaf'#the only one
,model: "DCS.*"},#last
]
`,
  'data_root/definitions/leaf': `  attributes: {
  motd: "two
lines"#folded
  }
  actions: [
{action: add_config, attributes: {
ip: "allocate('mgmt')", url: $motd, text: $text}}
]
`,
  'data_root/resources/mgmt': `{
10.0.0.1/24: null,#first
10.0.0.2/24: SER2
}
`,
  'data_root/nodes/SER3/definition': 'actions: []\nattributes:\n  text: |\n    no line end',
  'data_root/nodes/SER3/pattern': 'interfaces: [\n]\n',
})
let server: RunningServer

beforeAll(async () => {
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

function send(request: string, body = ''): Promise<{ status: number; body: string }> {
  const head = `${request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}`
  return askRaw(server.port, Buffer.from(`${head}\r\n\r\n${body}`))
}

test('a switch is matched, defined and given an address by files with brackets and quotes that end at the margin', async () => {
  const report = JSON.stringify({ serialnumber: 'SER1', model: 'DCS-7050' })
  expect((await send('POST /nodes', report)).status).toBe(201)
  const { status, body } = await send('GET /nodes/SER1')
  expect(status).toBe(200)
  expect(JSON.parse(body)).toMatchObject({
    attributes: { motd: 'two lines' },
    actions: [{ attributes: { ip: '10.0.0.1/24', url: 'two lines', text: null } }],
  })
  expect(readFileSync(join(folder.path, 'data_root/resources/mgmt'), 'utf8')).toBe(
    '{\n10.0.0.1/24: SER1,#first\n10.0.0.2/24: SER2\n}\n',
  )
})

test('a block text at the end of a file without a line end has none either', async () => {
  await send('POST /nodes', JSON.stringify({ serialnumber: 'SER3' }))
  expect(JSON.parse((await send('GET /nodes/SER3')).body)).toEqual({
    actions: [],
    attributes: { text: 'no line end' },
  })
})
