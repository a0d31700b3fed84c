/**
 * `/readyz` of servers with a data root.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  ask,
  eventually,
  makeFolder,
  type RunningServer,
  runCommand,
  startServer,
  writeIn,
} from '../running-server.ts'

const neighbordb = 'patterns:\n  - {name: any, definition: base, interfaces: []}\n'
let folder: ReturnType<typeof makeFolder>
let server: RunningServer | undefined

beforeEach(() => {
  folder = makeFolder({
    'data_root/neighbordb': neighbordb,
    'data_root/definitions/base': 'actions: [{action: noop}]\n',
    'data_root/actions/noop': '#!/usr/bin/env python\n',
    'data_root/bootstrap/bootstrap': '#!/usr/bin/env python\n',
  })
})
afterEach(async () => {
  await server?.stop()
  server = undefined
  folder.remove()
})

interface Readiness {
  readonly status: number
  readonly ready: boolean
  readonly problems: readonly Record<string, unknown>[]
}

async function readyz(): Promise<Readiness> {
  const answer = await ask(server?.operatorPort ?? 0, '/readyz')
  return { status: answer.status, ...JSON.parse(answer.body) }
}

const start = async (...args: string[]) => {
  server = await startServer(folder.path, args)
}

test('a data root without an inventory that anybody named is ready, and has no problems', async () => {
  await start()
  expect(await readyz()).toEqual({ status: 200, ready: true, problems: [] })
  expect((await ask(server?.port ?? 0, '/bootstrap')).status).toBe(200)
  expect(server?.output()).toMatch(/DHCP option 67: \S+\/bootstrap /)
  const headers = { 'X-Arista-Serial': 'JPE1' }
  expect((await ask(server?.port ?? 0, '/dynconfig', headers)).status).toBe(404)
  expect(await runCommand(folder.path, ['validate'])).toMatchObject({ code: 0 })

  writeIn(folder.path, 'swinfo.json', { JPE1: { hostname: 'leaf1' } })
  writeIn(folder.path, 'templates/config.njk', 'hostname {{ hostname }}\n')
  await eventually(async () => {
    expect((await ask(server?.port ?? 0, '/dynconfig', headers)).body).toBe('hostname leaf1\n')
  })
  rmSync(join(folder.path, 'swinfo.json'))
  await eventually(async () => {
    expect(await readyz()).toMatchObject({ ready: true, problems: [{ code: 'inventory-missing' }] })
  })
})

test.each([
  ['named', ['--inventory', 'swinfo.json']],
  ['expected by templates', []],
])('an inventory that is %s and not there makes it 503', async (_how, args) => {
  if (args.length === 0) writeIn(folder.path, 'templates/config.njk', 'x\n')
  await start(...args)
  expect(await readyz()).toMatchObject({
    status: 503,
    problems: expect.arrayContaining([expect.objectContaining({ code: 'inventory-missing' })]),
  })
})

test('a broken neighbordb is listed with file, line and key, told once in the log, and gone when mended', async () => {
  writeIn(folder.path, 'data_root/neighbordb', `${neighbordb}    modle: x\n`)
  await start()
  const told = await readyz()
  expect(told).toMatchObject({
    status: 200,
    ready: true,
    problems: [
      {
        code: 'neighbordb-syntax',
        severity: 'error',
        file: 'data_root/neighbordb',
        line: 3,
      },
    ],
  })
  writeIn(folder.path, 'data_root/neighbordb', neighbordb.replace('name: any', 'nmae: any'))
  await eventually(async () => {
    expect((await readyz()).problems).toMatchObject([
      { code: 'pattern-invalid', line: 2, key: 'patterns[0].nmae' },
      { code: 'pattern-invalid', key: 'patterns[0].name' },
    ])
  })
  await readyz()
  await server?.waitFor(/nmae/)
  expect(server?.output().match(/patterns\[0\]\.nmae/g)).toHaveLength(1)

  writeIn(folder.path, 'data_root/neighbordb', neighbordb)
  await eventually(async () => expect((await readyz()).problems).toEqual([]))
})

test.each(['logging: [\n', '\t', '\t\n'])(
  'bootstrap.conf that is no YAML is 400, and listed: %j',
  async (text) => {
    writeIn(folder.path, 'data_root/bootstrap/bootstrap.conf', text)
    await start()
    const answer = await ask(server?.port ?? 0, '/bootstrap/config')
    expect(answer).toMatchObject({ status: 400, body: expect.stringMatching(/^it is not YAML: /) })
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect((await readyz()).problems).toMatchObject([
      { code: 'bootstrap-config-unusable', file: 'data_root/bootstrap/bootstrap.conf' },
    ])
  },
)

test('what a switch was refused for is not listed any more when the file is mended or gone', async () => {
  writeIn(folder.path, 'inventory/a.json', { A1: {}, B1: { template: 'b.njk' } })
  writeIn(folder.path, 'templates/config.njk', 'x\n')
  writeIn(folder.path, 'templates/b.njk', '{{\n')
  await start('--inventory', 'inventory')
  const status = async (serial: string) =>
    (await ask(server?.port ?? 0, '/dynconfig', { 'X-Arista-Serial': serial })).status
  const listed = async () => (await readyz()).problems.map((problem) => problem['switch'])
  writeIn(folder.path, 'inventory/b.json', '{"C1": ')
  await eventually(async () => expect(await status('C1')).toBe(503))
  expect(await status('B1')).toBe(503)
  expect(await listed()).toEqual([null, null, 'C1', 'B1'])

  rmSync(join(folder.path, 'inventory/b.json'))
  await eventually(async () => expect(await status('C1')).toBe(404))
  expect(await listed()).toEqual([null])

  expect(await status('B1')).toBe(503)
  rmSync(join(folder.path, 'templates/b.njk'))
  await eventually(async () => {
    expect((await readyz()).problems).toMatchObject([{ code: 'template-missing', switch: 'B1' }])
  })
})

test('a data root that is not there is 503 as long as nothing else can be served', async () => {
  await start('--data-root', 'elsewhere')
  expect(await readyz()).toMatchObject({
    status: 503,
    ready: false,
    problems: [{ code: 'data-root-missing', severity: 'warning' }],
  })
  mkdirSync(join(folder.path, 'elsewhere'))
  expect(await readyz()).toEqual({ status: 200, ready: true, problems: [] })
  rmSync(join(folder.path, 'elsewhere'), { recursive: true })
  writeIn(folder.path, 'swinfo.json', { JPE1: {} })
  writeIn(folder.path, 'templates/config.njk', 'x\n')
  await eventually(async () => {
    expect(await readyz()).toMatchObject({ status: 200, problems: [{ code: 'data-root-missing' }] })
  })
})

test('what was warned of in the settings stays among the problems, in the words of validate', async () => {
  writeIn(folder.path, 'ztpush.conf', '[default]\nserver_ulr = http://ztp\n[serve]\nport = 80\n')
  const env = { ZTPUSH_SERVR_PORT: '8080' }
  server = await startServer(folder.path, [], env)
  const validated = await runCommand(folder.path, ['validate', '--json'], env)
  const { problems } = JSON.parse(validated.stdout) as { problems: readonly unknown[] }
  expect(problems).toEqual([
    expect.objectContaining({ file: 'ztpush.conf', line: 3, key: '[serve]' }),
    expect.objectContaining({ file: 'ztpush.conf', line: 2, key: '[default] server_ulr' }),
    expect.objectContaining({ key: 'ZTPUSH_SERVR_PORT', file: null }),
  ])
  expect(await readyz()).toEqual({ status: 200, ready: true, problems })
  const operator = `http://127.0.0.1:${server.operatorPort}`
  const list = await (await fetch(`${operator}/api/v1/problems`)).json()
  expect(list).toMatchObject({ problems, errors: 0, warnings: 3 })
  expect(await (await fetch(`${operator}/problems`)).text()).toContain('server_ulr')
  const metrics = await (await fetch(`${operator}/metrics`)).text()
  expect(metrics).toContain('ztpush_problems{severity="warning"} 3\n')
})

test('a stated data root that was not there at the start is a problem for as long as it is not there', async () => {
  await start('--data-root', 'later')
  expect((await readyz()).problems).toMatchObject([{ code: 'data-root-missing' }])
  mkdirSync(join(folder.path, 'later'))
  expect(await readyz()).toEqual({ status: 200, ready: true, problems: [] })
})
