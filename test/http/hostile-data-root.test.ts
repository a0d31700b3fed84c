import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { freePorts, makeFolder, startServer, writeIn } from '../running-server.ts'

const definition = `actions:\n- {action: a, attributes: {ip: "allocate('mgmt')"}}\n`
const files = {
  'data_root/neighbordb': 'patterns:\n- {name: any, definition: d, interfaces: []}\n',
  'data_root/definitions/d': definition,
}
const values = (count: number) =>
  Array.from({ length: count }, (_, at) => `10.0.0.${at}: null # ${at}\n`).join('')

const post = (port: number, report: object) =>
  fetch(`http://127.0.0.1:${port}/nodes`, { method: 'POST', body: JSON.stringify(report) })
const get = (port: number, path: string) => fetch(`http://127.0.0.1:${port}${path}`)
const put = (port: number, id: string, body: string) =>
  fetch(`http://127.0.0.1:${port}/nodes/${id}/startup-config`, { method: 'PUT', body })

async function addressOf(port: number, id: string): Promise<string> {
  const answer = await get(port, `/nodes/${id}`)
  expect(answer.status).toBe(200)
  const { actions } = (await answer.json()) as { actions: { attributes: { ip: string } }[] }
  return actions[0]?.attributes.ip ?? ''
}

