import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  eventually,
  makeFolder,
  type RunningServer,
  startServer,
  writeIn,
} from '../running-server.ts'

const mac = '52:54:00:00:11:11'
const headers = {
  'X-Arista-SystemMAC': mac,
  'X-Arista-Serial': 'JPE1',
  'X-Arista-ModelName': 'DCS-7050SX3',
  'X-Arista-SoftwareVersion': '4.32.2F',
}

let folder: ReturnType<typeof makeFolder>
let server: RunningServer
beforeAll(async () => {
  folder = makeFolder({
    'swinfo.json': {
      [mac]: { hostname: 'sw1', password: 'x' },
      '52:54:00:00:22:22': { template: 'bad.njk' },
      '52:54:00:00:44:44': { hostname: 'sw4' },
      '52:54:00:00:55:55': { hostname: 'sw "5" – \u001b\n😀' },
    },
    'templates/config.njk': 'hostname {{ hostname }}\n',
    'templates/bad.njk': '{{ missing }}\n',
    'data_root/bootstrap/bootstrap': '#!/usr/bin/env python\n',
    'data_root/neighbordb': 'patterns:\n- {name: all, definition: d, node: JPE1}\n',
    'data_root/definitions/d':
      "name: d\nactions:\n- {action: a, attributes: {ip: allocate('p')}}\n",
    'data_root/resources/p': '10.0.0.1: null\n',
    'data_root/files/x': 'x',
  })
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const url = (path: string) => `http://127.0.0.1:${server.port}${path}`

interface Line {
  readonly kind: string
  readonly request?: string
  readonly [key: string]: unknown
}

function lines(): Line[] {
  const journal = join(folder.path, 'data_root/.ztpush/journal')
  return readdirSync(journal).flatMap((name) =>
    readFileSync(join(journal, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line),
  )
}

/** The event of a request, once it is on disk. */
async function eventOf(request: string, nth = 1): Promise<Line> {
  const end = performance.now() + 5_000
  for (;;) {
    let found: Line | undefined
    try {
      found = lines().filter((line) => line.request === request)[nth - 1]
    } catch {
      // nothing has been written yet
    }
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error(`no event of ${request}`)
    await wait(20)
  }
}

/** What a switch gets that asks from one of this machine's own addresses. */
function configFrom(localAddress: string, who: string): Promise<string> {
  return new Promise((settle, fail) => {
    const asking = { localAddress, headers: { 'X-Arista-SystemMAC': who } }
    get(url('/dynconfig'), asking, (answer) => {
      text(answer).then(settle, fail)
    }).on('error', fail)
  })
}

describe('a request of a switch is an event', () => {
  test('when it gets its configuration: who asked, what it got, by which snapshot', async () => {
    const answer = await fetch(url('/dynconfig'), { headers })
    const text = await answer.text()
    expect(await eventOf('GET /dynconfig')).toEqual({
      v: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      kind: 'config-served',
      mac,
      serial: 'JPE1',
      entry: mac,
      model: 'DCS-7050SX3',
      version: '4.32.2F',
      from: '127.0.0.1',
      request: 'GET /dynconfig',
      status: 200,
      revision: answer.headers.get('X-Ztpush-Revision'),
      sha256: createHash('sha256').update(text).digest('hex'),
    })
    await wait(1_500)
    const served = join(folder.path, 'data_root/.ztpush/served/525400001111.cfg')
    expect(readFileSync(served, 'utf8')).toBe(text)
  })

  test('each time anew, from wherever it comes, and a line of the log as well', async () => {
    const who = '52:54:00:00:44:44'
    const addresses = ['127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.2', '127.0.0.1', '127.0.0.1']
    const texts: string[] = []
    for (const address of addresses) texts.push(await configFrom(address, who))
    expect(new Set(texts)).toEqual(new Set(['hostname sw4\n']))
    const own = () => lines().filter((line) => line['mac'] === who)
    await eventually(() => expect(own()).toHaveLength(addresses.length))
    expect(own().map((line) => line['from'])).toEqual(addresses)
    const [first] = own()
    for (const line of own()) {
      expect({ ...line, at: '', from: '' }).toEqual({ ...first, at: '', from: '' })
    }
    const logged = () =>
      server
        .output()
        .split('\n')
        .filter((line) => line.includes('configuration served') && line.includes('sw4'))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    await eventually(() => expect(logged()).toHaveLength(addresses.length))
    expect(logged().map(({ from }) => from)).toEqual(addresses)
    for (const line of logged()) {
      expect(line).toMatchObject({ switch: 'sw4', status: 200, route: '/dynconfig', method: 'GET' })
      expect(line['ms']).toBeTypeOf('number')
    }
  })

  test('whatever its name is, and whoever looks in between finds all that were until then', async () => {
    const who = '52:54:00:00:55:55'
    const state = async () => {
      const answer = await fetch(
        `http://127.0.0.1:${server.operatorPort}/api/v1/switches/${encodeURIComponent(who)}`,
      )
      return (await answer.json()) as {
        events: number
        lastSeen: string
        served: { at: string } | null
      }
    }
    for (let times = 1; times <= 6; times += 1) {
      const before = new Date().toISOString()
      await configFrom('127.0.0.1', who)
      if (times === 3) continue
      const { events, lastSeen, served } = await state()
      expect(events).toBe(times)
      expect(lastSeen >= before).toBe(true)
      expect(served?.at).toBe(lastSeen)
    }
    const logged = () =>
      server
        .output()
        .split('\n')
        .filter((line) => line.includes('configuration served') && line.includes('sw \\"5'))
        .map((line) => ({ ...(JSON.parse(line) as Record<string, unknown>), time: '', ms: 0 }))
    await eventually(() => expect(logged()).toHaveLength(6))
    expect(logged()[0]).toMatchObject({ switch: 'sw "5" – \u001b\n😀', from: '127.0.0.1' })
    for (const line of logged()) expect(line).toEqual(logged()[0])
  })

  test('when nothing has changed since, and when somebody only looks', async () => {
    const first = await fetch(url('/dynconfig?a'), { headers })
    const tag = first.headers.get('ETag') ?? ''
    await fetch(url('/dynconfig?b'), { headers: { ...headers, 'If-None-Match': tag } })
    await fetch(url('/dynconfig?c'), { headers, method: 'HEAD' })
    expect(await eventOf('GET /dynconfig?b')).toMatchObject({ kind: 'config-served', status: 304 })
    expect(await eventOf('HEAD /dynconfig?c')).toMatchObject({ kind: 'seen', status: 200 })
  })

  test.each([
    ['in the inventory, but broken', '52:54:00:00:22:22', 503, 'template-undefined'],
    ['not in the inventory', '52:54:00:00:33:33', 404, 'switch-unknown'],
  ])('when it gets none: %s', async (_name, who, status, problem) => {
    await fetch(url(`/dynconfig?${status}`), { headers: { 'X-Arista-SystemMAC': who } })
    const event = await eventOf(`GET /dynconfig?${status}`)
    expect(event).toMatchObject({ kind: 'config-refused', mac: who, status, problem })
    expect(event['message']).toBeTypeOf('string')
  })

  test('all the way through ZTPServer', async () => {
    await fetch(url('/bootstrap'), { headers })
    expect(await eventOf('GET /bootstrap')).toMatchObject({ kind: 'bootstrap-served', mac })
    const body = JSON.stringify({
      serialnumber: 'JPE1',
      systemmac: '5254.0000.1111',
      model: 'M',
      version: '4.30.1F',
    })
    const posted = await fetch(url('/nodes'), { method: 'POST', body })
    expect(posted.status).toBe(201)
    expect(posted.headers.get('X-Ztpush-Events')).toBe('1')
    expect(await eventOf('POST /nodes')).toMatchObject({
      kind: 'registered',
      mac,
      serial: 'JPE1',
      node: 'JPE1',
      model: 'M',
      version: '4.30.1F',
      status: 201,
    })
    await fetch(url('/nodes/JPE1'))
    expect(await eventOf('GET /nodes/JPE1')).toMatchObject({
      kind: 'definition-served',
      node: 'JPE1',
      status: 200,
    })
    await fetch(url('/files/x'), { headers })
    expect(await eventOf('GET /files/x')).toMatchObject({
      kind: 'file-served',
      mac,
      serial: 'JPE1',
    })
    await fetch(url('/actions/none'), { headers })
    expect(await eventOf('GET /actions/none')).toMatchObject({
      kind: 'file-refused',
      status: 404,
      problem: 'action-missing',
    })
    await fetch(url('/meta/files/x'), { headers })
    expect(await eventOf('GET /meta/files/x')).toMatchObject({ kind: 'file-served' })
    await fetch(url('/nodes/JPE1/startup-config'), { method: 'PUT', body: 'hostname x\n' })
    expect(await eventOf('PUT /nodes/JPE1/startup-config')).toMatchObject({
      kind: 'config-backed-up',
    })
  })

  test('when it is refused as a node, with the reason', async () => {
    await fetch(url('/nodes?1'), { method: 'POST', body: JSON.stringify({ serialnumber: 'JPE2' }) })
    expect(await eventOf('POST /nodes?1')).toMatchObject({
      kind: 'registration-refused',
      node: 'JPE2',
      status: 400,
      problem: 'node-unmatched',
    })
  })

  test('is none when it does not say which switch it is of', async () => {
    await fetch(url('/dynconfig?nobody'))
    await fetch(url('/files/x?nobody'))
    await fetch(url('/files/x?somebody'), { headers })
    await eventOf('GET /files/x?somebody')
    expect(lines().filter(({ request }) => request?.endsWith('?nobody'))).toEqual([])
  })
})

describe('a report of the bootstrap client', () => {
  const report = (body: unknown, id = 'JPE1') =>
    fetch(url(`/nodes/${id}/events`), {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  test('is an event', async () => {
    writeIn(folder.path, 'data_root/nodes/JPE7/startup-config', '')
    const answer = await report(
      { event: 'action-failed', action: 'add_config', message: 'HTTP 404 <b>\u001b[31m' },
      'JPE7',
    )
    expect(answer.status).toBe(204)
    expect(await eventOf('POST /nodes/JPE7/events')).toMatchObject({
      kind: 'action-failed',
      node: 'JPE7',
      action: 'add_config',
      message: 'HTTP 404 <b>\u001b[31m',
    })
    // what a switch sends never reaches a terminal as it is
    expect(server.output()).not.toContain('\u001b[31m')
  })

  test.each<[string, unknown, number]>([
    ['that is not JSON', '{', 400],
    ['that is not UTF-8', '\u0000', 400],
    ['that is a list', [], 400],
    ['of an event that there is not', { event: 'eaten' }, 400],
    ['whose action is a number', { event: 'started', action: 1 }, 400],
    ['with an action of 300 characters', { event: 'started', action: 'x'.repeat(300) }, 400],
    ['of 20 kB', { event: 'started', message: 'x'.repeat(20_000) }, 400],
  ])('%s is refused', async (_name, body, status) => {
    writeIn(folder.path, 'data_root/nodes/JPE8/startup-config', '')
    const answer = await report(body, 'JPE8')
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Content-Type')).toContain('text/html')
  })

  test('of a node without a folder is refused', async () => {
    expect((await report({ event: 'started' }, 'NOBODY')).status).toBe(404)
    expect((await report({ event: 'started' }, '..%2fx')).status).toBe(400)
  })

  test('after hundreds of others is refused, and says when to come again', async () => {
    writeIn(folder.path, 'data_root/nodes/JPE9/startup-config', '')
    const statuses: number[] = []
    for (let some = 0; some < 12; some += 1) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => report({ event: 'started' }, 'JPE9')),
      )
      statuses.push(...answers.map(({ status }) => status))
      expect(
        answers.every(({ status, headers: own }) => status !== 429 || own.has('Retry-After')),
      ).toBe(true)
    }
    expect(statuses.filter((status) => status === 204).length).toBeGreaterThanOrEqual(500)
    expect(statuses).toContain(429)
    expect((await report({ event: 'started' }, 'JPE8')).status).toBe(204)
  })
})

test('where the journal cannot be written, switches are served all the same', async () => {
  const other = makeFolder({
    'swinfo.json': { [mac]: {} },
    'templates/config.njk': 'x\n',
    '.ztpush': 'a file where the folder should be',
  })
  chmodSync(other.path, 0o755)
  const second = await startServer(other.path)
  try {
    for (let some = 0; some < 20; some += 1) {
      const answer = await fetch(`http://127.0.0.1:${second.port}/dynconfig`, { headers })
      expect(answer.status).toBe(200)
    }
    const codes = async () => {
      const ready = await fetch(`http://127.0.0.1:${second.operatorPort}/readyz`)
      expect(ready.status).toBe(200)
      const { problems } = (await ready.json()) as { problems: { code: string }[] }
      return problems.map(({ code }) => code)
    }
    const end = performance.now() + 5_000
    while ((await codes()).length === 0 && performance.now() < end) await wait(50)
    expect(await codes()).toEqual(['journal-unwritable'])
  } finally {
    await second.stop()
    rmSync(other.path, { recursive: true })
  }
})