test('two servers on one data root give no value twice, and make one folder for a node', async () => {
  const folder = makeFolder({ ...files, 'swinfo.json': {}, 'data_root/resources/mgmt': values(40) })
  writeIn(folder.path, 'templates/config.njk', 'x\n')
  const servers = await Promise.all([startServer(folder.path), startServer(folder.path)])
  try {
    const ports = servers.map(({ port }) => port)
    const ids = Array.from({ length: 40 }, (_, at) => `NODE${at}`)
    const addresses = await Promise.all(
      ids.map(async (serialnumber) => {
        const posts = await Promise.all(ports.map((port) => post(port, { serialnumber })))
        for (const { status } of posts) expect([201, 409]).toContain(status)
        const given = await Promise.all(ports.map((port) => addressOf(port, serialnumber)))
        expect(given[0]).toBe(given[1])
        return given[0]
      }),
    )
    expect(new Set(addresses).size).toBe(40)
    const pool = readFileSync(join(folder.path, 'data_root/resources/mgmt'), 'utf8')
    expect(pool.match(/: NODE\d+ # \d+$/gm)).toHaveLength(40)
    expect(readdirSync(join(folder.path, 'data_root/nodes'))).toHaveLength(40)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    folder.remove()
  }
})

test('links are followed: a shared folder of a node, a shared definition, a pool of two data roots', async () => {
  const folder = makeFolder({
    ...files,
    'data_root/nodes/.keep': '',
    'data_root/resources/.keep': '',
    'shared/mgmt': values(2),
    'shared/node/.node': { serialnumber: 'LINK' },
    'shared/node/pattern': 'interfaces: []\n',
  })
  writeIn(folder.path, 'swinfo.json', {})
  writeIn(folder.path, 'templates/config.njk', 'x\n')
  const root = join(folder.path, 'data_root')
  symlinkSync('../../shared/mgmt', join(root, 'resources/mgmt'))
  symlinkSync('../../shared/node', join(root, 'nodes/LINK'))
  symlinkSync('../../data_root/definitions/d', join(folder.path, 'shared/node/definition'))
  const server = await startServer(folder.path)
  try {
    expect((await post(server.port, { serialnumber: 'LINK', version: '1' })).status).toBe(409)
    expect(await addressOf(server.port, 'LINK')).toBe('10.0.0.0')
    expect(lstatSync(join(root, 'resources/mgmt')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder.path, 'shared/mgmt'), 'utf8')).toMatch(/^10\.0\.0\.0: LINK /)
    expect((await put(server.port, 'LINK', 'hostname x\n')).status).toBe(200)
    expect(readFileSync(join(folder.path, 'shared/node/startup-config'), 'utf8')).toContain('x')
  } finally {
    await server.stop()
    folder.remove()
  }
})

test('twenty config-handlers that hang hold up neither another handler nor a plugin', {
  timeout: 30_000,
}, async () => {
  const handler = '#!/bin/sh\nsleep 6\n'
  const folder = makeFolder({
    ...files,
    'swinfo.json': {},
    'templates/config.njk': 'x\n',
    'data_root/nodes/SLOW/definition': definition,
    'data_root/nodes/SLOW/config-handler': handler,
    'data_root/nodes/QUICK/config-handler': '#!/bin/sh\nexit 0\n',
    'data_root/nodes/PLUGIN/.node': { serialnumber: 'PLUGIN' },
    'data_root/nodes/PLUGIN/pattern': 'interfaces: []\n',
    'data_root/nodes/PLUGIN/definition': `actions:\n- {action: a, attributes: {ip: "echo('x')"}}\n`,
    'data_root/plugins/echo': '#!/bin/sh\necho "$2"\n',
  })
  const root = join(folder.path, 'data_root')
  for (const path of ['nodes/SLOW/config-handler', 'nodes/QUICK/config-handler', 'plugins/echo']) {
    chmodSync(join(root, path), 0o755)
  }
  const server = await startServer(folder.path)
  try {
    const slow = Array.from({ length: 20 }, () => put(server.port, 'SLOW', 'x'))
    await server.waitFor(/(?:SLOW: startup-config saved[\s\S]*){20}/)
    const started = performance.now()
    expect((await put(server.port, 'QUICK', 'x')).status).toBe(200)
    expect(await addressOf(server.port, 'PLUGIN')).toBe('x')
    expect(performance.now() - started).toBeLessThan(4_500)
    for (const answer of await Promise.all(slow)) expect(answer.status).toBe(200)
  } finally {
    await server.stop()
    folder.remove()
  }
})

const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

describe.skipIf(!canMount)('on a file system of 64 kB', () => {
  test('a full disk and a read-only one refuse what is to be written, leave nothing half made, and the server goes on', async () => {
    const folder = makeFolder({ ...files, 'data_root/resources/mgmt': values(8) })
    const mount = join(folder.path, 'mount')
    mkdirSync(mount)
    const [port = 0] = await freePorts(1)
    // the journal is elsewhere: its open file would keep the mount from becoming read-only
    const conf = `[default]\ndata_root = ${mount}/data_root\nstate_dir = ${folder.path}/state\n[server]\ninterface = 127.0.0.1\nport = ${port}\n`
    writeIn(folder.path, 'ztps.conf', conf)
    const { child, ready } = startMounted(folder.path, mount)
    await ready
    // the mount is seen by the server alone
    const inside = (path: string) => `/proc/${child.pid}/root${mount}/data_root/${path}`
    const sizes = () => readdirSync(inside('nodes')).sort()
    try {
      expect((await post(port, { serialnumber: 'A' })).status).toBe(201)
      expect((await post(port, { serialnumber: 'B' })).status).toBe(201)
      const held = await addressOf(port, 'A')
      const before = sizes()
      fill(inside('../fill'))
      for (const write of refusals(port)) {
        const answer = await write()
        expect(answer.status).toBe(400)
        expect(await answer.text()).toBe('cannot be written: the disk is full\n')
      }
      expect(sizes()).toEqual(before)
      expect(readdirSync(inside('nodes/A')).sort()).toEqual(['.node', 'definition', 'pattern'])
      expect(await addressOf(port, 'A')).toBe(held)
      expect((await post(port, { serialnumber: 'A' })).status).toBe(409)
      rmSync(inside('../fill'))
      expect((await put(port, 'A', 'x'.repeat(9_000))).status).toBe(200)
      expect(await addressOf(port, 'B')).not.toBe(held)
      const remount = ['-t', `${child.pid}`, '-m', 'mount', '-o', 'remount,ro', mount]
      expect(spawnSync('nsenter', remount, { encoding: 'utf8' })).toMatchObject({ stderr: '' })
      for (const write of refusals(port)) {
        const answer = await write()
        expect(answer.status).toBe(400)
        expect(await answer.text()).toBe('cannot be written: the file system is read-only\n')
      }
      expect((await get(port, '/nodes/B')).status).toBe(200)
    } finally {
      const gone = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await gone
      folder.remove()
    }
  })
})

function refusals(port: number): readonly (() => Promise<Response>)[] {
  return [
    () => post(port, { serialnumber: 'NEW' }),
    () => post(port, { serialnumber: 'NEW', config: 'x' }),
    () => post(port, { serialnumber: 'A', version: 'changed' }),
    () => put(port, 'A', 'y'.repeat(9_000)),
  ]
}

function fill(path: string): void {
  const handle = openSync(path, 'w')
  try {
    for (;;) writeSync(handle, Buffer.alloc(512))
  } catch {
    // it is full now
  } finally {
    closeSync(handle)
  }
}

/** `ztps` in a mount namespace of its own, where `mount` is 64 kB with a copy of the data root. */
function startMounted(cwd: string, mount: string): { child: ChildProcess; ready: Promise<void> } {
  const program = fileURLToPath(new URL('../../bin/ztps', import.meta.url))
  const script =
    'mount -t tmpfs -o size=64k tmpfs "$1" && cp -r data_root "$1" && exec "$2" "$3" --conf ztps.conf'
  const args = ['-m', 'sh', '-c', script, 'sh', mount, process.execPath, program]
  const child = spawn('unshare', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  const ready = new Promise<void>((resolve, reject) => {
    child.once('close', () => reject(new Error('the server has ended')))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('serves as ZTPServer')) resolve()
    })
  })
  ready.catch(() => {})
  return { child, ready }
}
